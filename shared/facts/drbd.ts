import { z } from 'zod';
import { readingOf } from '../reading.ts';

export const drbdDeviceSchema = z.strictObject({
  minor: z.int().nonnegative().nullable(),
  resource: z.string().nullable().describe('DRBD 9 name; null on 8.4, which shows minors only'),
  connection: z.string().nullable().describe('Connected, WFConnection, StandAlone …'),
  localRole: z.string().nullable().describe('Primary, Secondary, Unknown'),
  peerRole: z.string().nullable(),
  localDisk: z.string().nullable().describe('UpToDate, Inconsistent, Diskless …'),
  peerDisk: z.string().nullable(),
  syncPercent: z
    .number()
    .nullable()
    .meta({ volatile: true })
    .describe('0 to 100 while a resync runs'),
  outOfSyncBytes: z.int().nonnegative().nullable().meta({ volatile: true }),
});

export const drbdSchema = z.strictObject({
  moduleAvailable: readingOf(
    z.strictObject({ version: z.string().nullable() }).nullable(),
  ).describe('modinfo drbd for the running kernel; null: no such module'),
  loaded: readingOf(z.boolean()),
  loadedVersion: z.string().nullable().describe('such as 8.4.11; null when not loaded'),
  usermodeHelper: readingOf(z.string().nullable()).describe(
    '/sys/module/drbd/parameters/usermode_helper; null when the module is not loaded',
  ),
  utilsVersion: readingOf(z.string().nullable()).describe('drbd-utils; null: not installed'),
  devices: readingOf(z.array(drbdDeviceSchema)).describe(
    '/proc/drbd of 8.4 or `drbdsetup status --json` of 9; empty when nothing is configured',
  ),
  loadedAtBootBy: readingOf(z.array(z.string()))
    .optional()
    .describe('the files of modules-load.d, or /etc/modules, that list the module'),
  bootOptions: readingOf(z.record(z.string(), z.string()))
    .optional()
    .describe('the options of modprobe.d and the kernel command line for the module'),
  fips: readingOf(z.boolean())
    .optional()
    .describe('/proc/sys/crypto/fips_enabled; false for a kernel without it'),
});

export type DrbdDevice = z.infer<typeof drbdDeviceSchema>;
export type DrbdFacts = z.infer<typeof drbdSchema>;
