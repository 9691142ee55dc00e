import type { DrbdDevice } from '../../shared/facts/drbd.ts';
import { ParseError } from '../host/host.ts';
import { parseKernelSize, parseWhole, quote, textLines } from '../parse.ts';

/** What /proc/drbd tells: the module's version, and from 8.x the devices. */
export interface ProcDrbd {
  /** null when the version line is not there */
  version: string | null;
  devices: DrbdDevice[];
}

/** /proc/drbd of DRBD 8.0 to 8.4 with its configured devices, and of DRBD 9, which shows none. */
export function parseProcDrbd(text: string): ProcDrbd {
  // DRBD 8.3 writes a NUL where a device has no flag
  const lines = textLines(text.replaceAll('\0', ' '), '/proc/drbd');
  if (lines.at(-1) !== '') throw new ParseError('/proc/drbd ends within a line: cut off');
  const header = /^(?:version: (\S+) \(api:|GIT-hash: |srcversion: )/.exec(lines[0] ?? '');
  if (!header) throw new ParseError('/proc/drbd begins with neither its version nor its build');
  const devices: DrbdDevice[] = [];
  let current: DrbdDevice | null = null;
  for (const line of lines.slice(1)) {
    const minor = /^\s*(\d+): (.*)$/.exec(line);
    if (minor) {
      current = parseDevice(parseWhole(minor[1] ?? '', 'a minor'), minor[2] ?? '');
      if (current) devices.push(current);
    } else if (/^\s+\S/.test(line)) {
      if (current) addProgress(current, line);
    } else if (line !== '' && !/^(?:GIT-hash|srcversion|Transports)\b/.test(line)) {
      throw new ParseError(`/proc/drbd: unknown line ${quote(line)}`);
    }
  }
  return { version: header[1] ?? null, devices };
}

/** `cs:… ro:…/… ds:…/…`, where DRBD 8.0 wrote `st:` for `ro:`; null for an unconfigured minor. */
function parseDevice(minor: number, text: string): DrbdDevice | null {
  if (/^cs:Unconfigured\s*$/.test(text)) return null;
  const match = /^cs:(\w+) (?:ro|st):(\w+)\/(\w+) ds:(\w+)\/(\w+)(?: |$)/.exec(text);
  if (!match) {
    throw new ParseError(`/proc/drbd: minor ${minor} is not readable: ${quote(text)}`);
  }
  const [, connection = '', localRole = '', peerRole = '', localDisk = '', peerDisk = ''] = match;
  const sides = { connection, localRole, peerRole, localDisk, peerDisk };
  return { minor, resource: null, ...sides, syncPercent: null, outOfSyncBytes: null };
}

function addProgress(device: DrbdDevice, line: string): void {
  const outOfSync = /\boos:(\d+)/.exec(line)?.[1];
  if (outOfSync !== undefined) device.outOfSyncBytes = parseKernelSize(`${outOfSync} kB`, 'oos');
  const percent = /\bsync'ed:\s*(\d+(?:\.\d+)?)%/.exec(line)?.[1];
  if (percent !== undefined) device.syncPercent = Number(percent);
}
