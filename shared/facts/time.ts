import { z } from 'zod';
import { readingOf } from '../reading.ts';

export const timeSchema = z.strictObject({
  synchronised: readingOf(z.boolean()),
  source: z
    .string()
    .nullable()
    .describe('who says so: chrony, systemd-timesyncd, ntpd, timedatectl; null: nobody'),
  offsetMs: z
    .number()
    .nullable()
    .meta({ volatile: true })
    .describe('clock minus reference, as the source says'),
  timezone: z.string().nullable(),
  clocksource: z.string().nullable().describe('current_clocksource of the kernel'),
});

export type TimeFacts = z.infer<typeof timeSchema>;
