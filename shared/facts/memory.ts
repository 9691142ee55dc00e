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
  ecc: readingOf(
    z.array(
      z.strictObject({
        controller: z.string().describe('such as mc0'),
        correctedErrors: z.int().nonnegative().describe('since boot'),
        uncorrectedErrors: z.int().nonnegative().describe('since boot'),
      }),
    ),
  )
    .optional()
    .describe('the memory controllers that the kernel watches (EDAC); often none'),
  oomKills: readingOf(z.int().nonnegative().nullable())
    .optional()
    .describe('processes killed for want of memory since boot; null before Linux 4.13'),
});

export type MemoryFacts = z.infer<typeof memorySchema>;
