import { z } from 'zod';
import { readingOf } from '../reading.ts';

const count = z.int().nonnegative().nullable();

export const smartHealthSchema = z.strictObject({
  state: z
    .enum(['told', 'none', 'asleep'])
    .describe('none: the disk offers no SMART data; asleep: it was not woken for the question'),
  note: z.string().nullable().describe('what smartctl says of a disk that tells nothing'),
  passed: z.boolean().nullable().describe("the disk's own verdict; null: it gives none"),
  failedNow: z.array(z.string()).describe('attributes at or below their threshold'),
  failedBefore: z.array(z.string()).describe('attributes that once were, and are not now'),
  selfTestFailed: z.boolean().describe('the log of self-tests holds an error'),
  reallocated: count.describe('sectors replaced by spare ones, or grown defects of SCSI'),
  pending: count.describe('sectors that could not be read and wait to be written'),
  uncorrectable: count.describe('sectors found unreadable offline, or media errors of NVMe'),
  wearPercent: count.describe('of the rated endurance used; may pass 100'),
  sparePercent: count.describe('spare blocks left of an NVMe'),
  spareThresholdPercent: count.describe('below this an NVMe calls its spare too low'),
  criticalWarning: count.describe('the bits of an NVMe: 1 spare, 2 temperature, 4 unreliable …'),
});

export const smartSchema = z.strictObject({
  disk: z.string().describe('such as sda'),
  health: readingOf(smartHealthSchema),
});

/** What smartctl tells of one disk. */
export type SmartHealth = z.infer<typeof smartHealthSchema>;
