import type { GuestArguments, GuestDrive } from '../../shared/facts/guests.ts';
import type { Option } from './options.ts';
import { FIRST, isOn, type Properties, parseProperties } from './properties.ts';

/** The drives of a guest, in their order; a CD-ROM is told from a disk by its device too. */
export function drivesOf(options: readonly Option[]): GuestArguments['drives'] {
  const devices = of(options, 'device');
  const drives = options.flatMap(({ name, value }) => {
    if (name === 'cdrom') return [driveOf(new Map([...CDROM, ['file', value ?? '']]), devices)];
    if (name !== 'drive' && name !== 'blockdev') return [];
    return [driveOf(parseProperties(value ?? ''), devices)];
  });
  return drives;
}

const CDROM = [['media', 'cdrom']] as const;

/** The network cards of a guest: each device with the backend it names. */
export function nicsOf(options: readonly Option[]): GuestArguments['nics'] {
  const devices = of(options, 'device');
  return of(options, 'netdev').map((backend) => {
    const id = backend.get('id') ?? null;
    const device = id === null ? undefined : devices.find((one) => one.get('netdev') === id);
    return {
      id,
      mac: device?.get('mac')?.toLowerCase() ?? null,
      model: device === undefined ? null : driver(device),
      tap: backend.get('ifname') ?? null,
      bridge: backend.get('br') ?? null,
      vhost: isOn(backend, 'vhost'),
    };
  });
}

function of(options: readonly Option[], wanted: string): Properties[] {
  return options
    .filter(({ name }) => name === wanted)
    .map(({ value }) => parseProperties(value ?? ''));
}

function driveOf(drive: Properties, devices: readonly Properties[]): GuestDrive {
  const any = (...keys: string[]) =>
    keys.map((key) => drive.get(key)).find((value) => value !== undefined) ?? null;
  const id = any('id', 'node-name');
  return {
    id,
    kind: kindOf(drive, id === null ? [] : devices.filter((one) => one.get('drive') === id)),
    ...placeOf(any('file', 'filename', 'file.filename')),
    format: any('format', 'driver'),
    cache: any('cache') ?? direct(any('cache.direct', 'file.cache.direct')),
    aio: any('aio', 'file.aio'),
  };
}

function kindOf(drive: Properties, devices: readonly Properties[]): GuestDrive['kind'] {
  const drivers = devices.map(driver);
  if (drive.get('media') === 'cdrom' || drivers.some((one) => one?.endsWith('-cd'))) {
    return 'cdrom';
  }
  if (drive.get('if') === 'floppy' || drivers.includes('floppy')) return 'floppy';
  return 'disk';
}

function driver(device: Properties): string | null {
  return device.get('driver') ?? device.get(FIRST) ?? null;
}

/** A path over a network comes through as its protocol and a colon. */
function placeOf(place: string | null): Pick<GuestDrive, 'path' | 'protocol'> {
  if (place === null) return { path: null, protocol: null };
  if (place.startsWith('/')) return { path: place, protocol: null };
  return { path: null, protocol: place.replace(/:$/, '') };
}

/** A block device says whether the cache of the host is passed by, which -drive calls none. */
function direct(value: string | null): string | null {
  if (value === null) return null;
  return value === 'on' ? 'none' : 'writeback';
}
