import { z } from 'zod';
import { readingOf } from '../reading.ts';

export const identitySchema = z.strictObject({
  hostname: z.string().describe('the kernel host name'),
  fqdn: readingOf(z.string()).describe('what `hostname --fqdn` answers'),
  machineIdHash: z
    .string()
    .nullable()
    .describe('SHA-256 of /etc/machine-id with a prefix of ours, hex; null when there is no id'),
  bootId: z.string().nullable().describe('the kernel boot id, new at each boot'),
});

export type IdentityFacts = z.infer<typeof identitySchema>;
