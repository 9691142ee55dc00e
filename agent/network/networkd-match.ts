import { globMatches } from '../../shared/glob.ts';
import { ParseError } from '../host/host.ts';
import type { IniSection } from './ini-file.ts';
import type { NetworkdFile } from './networkd-files.ts';

/** A device as the [Match] section of a file sees it. */
export interface Device {
  name: string;
  /** kernel link kind: bridge, bond …; null for a plain device */
  kind: string | null;
  macAddress: string | null;
}

/**
 * The first file whose [Match] is about the device, as systemd-networkd takes it. One that might be
 * first, by a condition that is not understood here, is an error: what comes after it is a guess.
 */
export function networkFor(device: Device, files: readonly NetworkdFile[]): NetworkdFile | null {
  for (const file of files) {
    const answer = answerOf(device, file.sections);
    if (answer === 'yes') return file;
    if (answer === 'unsure') {
      const what = `whether it is for ${device.name}`;
      throw new ParseError(`${file.path}: its [Match] is not understood, nor ${what}`);
    }
  }
  return null;
}

/** The interfaces that a file names without a pattern. */
export function namedIn({ sections }: NetworkdFile): string[] {
  return conditions(sections)
    .filter(({ key, value }) => key === 'Name' && !value.startsWith('!'))
    .flatMap(({ value }) => value.split(/\s+/))
    .filter((name) => /^[\w.:-]+$/.test(name));
}

type Answer = 'yes' | 'no' | 'unsure';

/** All conditions must hold; one that does not settles it whatever the others are. */
function answerOf(device: Device, sections: readonly IniSection[]): Answer {
  const given = conditions(sections);
  const keys = [...new Set(given.map(({ key }) => key))];
  // without any condition systemd-networkd ignores the file, and says so in its log
  if (keys.length === 0) return 'no';
  const answers = keys.map((key) => {
    const own = given.filter((one) => one.key === key);
    return holds(
      device,
      key,
      own.flatMap(({ value }) => value.split(/\s+/)),
    );
  });
  if (answers.includes('no')) return 'no';
  return answers.includes('unsure') ? 'unsure' : 'yes';
}

function conditions(sections: readonly IniSection[]) {
  return sections
    .filter(({ name }) => name === 'Match')
    .flatMap(({ entries }) => entries)
    .filter(({ value }) => value !== '');
}

function holds(device: Device, key: string, words: readonly string[]): Answer {
  if (key === 'Name') return anyOf(device.name, words);
  if (key === 'Kind') return device.kind === null ? 'no' : anyOf(device.kind, words);
  if (key === 'Type') return anyOf(typeOf(device), words);
  if (key !== 'MACAddress' && key !== 'PermanentMACAddress') return 'unsure';
  if (device.macAddress === null) return 'unsure';
  const wanted = words.map((word) => word.toLowerCase().replaceAll('-', ':'));
  return wanted.includes(device.macAddress.toLowerCase()) ? 'yes' : 'no';
}

/** The kinds that networkctl shows as a type of their own; others are what they carry: ether. */
const TYPES = new Set(['bridge', 'bond', 'vlan', 'vxlan', 'wlan']);

function typeOf({ kind, name }: Device): string {
  if (name === 'lo') return 'loopback';
  return kind !== null && TYPES.has(kind) ? kind : 'ether';
}

/** A `!` before the first pattern turns the whole list round. */
function anyOf(text: string, words: readonly string[]): Answer {
  const [first = '', ...rest] = words;
  const patterns = [first.replace(/^!/, ''), ...rest];
  const found = patterns.some((pattern) => globMatches(pattern, text));
  if (!found && patterns.some((pattern) => pattern.includes('['))) return 'unsure';
  return found === first.startsWith('!') ? 'no' : 'yes';
}
