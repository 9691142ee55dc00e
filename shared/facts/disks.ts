import { z } from 'zod';
import { readingOf } from '../reading.ts';
import { smartSchema } from './smart.ts';

export const raidArraySchema = z.strictObject({
  name: z.string().describe('such as md0'),
  state: z.string().describe('active or inactive'),
  level: z
    .string()
    .nullable()
    .describe('raid1, raid5 …; container: holds the notes of others; null: not assembled'),
  wantedCount: z
    .int()
    .nonnegative()
    .nullable()
    .describe('devices it is made for; null for levels without redundancy'),
  workingCount: z.int().nonnegative().nullable().describe('of these, those in use'),
  failed: z.array(z.string()).describe('devices marked as failed'),
  action: z
    .string()
    .nullable()
    .meta({ volatile: true })
    .describe('such as "recovery 8.5%"; null when idle'),
});

export const diskSchema = z.strictObject({
  name: z.string().describe('such as sda'),
  sizeBytes: z.int().nonnegative(),
  rotational: z.boolean().describe('false for SSD and NVMe'),
  vendor: z.string().nullable().optional().describe('device/vendor; null: none, or not readable'),
  model: z.string().nullable().optional().describe('device/model; null: none, or not readable'),
  firmware: z.string().nullable().optional().describe('device/rev or device/firmware_rev'),
});

export const disksSchema = z.strictObject({
  raidArrays: readingOf(z.array(raidArraySchema)).describe('/proc/mdstat'),
  disks: readingOf(z.array(diskSchema)).describe('the fixed disks of /sys/block'),
  smart: readingOf(z.array(smartSchema).nullable())
    .optional()
    .describe('what smartctl tells of each fixed disk; null: smartctl is not installed'),
});

export type RaidArray = z.infer<typeof raidArraySchema>;
export type DisksFacts = z.infer<typeof disksSchema>;
