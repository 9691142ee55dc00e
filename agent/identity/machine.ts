import { CommandError } from '../../shared/exit.ts';
import { type Host, HostError } from '../host/host.ts';
import { digestOf } from '../spool/entry.ts';

/** What tells this machine from all others, and never its id itself: equal only for clones. */
export async function machineIdOf(host: Host): Promise<string> {
  const id = (await readOwn(host, '/etc/machine-id')).trim();
  if (/^[0-9a-f]{32}$/.test(id)) return digestOf(`muster-machine-v1\n${id}`);
  const remedy = 'make one: systemd-machine-id-setup';
  throw new CommandError('noInput', `/etc/machine-id holds no machine id; ${remedy}`);
}

/** The id of this boot. */
export async function bootIdOf(host: Host): Promise<string> {
  return (await readOwn(host, '/proc/sys/kernel/random/boot_id')).trim();
}

/** A delay below `splayMs`: always the same on this machine, and spread over all machines. */
export function slotMs(machineId: string, splayMs: number): number {
  const share = Number.parseInt(machineId.slice(0, 12), 16) / 2 ** 48;
  return Math.floor(share * splayMs);
}

async function readOwn(host: Host, path: string): Promise<string> {
  try {
    return await host.read(path);
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    throw new CommandError('noInput', `reading ${path}: ${error.message}`, error);
  }
}
