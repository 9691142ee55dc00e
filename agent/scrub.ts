import type { Recording } from './host/recording.ts';
import { hardwareAddresses } from './scrub/hardware-addresses.ts';
import { hostNames } from './scrub/host-names.ts';
import { identifiers } from './scrub/identifiers.ts';
import { ipv4Addresses } from './scrub/ipv4-addresses.ts';
import { ipv6Addresses } from './scrub/ipv6-addresses.ts';
import { type Replacements, type Source, swapper } from './scrub/replacements.ts';
import { serialNumbers } from './scrub/serial-numbers.ts';

/**
 * The recording with serial numbers, addresses and identifiers replaced by documentation values:
 * each one by the same value wherever it stands, different ones by different values, and equal
 * recordings by equal ones. With `names` the names of hosts too.
 */
export function scrubRecording(recording: Recording, options: { names: boolean }): Recording {
  const swap = swapper(replacementsOf(sourcesOf(recording), options.names));
  const { snapshot, commands, files } = recording;
  return {
    snapshot: { ...sortLists(mapStrings(snapshot, swap)), scrubbed: true },
    commands: mapStrings(commands, swap),
    files: mapStrings(files, swap),
  };
}

function replacementsOf(sources: Source[], names: boolean): Replacements[] {
  const hardware = hardwareAddresses(sources);
  return [
    identifiers(sources),
    hardware,
    ipv6Addresses(sources, hardware),
    ipv4Addresses(sources),
    serialNumbers(sources),
    ...(names ? hostNames(sources) : []),
  ];
}

function sourcesOf({ snapshot, commands, files }: Recording): Source[] {
  const answers = commands.map((one) => ({
    name: [one.command, ...one.args].join(' '),
    text: 'failure' in one ? one.failure.message : `${one.stdout}\n${one.stderr}`,
  }));
  const asked = commands.map((one) => [one.command, ...one.args, one.input ?? ''].join(' '));
  return [
    ...Object.entries(files).map(([name, text]) => ({ name, text })),
    ...answers,
    { name: 'paths', text: [...Object.keys(files), ...asked].join('\n') },
    { name: 'snapshot.json', text: JSON.stringify(snapshot) },
  ];
}

/** The same value with each string in it, keys too, replaced. */
function mapStrings<T>(value: T, swap: (text: string) => string): T {
  return mapValue(value, swap) as T;
}

function mapValue(value: unknown, swap: (text: string) => string): unknown {
  if (typeof value === 'string') return swap(value);
  if (Array.isArray(value)) return value.map((one) => mapValue(one, swap));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [swap(key), mapValue(one, swap)]),
  );
}

/** A host lists names sorted, and replaced names sort otherwise. */
function sortLists(snapshot: Recording['snapshot']): Recording['snapshot'] {
  const lists = Object.entries(snapshot.lists).map(
    ([path, names]) => [path, Array.isArray(names) ? [...names].sort() : names] as const,
  );
  return { ...snapshot, lists: Object.fromEntries(lists) };
}
