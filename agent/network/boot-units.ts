import type { BootManager } from '../../shared/facts/network.ts';
import type { FileStatus, Host } from '../host/host.ts';
import { HostError } from '../host/host.ts';
import { exists, listOrNone } from '../listing.ts';

type State = Extract<BootManager['state'], { status: 'ok' }>['value'];

/** Folders of systemd units, those that go before others first. */
const FOLDERS = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
];

/** The targets that Debian's units of the network install themselves into, all reached at boot. */
const TARGETS = ['multi-user', 'network-online', 'network', 'basic', 'sysinit'];

/** The units that systemd starts at boot, as the links of its targets tell. */
export async function wantedUnits(host: Host): Promise<ReadonlySet<string>> {
  if (!(await exists(host, '/etc/systemd/system'))) {
    const why = 'no systemd on the host, so what starts at boot is not known';
    throw new HostError('unsupported', '/etc/systemd/system', why);
  }
  const names = new Set<string>();
  // one after the other, so that of several failures it is always the same that is told
  for (const target of TARGETS) {
    const folder = `/etc/systemd/system/${target}.target.wants`;
    for (const name of await listOrNone(host, folder)) names.add(name);
  }
  return names;
}

/** Whether a unit is there, and starts at boot. */
export async function unitState(
  host: Host,
  unit: string,
  wanted: ReadonlySet<string>,
): Promise<State> {
  for (const folder of FOLDERS) {
    const status = await statusOrNull(host, `${folder}/${unit}`);
    // A masked unit is a link to /dev/null
    if (status?.type === 'character') return 'masked';
    if (status !== null) return wanted.has(unit) ? 'enabled' : 'disabled';
  }
  return 'absent';
}

async function statusOrNull(host: Host, path: string): Promise<FileStatus | null> {
  try {
    return await host.stat(path);
  } catch (error) {
    if (error instanceof HostError && error.kind === 'not_found') return null;
    throw error;
  }
}
