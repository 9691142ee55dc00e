import { createHash } from 'node:crypto';
import { type Host, ParseError } from '../host/host.ts';
import { quote } from '../parse.ts';
import { type Probe, reading, readOptional } from '../probe.ts';

/** Which machine this is, and since which boot. */
export const identityProbe: Probe<'identity'> = {
  section: 'identity',
  timeoutMs: 10_000,
  async collect(host) {
    const machineId = await readOptional(host, '/etc/machine-id');
    const bootId = await readOptional(host, '/proc/sys/kernel/random/boot_id');
    return {
      hostname: parseHostname(await host.read('/proc/sys/kernel/hostname')),
      fqdn: await reading('hostname --fqdn', () => fqdn(host)),
      machineIdHash: machineId === null ? null : hashMachineId(machineId),
      bootId: bootId?.trim() || null,
    };
  },
};

/** A host name on a line of its own. */
export function parseHostname(text: string): string {
  const name = text.trim();
  if (/^[^\s\p{Cc}]{1,253}$/u.test(name)) return name;
  throw new ParseError(`expected a host name, found ${quote(text)}`);
}

/**
 * A digest that tells machines apart without telling their id, which is a secret towards others
 * (man 5 machine-id); null for an empty id and for the placeholder of images.
 */
export function hashMachineId(text: string): string | null {
  const id = text.trim();
  if (id === '' || id === 'uninitialized') return null;
  if (!/^[0-9a-f]{32}$/.test(id)) throw new ParseError(`/etc/machine-id: found ${quote(id)}`);
  return createHash('sha256').update(`muster machine-id ${id}`).digest('hex');
}

/** The resolver may wait for a dead DNS server: the limit is above its usual five seconds. */
const FQDN_TIMEOUT_MS = 8000;

async function fqdn(host: Host): Promise<string> {
  const { stdout } = await host.run('hostname', ['--fqdn'], { timeoutMs: FQDN_TIMEOUT_MS });
  return parseHostname(stdout);
}
