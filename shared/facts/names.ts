import { z } from 'zod';
import { readingOf } from '../reading.ts';

export const hostsLineSchema = z.strictObject({
  line: z.int().positive().describe('line number in /etc/hosts, from 1'),
  address: z.string(),
  names: z.array(z.string()),
});

export const lookupSchema = z.strictObject({
  name: z.string(),
  files: readingOf(z.array(z.string())).describe('addresses that /etc/hosts gives, in its order'),
  resolver: readingOf(z.array(z.string())).describe(
    'addresses that the system resolver (getaddrinfo) gives, each once; empty: no such name',
  ),
});

export const namesSchema = z.strictObject({
  hostname: z.string(),
  fqdn: readingOf(z.string()).describe('what `hostname --fqdn` answers'),
  hosts: readingOf(z.array(hostsLineSchema)).describe('/etc/hosts, parsed'),
  badHostsLines: z.array(z.int()).describe('lines of /etc/hosts that are not address and names'),
  hostsOrder: z
    .array(z.string())
    .nullable()
    .describe('the sources of "hosts:" in nsswitch.conf; null when not readable'),
  own: z.array(lookupSchema).describe('lookups of the own host name and FQDN'),
  lookups: z.array(lookupSchema).describe("lookups of the policy's names: nodes and cluster"),
});

export type HostsLine = z.infer<typeof hostsLineSchema>;
export type Lookup = z.infer<typeof lookupSchema>;
export type NamesFacts = z.infer<typeof namesSchema>;
