import type { DisksFacts } from '../../shared/facts/disks.ts';
import { allInOrder } from '../attempts.ts';
import { type Host, ParseError } from '../host/host.ts';
import { listOrNone, readOrNull } from '../listing.ts';
import { parseMdstat } from '../mdstat.ts';
import { parseWhole, quote } from '../parse.ts';
import { type Probe, reading, readOptional } from '../probe.ts';
import { smartOf } from '../system/smart.ts';

/** The disks of the machine, and the arrays that the kernel makes of them. */
export const disksProbe: Probe<'disks'> = {
  section: 'disks',
  timeoutMs: 10_000,
  needsRoot: 'health of disks (SMART)',
  async collect(host) {
    const found = await reading(BLOCK, () => disks(host));
    const names = found.status === 'ok' ? found.value.map(({ name }) => name) : [];
    return {
      raidArrays: await reading('/proc/mdstat', () => raidArrays(host)),
      disks: found,
      smart: found.status === 'ok' ? await reading('smartctl', () => smartOf(host, names)) : found,
    };
  },
};

const BLOCK = '/sys/block';

/** A kernel that has not loaded the driver has no /proc/mdstat, and so no arrays. */
async function raidArrays(host: Host) {
  const text = await readOrNull(host, '/proc/mdstat');
  return text === null ? [] : parseMdstat(text);
}

/** What is made of other devices, or is no disk that stays in the machine. */
const NO_DISK = /^(?:loop|ram|zram|dm-|md|drbd|sr|fd|nbd|rbd|zd)\d/;
/** Linux counts the size of every block device in these. */
const SECTOR_BYTES = 512;

type Disk = Extract<DisksFacts['disks'], { status: 'ok' }>['value'][number];

async function disks(host: Host): Promise<Disk[]> {
  const names = (await listOrNone(host, BLOCK)).filter((name) => !NO_DISK.test(name));
  const all = await allInOrder(names.map((name) => diskOf(host, name)));
  return all.filter((disk) => disk !== null);
}

/** A disk, or null for one that can be pulled out, or a bay without one. */
async function diskOf(host: Host, name: string): Promise<Disk | null> {
  const folder = `${BLOCK}/${name}`;
  if (await isSet(host, `${folder}/removable`)) return null;
  const sectors = parseWhole(await host.read(`${folder}/size`), `the size of ${name}`);
  if (sectors === 0) return null;
  const rotational = await isSet(host, `${folder}/queue/rotational`);
  const text = async (file: string) =>
    (await readOptional(host, `${folder}/device/${file}`))?.trim();
  return {
    name,
    sizeBytes: sectors * SECTOR_BYTES,
    rotational,
    vendor: vendorIn(await text('vendor')),
    model: (await text('model')) || null,
    firmware: (await text('rev')) || (await text('firmware_rev')) || null,
  };
}

/** SCSI states a name; a virtual disk the number of its bus, which says nothing of the disk. */
function vendorIn(text: string | undefined): string | null {
  return text === undefined || text === '' || /^0x[0-9a-f]{4}$/.test(text) ? null : text;
}

async function isSet(host: Host, path: string): Promise<boolean> {
  const text = (await host.read(path)).trim();
  if (!/^[01]$/.test(text)) throw new ParseError(`${path}: expected 0 or 1, found ${quote(text)}`);
  return text === '1';
}
