import { z } from 'zod';
import { readingOf } from '../reading.ts';

export const osSchema = z.strictObject({
  id: z.string().nullable().describe('ID of os-release, such as debian'),
  versionId: z.string().nullable().describe('VERSION_ID of os-release, such as 12'),
  codename: z.string().nullable().describe('VERSION_CODENAME of os-release, such as bookworm'),
  prettyName: z.string().nullable().describe('PRETTY_NAME of os-release'),
  kernelRelease: z.string().describe('as uname -r'),
  kernelVersion: z.string().nullable().describe('as uname -v'),
  kernelParameters: readingOf(z.array(z.string())).describe(
    'the words of /proc/cmdline that change CPU, KVM or memory; all others are left out',
  ),
  packages: readingOf(z.record(z.string(), z.string().nullable())).describe(
    'the packages of interest, name to version; null: known not to be installed',
  ),
});

export type OsFacts = z.infer<typeof osSchema>;
