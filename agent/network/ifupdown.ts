import type { BootInterface } from '../../shared/facts/network.ts';
import { globMatches } from '../../shared/glob.ts';
import { ParseError } from '../host/host.ts';
import {
  bondMode,
  KERNEL_FORWARD_DELAY_MS,
  parseMtu,
  parseSeconds,
  parseTruth,
  plainInterface,
} from './boot-interface.ts';
import type { InterfacesFile, Stanza } from './interfaces-file.ts';
import { namedPorts } from './port-names.ts';

/** The two programs that read the same file, and differ in what they take for granted. */
export type Dialect = 'ifupdown' | 'ifupdown2';

/**
 * What ifupdown makes of its files at boot: all stanzas of an interface together, as `ifup` takes
 * them. `present` are the interfaces there are, which patterns of ports and of names are held to.
 */
export function ifupdownInterfaces(
  files: readonly InterfacesFile[],
  { dialect, present }: { dialect: Dialect; present: readonly string[] },
): BootInterface[] {
  const stanzas = files.flatMap((file) => file.stanzas);
  const bases = new Map(stanzas.map((stanza) => [stanza.interface, stanza]));
  const whole = stanzas.map((stanza) => inherited(stanza, { bases, dialect }));
  const auto = files.flatMap((file) => file.auto);
  const hotplug = files.flatMap((file) => file.hotplug);
  const made = [...new Set(whole.map((stanza) => stanza.interface))].map((name) => {
    const own = whole.filter((stanza) => stanza.interface === name);
    const one = { ...merged(name, own, present), ...bondOf(name, whole, present) };
    const byHotplug = named(hotplug, name) && (one.kind === 'plain' || dialect === 'ifupdown2');
    return { ...one, atBoot: named(auto, name) || byHotplug, faults: faultsOf(own, dialect) };
  });
  return made;
}

interface Inheritance {
  bases: ReadonlyMap<string, Stanza>;
  dialect: Dialect;
}

/** No chain of stanzas is longer, unless it is a circle. */
const MAX_INHERITANCE = 20;

/** The stanza with family, method and options of those it inherits from, its own ones last. */
function inherited(stanza: Stanza, { bases, dialect }: Inheritance): Stanza {
  const chain = [stanza];
  for (let at = stanza; at.inherits !== null; ) {
    const base = bases.get(at.inherits);
    if (base === undefined || chain.length > MAX_INHERITANCE) {
      throw new ParseError(`${stanza.source}: inherits from a stanza that is not there`);
    }
    chain.push(base);
    at = base;
  }
  const family = chain.find((one) => one.family !== null)?.family ?? null;
  const method = chain.find((one) => one.method !== null)?.method ?? null;
  if ((family === null || method === null) && dialect === 'ifupdown') {
    throw new ParseError(`${stanza.source}: no family or method; ifup refuses the whole file`);
  }
  const own = new Set(stanza.options.map((option) => option.name));
  const taken = chain
    .slice(1)
    .flatMap(({ options }) => options.filter((one) => !own.has(one.name)));
  return { ...stanza, family, method, options: [...taken, ...stanza.options] };
}

function merged(name: string, own: readonly Stanza[], present: readonly string[]): BootInterface {
  const source = own[0]?.source ?? '';
  const plain = plainInterface(name, source);
  const mtu = last(own, 'mtu');
  const all = {
    ...plain,
    kind: isVlan(name, own) ? ('vlan' as const) : plain.kind,
    method: methodOf(own),
    addresses: own.flatMap(addressesOf),
    gateway: last(own.filter(isIpv4), 'gateway') ?? null,
    mtuBytes: mtu === undefined ? null : parseMtu(mtu, `${source}: mtu`),
  };
  const ports = words(own, 'bridge-ports');
  if (ports === undefined) return all;
  const delay = last(own, 'bridge-fd');
  return {
    ...all,
    kind: 'bridge',
    ports: namedPorts(ports, present),
    stp: parseTruth(last(own, 'bridge-stp') ?? 'off', `${source}: bridge_stp`),
    forwardDelayMs:
      delay === undefined ? KERNEL_FORWARD_DELAY_MS : parseSeconds(delay, `${source}: bridge_fd`),
    vlanAware: parseTruth(last(own, 'bridge-vlan-aware') ?? 'no', `${source}: bridge_vlan_aware`),
  };
}

/** A bond names its slaves, or they name it. */
function bondOf(name: string, all: readonly Stanza[], present: readonly string[]) {
  const own = all.filter((stanza) => stanza.interface === name);
  const listed = words(own, 'bond-slaves') ?? words(own, 'slaves');
  const mode = last(own, 'bond-mode');
  const claiming = all.filter((stanza) => last([stanza], 'bond-master') === name);
  if (listed === undefined && mode === undefined && claiming.length === 0) return {};
  const given = listed === undefined ? [] : namedPorts(listed, present);
  const slaves = given && [...new Set([...given, ...claiming.map((one) => one.interface)])];
  return { kind: 'bond' as const, ports: slaves, bondMode: bondMode(mode ?? '0') };
}

function isVlan(name: string, own: readonly Stanza[]): boolean {
  return last(own, 'vlan-raw-device') !== undefined || /\.\d{1,4}$/.test(name);
}

function methodOf(own: readonly Stanza[]): BootInterface['method'] {
  const ipv4 = own.filter(isIpv4);
  if (ipv4.some(({ method }) => method === 'dhcp')) return 'dhcp';
  return ipv4.some((one) => addressesOf(one).length > 0) ? 'static' : 'none';
}

/** Without a family a stanza of ifupdown2 is for both. */
function isIpv4({ family }: Stanza): boolean {
  return family === 'inet' || family === null;
}

function addressesOf(stanza: Stanza): string[] {
  const netmask = last([stanza], 'netmask');
  const addresses = stanza.options.filter(({ name }) => name === 'address');
  return addresses.flatMap(({ words: [address] }) => {
    if (address === undefined) return [];
    const length = address.includes('/') ? null : prefixLength(netmask);
    return length === null ? address : `${address}/${length}`;
  });
}

/** A netmask is a length, or the bits of it in four bytes. */
function prefixLength(netmask: string | undefined): number | null {
  if (netmask === undefined) return null;
  if (/^\d{1,3}$/.test(netmask)) return Number(netmask);
  const bytes = netmask.split('.').map(Number);
  const bits = bytes.map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return /^(?=.{32}$)1*0*$/.test(bits) ? bits.replaceAll('0', '').length : null;
}

/** What ifup refuses; the line is there and the interface still does not come up with it. */
function faultsOf(own: readonly Stanza[], dialect: Dialect): string[] {
  if (dialect === 'ifupdown2') return [];
  return own.flatMap((stanza) => {
    const count = stanza.options.filter(({ name }) => name === 'address').length;
    if (stanza.method === 'static' && count === 0) {
      return ['method static without an address, which ifup refuses'];
    }
    return count > 1 ? ['two "address" lines in one stanza, which ifup takes for one'] : [];
  });
}

function last(own: readonly Stanza[], name: string): string | undefined {
  return words(own, name)?.[0];
}

function words(own: readonly Stanza[], name: string): string[] | undefined {
  return own.flatMap(({ options }) => options).findLast((option) => option.name === name)?.words;
}

/** Whether an `auto` line names an interface: by its name, or by `/pattern`. */
function named(given: readonly string[], name: string): boolean {
  return given.some((word) => {
    const [pattern = ''] = word.replace(/^\//, '').split(/[/=]/);
    return word.startsWith('/') ? globMatches(pattern, name) : word.split('=')[0] === name;
  });
}
