import type { BootInterface } from '../../shared/facts/network.ts';
import { ParseError } from '../host/host.ts';
import {
  bondMode,
  KERNEL_FORWARD_DELAY_MS,
  parseMtu,
  parseSeconds,
  parseTruth,
  plainInterface,
} from './boot-interface.ts';
import { allValues, lastValue } from './ini-file.ts';
import type { NetworkdFile, NetworkdFiles } from './networkd-files.ts';
import { type Device, namedIn, networkFor } from './networkd-match.ts';

/**
 * What systemd-networkd makes of its files at boot: the devices of its .netdev files, and what the
 * first matching .network file gives to each device, made by it or `present` on the host.
 */
export function networkdInterfaces(
  { netdevs, networks }: NetworkdFiles,
  present: readonly Device[],
): BootInterface[] {
  const made = new Map(netdevs.map((file) => [nameOf(file), file] as const));
  const names = new Set([...made.keys(), ...present.map(byName), ...networks.flatMap(namedIn)]);
  names.delete('lo');
  const members = [...names].flatMap((name): Member[] => {
    const netdev = made.get(name);
    const network = networkFor(deviceOf(name, netdev, present), networks);
    if (network && isTrue(network, 'Link', 'Unmanaged')) return [];
    return netdev || network ? [{ name, netdev, network }] : [];
  });
  return members.map((member) => interfaceOf(member, members));
}

interface Member {
  name: string;
  netdev: NetworkdFile | undefined;
  network: NetworkdFile | null;
}

function byName({ name }: Device): string {
  return name;
}

function nameOf({ path, sections }: NetworkdFile): string {
  const name = lastValue(sections, 'NetDev', 'Name');
  if (name === undefined) throw new ParseError(`${path}: [NetDev] without a Name`);
  return name;
}

function deviceOf(
  name: string,
  netdev: NetworkdFile | undefined,
  present: readonly Device[],
): Device {
  const here = present.find((device) => device.name === name);
  const kind = netdev && lastValue(netdev.sections, 'NetDev', 'Kind');
  return here ?? { name, kind: kind ?? null, macAddress: null };
}

function interfaceOf(member: Member, all: readonly Member[]): BootInterface {
  const { name, netdev, network } = member;
  const source = network?.path ?? netdev?.path ?? '';
  const own = { ...plainInterface(name, source), ...networkFacts(network) };
  if (netdev === undefined) return own;
  const device = { ...own, ...deviceFacts(member, netdev, all) };
  // systemd-networkd makes the device, and leaves it down and without address
  return network === null
    ? { ...device, atBoot: false, faults: [`no .network file brings ${name} up`] }
    : device;
}

const BY_HAND = new Set(['manual', 'always-down', 'down']);

function networkFacts(network: NetworkdFile | null): Partial<BootInterface> {
  if (network === null) return {};
  const { path, sections } = network;
  const addresses = [
    ...allValues(sections, 'Network', 'Address'),
    ...allValues(sections, 'Address', 'Address'),
  ];
  const mtu = lastValue(sections, 'Link', 'MTUBytes');
  return {
    atBoot: !BY_HAND.has(lastValue(sections, 'Link', 'ActivationPolicy') ?? 'up'),
    method: methodOf(network, addresses),
    addresses,
    gateway: gatewayOf(network),
    ...(mtu === undefined ? {} : { mtuBytes: parseMtu(mtu, `${path}: MTUBytes`) }),
  };
}

function methodOf({ sections, path }: NetworkdFile, addresses: string[]): BootInterface['method'] {
  const dhcp = lastValue(sections, 'Network', 'DHCP') ?? 'no';
  const byDhcp = ['ipv4', 'ipv6'].includes(dhcp) ? dhcp === 'ipv4' : parseTruth(dhcp, path);
  if (byDhcp) return 'dhcp';
  return addresses.some((address) => !address.includes(':')) ? 'static' : 'none';
}

/** `_dhcp4` and `_ipv6ra` stand for the one that was heard of: no address. */
function gatewayOf({ sections }: NetworkdFile): string | null {
  const routes = sections
    .filter(({ name }) => name === 'Route')
    .filter((route) => isDefault(lastValue([route], 'Route', 'Destination')))
    .flatMap((route) => allValues([route], 'Route', 'Gateway'));
  const all = [...allValues(sections, 'Network', 'Gateway'), ...routes];
  return all.find((gateway) => /^\d+(\.\d+){3}$/.test(gateway)) ?? null;
}

function isDefault(destination: string | undefined): boolean {
  return destination === undefined || destination === '0.0.0.0/0';
}

function deviceFacts(
  { name }: Member,
  netdev: NetworkdFile,
  all: readonly Member[],
): Partial<BootInterface> {
  const { path, sections } = netdev;
  const kind = lastValue(sections, 'NetDev', 'Kind');
  const mtu = lastValue(sections, 'NetDev', 'MTUBytes');
  const sized = mtu === undefined ? {} : { mtuBytes: parseMtu(mtu, `${path}: MTUBytes`) };
  if (kind === 'vlan') return { ...sized, kind };
  if (kind === 'bond') {
    const mode = bondMode(lastValue(sections, 'Bond', 'Mode') ?? 'balance-rr');
    return { ...sized, kind, ports: portsOf(name, 'Bond', all), bondMode: mode };
  }
  if (kind !== 'bridge') return sized;
  const delay = lastValue(sections, 'Bridge', 'ForwardDelaySec');
  return {
    ...sized,
    kind,
    ports: portsOf(name, 'Bridge', all),
    stp: isTrue(netdev, 'Bridge', 'STP'),
    forwardDelayMs: delay === undefined ? KERNEL_FORWARD_DELAY_MS : timeSpanMs(delay, path),
    vlanAware: isTrue(netdev, 'Bridge', 'VLANFiltering'),
  };
}

function portsOf(name: string, key: 'Bridge' | 'Bond', all: readonly Member[]): string[] {
  return all
    .filter(({ network }) => network && lastValue(network.sections, 'Network', key) === name)
    .map((member) => member.name);
}

function isTrue({ path, sections }: NetworkdFile, section: string, key: string): boolean {
  const value = lastValue(sections, section, key);
  return value !== undefined && parseTruth(value, `${path}: ${key}`);
}

/** A time span of systemd as far as a forward delay needs it: `4`, `4s`, `500ms`. */
function timeSpanMs(text: string, path: string): number {
  const [, number = '', unit] = /^([\d.]+)\s*(s|sec|ms)?$/.exec(text) ?? [];
  const seconds = parseSeconds(number, `${path}: ForwardDelaySec`);
  return unit === 'ms' ? Math.round(seconds / 1000) : seconds;
}
