import { z } from 'zod';
import { readingOf } from '../reading.ts';

export const memorySchema = z.strictObject({
  totalBytes: z.int().nonnegative().describe('MemTotal'),
  availableBytes: z.int().nonnegative().nullable().describe('MemAvailable; null before Linux 3.14'),
  swapTotalBytes: z.int().nonnegative().nullable(),
  swapFreeBytes: z.int().nonnegative().nullable(),
  hugepages: readingOf(
    z.array(
      z.strictObject({
        sizeBytes: z.int().positive(),
        total: z.int().nonnegative(),
        free: z.int().nonnegative(),
      }),
    ),
  ).describe('each page size the kernel offers, from /sys/kernel/mm/hugepages'),
  numaNodes: readingOf(
    z.array(
      z.strictObject({
        id: z.int().nonnegative(),
        totalBytes: z.int().nonnegative(),
        freeBytes: z.int().nonnegative(),
      }),
    ),
  ).describe('per NUMA node, from /sys/devices/system/node'),
});

export type MemoryFacts = z.infer<typeof memorySchema>;
