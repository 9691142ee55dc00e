import type { GuestArguments } from '../../shared/facts/guests.ts';
import { GIB, KIB, MIB, TIB } from '../../shared/units.ts';
import { ParseError } from '../host/host.ts';
import { quote } from '../parse.ts';
import { allowedCommandLine } from './allowed.ts';
import { drivesOf, nicsOf } from './attachments.ts';
import { spiceOf, vncOf } from './consoles.ts';
import { type Option, optionsOf, wordsOf } from './options.ts';
import { FIRST, type Properties, parseProperties } from './properties.ts';

/**
 * What the command line of a guest says of it: the text of `/proc/PID/cmdline`. Taken from what
 * `allowedCommandLine` lets through, so that no secret can get into the facts.
 */
export function parseArguments(text: string): GuestArguments {
  const words = wordsOf(allowedCommandLine(text));
  const options = optionsOf(words);
  const last = (...names: string[]) => lastOf(options, names);
  const runWith = propertiesOf(options, 'run-with');
  return {
    program: words[0]?.startsWith('/') ? words[0] : null,
    name: nameOf(options),
    cpu: last('cpu'),
    ...machineOf(options),
    memoryBytes: memoryOf(last('m')),
    ...topologyOf(last('smp')),
    vnc: vncOf(options),
    spice: spiceOf(options),
    serial: options.some(({ name, value }) => name === 'serial' && value !== 'none'),
    drives: drivesOf(options),
    nics: nicsOf(options),
    devices: driversOf(options),
    kernelPath: last('kernel'),
    initrdPath: last('initrd'),
    memoryPath: last('mem-path'),
    incoming: last('incoming'),
    runAs: last('runas') ?? firstWith(runWith, 'user'),
    chroot: last('chroot') !== null || firstWith(runWith, 'chroot') !== null,
    oldSocketFlags: options.some(hasOldFlags),
    options: [...new Set(options.map(({ name }) => name))].sort(),
  };
}

/** The name behind `-name` in any command line; null when there is none, so that it is no guest. */
export function guestName(text: string): string | null {
  const words = text.split('\0');
  const at = words.indexOf('-name');
  const named = at < 0 ? undefined : words[at + 1];
  return named === undefined ? null : guestOf(parseProperties(named));
}

function nameOf(options: readonly Option[]): string | null {
  const named = propertiesOf(options, 'name').at(-1);
  return named === undefined ? null : guestOf(named);
}

function guestOf(named: Properties): string | null {
  return named.get('guest') ?? named.get(FIRST) ?? null;
}

function lastOf(options: readonly Option[], names: readonly string[]): string | null {
  return options.findLast(({ name }) => names.includes(name))?.value ?? null;
}

function propertiesOf(options: readonly Option[], ...names: string[]): Properties[] {
  return options
    .filter(({ name }) => names.includes(name))
    .map(({ value }) => parseProperties(value ?? ''));
}

function firstWith(many: readonly Properties[], key: string): string | null {
  return many.map((one) => one.get(key)).find((value) => value !== undefined) ?? null;
}

/** QEMU takes the last type it is given, and its accelerators one after the other. */
function machineOf(options: readonly Option[]): Pick<GuestArguments, 'machine' | 'acceleration'> {
  const machines = propertiesOf(options, 'machine', 'M');
  const types = machines.map((one) => one.get('type') ?? one.get(FIRST));
  const accel = propertiesOf(options, 'accel').map((one) => one.get('accel') ?? one.get(FIRST));
  const asked = [...machines.map((one) => one.get('accel')), ...accel];
  const enabled = options.some(({ name }) => name === 'enable-kvm') ? ['kvm'] : [];
  return {
    machine: types.findLast((type) => type !== undefined) ?? null,
    acceleration: [...asked.flatMap((one) => one?.split(':') ?? []), ...enabled],
  };
}

/** Factors by the letter behind a size; a bare number is in MiB. */
const SIZES: Readonly<Record<string, number>> = {
  '': MIB,
  B: 1,
  K: KIB,
  M: MIB,
  G: GIB,
  T: TIB,
};

function memoryOf(value: string | null): number | null {
  if (value === null) return null;
  const found = parseProperties(value);
  const size = found.get('size') ?? found.get(FIRST) ?? '';
  const match = /^(\d{1,12})([BKMGT]?)$/i.exec(size);
  const factor = SIZES[match?.[2]?.toUpperCase() ?? ''];
  if (!match || factor === undefined) {
    throw new ParseError(`-m of a guest: expected a size, found ${quote(size)}`);
  }
  return Number(match[1]) * factor;
}

type Topology = Pick<GuestArguments, 'vcpus' | 'sockets' | 'cores' | 'threads'>;

/** CPUs that are not said are the product of the parts. */
function topologyOf(value: string | null): Topology {
  const found = parseProperties(value ?? '');
  const part = (key: string) => countOf(found.get(key));
  const sockets = part('sockets');
  const cores = part('cores');
  const threads = part('threads');
  const said = part('cpus') ?? part(FIRST);
  const product = (sockets ?? 1) * (cores ?? 1) * (threads ?? 1);
  return { vcpus: said ?? (value === null ? null : product), sockets, cores, threads };
}

function countOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new ParseError(`-smp of a guest: expected a count, found ${quote(text)}`);
}

function driversOf(options: readonly Option[]): string[] {
  const found = propertiesOf(options, 'device').map((one) => one.get('driver') ?? one.get(FIRST));
  return [...new Set(found.filter((driver) => driver !== undefined))].sort();
}

const SOCKETS = ['monitor', 'qmp', 'serial', 'chardev'];

/** The way to say wait=off before QEMU 6.0, which Ganeti up to 3.0 still goes. */
function hasOldFlags({ name, value }: Option): boolean {
  return SOCKETS.includes(name) && parseProperties(value ?? '').has('nowait');
}
