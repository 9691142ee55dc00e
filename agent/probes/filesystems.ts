import type { Reading } from '../../shared/reading.ts';
import { allInOrder, firstAnswer } from '../attempts.ts';
import { type Host, HostError, ParseError, type Space } from '../host/host.ts';
import { quote, textLines } from '../parse.ts';
import { type Probe, reading } from '../probe.ts';

/** The mounts that hold what Ganeti and the system need, with the space left on them. */
export const filesystemsProbe: Probe<'filesystems'> = {
  section: 'filesystems',
  timeoutMs: 10_000,
  async collect(host) {
    const mounts = holders(await mountTable(host));
    return {
      mounts: await allInOrder(
        mounts.map(async (mount) => ({ ...mount, space: await spaceOf(host, mount) })),
      ),
    };
  },
};

/** The folders whose filesystem matters: the system's, Ganeti's data and queue, its logs. */
const FOLDERS = ['/', '/boot', '/var', '/var/lib/ganeti', '/var/log'];

/**
 * The table of process 1 comes first, as a hardened unit shows its own processes read-only mounts
 * that the rest of the system does not have.
 */
const TABLES = ['/proc/1/mounts', '/proc/self/mounts', '/proc/mounts'];

function mountTable(host: Host): Promise<Mount[]> {
  return firstAnswer(TABLES.map((path) => async () => parseMounts(await host.read(path))));
}

/** One line of a mount table. */
export interface Mount {
  path: string;
  source: string;
  type: string;
  options: string[];
}

/** The lines of /proc/self/mounts in order; the kernel's octal escapes are undone. */
export function parseMounts(text: string): Mount[] {
  const lines = textLines(text, 'the mount table').filter((line) => line !== '');
  if (lines.length === 0) throw new ParseError('the mount table is empty');
  return lines.map((line) => {
    const [source, path, type, options, ...dumpAndPass] = line.split(' ');
    const whole = dumpAndPass.length === 2 && dumpAndPass.every((field) => /^\d+$/.test(field));
    if (!source || !path?.startsWith('/') || !type || !options || !whole) {
      throw new ParseError(`not a line of a mount table: ${quote(line)}`);
    }
    return {
      path: unescapeOctal(path),
      source: unescapeOctal(source),
      type: unescapeOctal(type),
      options: unescapeOctal(options).split(','),
    };
  });
}

function unescapeOctal(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}

/** The mounts that hold the folders of interest, each with those that lie on it. */
export function holders(mounts: readonly Mount[]): (Mount & { holds: string[] })[] {
  const held = new Map<Mount, string[]>();
  for (const folder of FOLDERS) {
    const mount = holderOf(mounts, folder);
    if (mount) held.set(mount, [...(held.get(mount) ?? []), folder]);
  }
  return [...held].map(([mount, holds]) => ({ ...mount, holds }));
}

/** The deepest mount above a folder; of several on one path the last one covers the others. */
function holderOf(mounts: readonly Mount[], folder: string): Mount | undefined {
  let best: Mount | undefined;
  for (const mount of mounts) {
    const above = mount.path === '/' ? '/' : `${mount.path}/`;
    const holds = mount.path === folder || folder.startsWith(above);
    if (holds && mount.path.length >= (best?.path.length ?? 0)) best = mount;
  }
  return best;
}

/** Types whose statfs waits for another machine, or for a process that may be gone. */
const REMOTE_TYPES = new Set([
  ...['nfs', 'nfs4', 'cifs', 'smb3', 'smbfs', 'ceph', '9p', 'afs', 'lustre', 'beegfs', 'coda'],
  ...['glusterfs', 'orangefs', 'virtiofs', 'autofs', 'fuse'],
]);

function spaceOf(host: Host, mount: Mount): Promise<Reading<Space>> {
  return reading(mount.path, async () => {
    if (REMOTE_TYPES.has(mount.type) || mount.type.startsWith('fuse.')) {
      const why = `${mount.path} is ${mount.type}: not asked, as it can hang for ever`;
      throw new HostError('unsupported', mount.path, why);
    }
    return host.space(mount.path);
  });
}
