import { z } from 'zod';
import { readingOf } from '../reading.ts';

export const memorySchema = z.strictObject({
  // The share a kernel keeps for itself changes a little from one version to the next.
  totalBytes: z.int().nonnegative().meta({ tolerance: 0.01 }).describe('MemTotal'),
  availableBytes: z
    .int()
    .nonnegative()
    .nullable()
    .meta({ volatile: true })
    .describe('MemAvailable; null before Linux 3.14'),
  unusedBytes: z
    .int()
    .nonnegative()
    .nullable()
    .meta({ volatile: true })
    .optional()
    .describe('MemFree, Buffers and Cached together, which Ganeti up to 3.0 calls free'),
  swapTotalBytes: z.int().nonnegative().nullable(),
  swapFreeBytes: z.int().nonnegative().nullable().meta({ volatile: true }),
  hugepages: readingOf(
    z.array(
      z.strictObject({
        sizeBytes: z.int().positive(),
        total: z.int().nonnegative(),
        free: z.int().nonnegative().meta({ volatile: true }),
      }),
    ),
  ).describe('each page size the kernel offers, from /sys/kernel/mm/hugepages'),
  numaNodes: readingOf(
    z.array(
      z.strictObject({
        id: z.int().nonnegative(),
        totalBytes: z.int().nonnegative().meta({ tolerance: 0.01 }),
        freeBytes: z.int().nonnegative().meta({ volatile: true }),
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
  ksm: readingOf(
    z
      .strictObject({
        run: z.int().nonnegative().describe('0 off, 1 on, 2 off and taken back'),
        sharedPages: z.int().nonnegative().describe('pages that stand for two or more'),
      })
      .nullable(),
  )
    .optional()
    .describe('/sys/kernel/mm/ksm; null for a kernel without it'),
  oomKills: readingOf(z.int().nonnegative().nullable())
    .optional()
    .describe('processes killed for want of memory since boot; null before Linux 4.13'),
});

export type MemoryFacts = z.infer<typeof memorySchema>;
