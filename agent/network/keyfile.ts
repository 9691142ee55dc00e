import type { BootInterface } from '../../shared/facts/network.ts';
import type { Host } from '../host/host.ts';
import {
  bondMode,
  KERNEL_FORWARD_DELAY_MS,
  parseMtu,
  parseSeconds,
  parseTruth,
  plainInterface,
} from './boot-interface.ts';
import { readConfigFolders } from './config-folders.ts';
import { allValues, type IniKeys, type IniSection, lastValue, parseIni } from './ini-file.ts';
import type { Device } from './networkd-match.ts';

/** Earlier folders go before later ones. */
export const KEYFILE_FOLDERS: readonly string[] = [
  '/etc/NetworkManager/system-connections',
  '/run/NetworkManager/system-connections',
  '/usr/lib/NetworkManager/system-connections',
];

/** All that is read of a profile of NetworkManager; most of the rest is secret or may be. */
export const keyfileKeys: IniKeys = {
  connection: [
    ...['type', 'interface-name', 'uuid', 'autoconnect'],
    ...['master', 'controller', 'slave-type', 'port-type'],
  ],
  ethernet: ['mtu', 'mac-address'],
  '802-3-ethernet': ['mtu', 'mac-address'],
  bridge: ['stp', 'forward-delay', 'vlan-filtering'],
  bond: ['mode'],
  ipv4: ['method', 'address#', 'addresses', 'gateway'],
  ipv6: ['method', 'address#', 'addresses'],
};

/** A profile of NetworkManager, in its keyfile format. */
export interface Profile {
  path: string;
  sections: IniSection[];
}

/** The profiles of NetworkManager on the host. */
export async function readProfiles(host: Host): Promise<Profile[]> {
  const wanted = (name: string) => !name.startsWith('.') && !name.endsWith('~');
  const files = await readConfigFolders(host, KEYFILE_FOLDERS, wanted);
  return files.map(({ path, text }) => ({ path, sections: parseIni(text, path, keyfileKeys) }));
}

/** Types of connections that concern a node's network; the rest are radio, modems and tunnels. */
const KINDS: ReadonlyMap<string, BootInterface['kind']> = new Map([
  ['ethernet', 'plain'],
  ['802-3-ethernet', 'plain'],
  ['bridge', 'bridge'],
  ['bond', 'bond'],
  ['vlan', 'vlan'],
] as const);

/** What NetworkManager makes of its profiles at boot. */
export function keyfileInterfaces(
  profiles: readonly Profile[],
  present: readonly Device[],
): BootInterface[] {
  const known = profiles.filter((one) => KINDS.has(connection(one, 'type') ?? ''));
  const named = known.flatMap((one) => connection(one, 'interface-name') ?? []);
  return known.flatMap((profile) => {
    const own = connection(profile, 'interface-name');
    const names = own === undefined ? devicesOf(profile, { present, named }) : [own];
    return names.map((name) => interfaceOf(name, profile, { known, present, named }));
  });
}

interface Around {
  present: readonly Device[];
  named: readonly string[];
}

function connection({ sections }: Profile, key: string): string | undefined {
  return lastValue(sections, 'connection', key);
}

function ethernet({ sections }: Profile, key: string): string | undefined {
  return lastValue(sections, 'ethernet', key) ?? lastValue(sections, '802-3-ethernet', key);
}

/** A profile without an interface is for the device of its address, else for any that is free. */
function devicesOf(profile: Profile, { present, named }: Around): string[] {
  if (KINDS.get(connection(profile, 'type') ?? '') !== 'plain') return [];
  const mac = ethernet(profile, 'mac-address')?.toLowerCase();
  return present
    .filter(({ kind, name }) => kind === null && name !== 'lo' && !named.includes(name))
    .filter(({ macAddress }) => mac === undefined || macAddress?.toLowerCase() === mac)
    .map(({ name }) => name);
}

function interfaceOf(
  name: string,
  profile: Profile,
  around: Around & { known: readonly Profile[] },
): BootInterface {
  const { path, sections } = profile;
  const kind = KINDS.get(connection(profile, 'type') ?? '') ?? 'plain';
  const mtu = ethernet(profile, 'mtu') ?? '0';
  const addresses = [...addressesOf(sections, 'ipv4'), ...addressesOf(sections, 'ipv6')];
  return {
    ...plainInterface(name, path),
    kind,
    atBoot: parseTruth(connection(profile, 'autoconnect') ?? 'true', `${path}: autoconnect`),
    method: methodOf(sections),
    addresses: addresses.map(({ address }) => address),
    gateway: lastValue(sections, 'ipv4', 'gateway') ?? gatewayIn(sections),
    // 0 is automatic
    ...(mtu === '0' ? {} : { mtuBytes: parseMtu(mtu, `${path}: mtu`) }),
    ...(kind === 'bridge' ? bridgeFacts(profile) : {}),
    ...(kind === 'bond'
      ? { bondMode: bondMode(lastValue(sections, 'bond', 'mode') ?? 'balance-rr') }
      : {}),
    ports: portsOf(name, profile, around),
  };
}

/** Unlike the kernel and everybody else, NetworkManager turns STP on when nothing is stated. */
function bridgeFacts({ path, sections }: Profile): Partial<BootInterface> {
  const delay = lastValue(sections, 'bridge', 'forward-delay');
  return {
    stp: parseTruth(lastValue(sections, 'bridge', 'stp') ?? 'true', `${path}: stp`),
    forwardDelayMs:
      delay === undefined ? KERNEL_FORWARD_DELAY_MS : parseSeconds(delay, `${path}: forward-delay`),
    vlanAware: parseTruth(lastValue(sections, 'bridge', 'vlan-filtering') ?? 'false', path),
  };
}

/** A port names its bridge or bond by the interface or by the uuid of the profile. */
function portsOf(
  name: string,
  profile: Profile,
  around: Around & { known: readonly Profile[] },
): string[] {
  const uuid = connection(profile, 'uuid');
  return around.known.flatMap((other) => {
    const master = connection(other, 'controller') ?? connection(other, 'master');
    if (master === undefined || (master !== name && master !== uuid)) return [];
    return connection(other, 'interface-name') ?? devicesOf(other, around);
  });
}

function methodOf(sections: readonly IniSection[]): BootInterface['method'] {
  const method = lastValue(sections, 'ipv4', 'method');
  if (method === 'auto') return 'dhcp';
  return method === 'manual' ? 'static' : 'none';
}

interface Given {
  address: string;
  gateway: string | undefined;
}

/** `address1=192.0.2.5/24,192.0.2.1`, or all of them in `addresses`, between semicolons. */
function addressesOf(sections: readonly IniSection[], family: 'ipv4' | 'ipv6'): Given[] {
  const entries = sections.filter(({ name }) => name === family).flatMap((one) => one.entries);
  const numbered = entries.filter(({ key }) => /^address\d+$/.test(key)).map(({ value }) => value);
  const listed = allValues(sections, family, 'addresses').flatMap((value) => value.split(';'));
  return [...numbered, ...listed]
    .map((value) => value.split(',').map((part) => part.trim()))
    .flatMap(([address, gateway]) => (address ? [{ address, gateway }] : []));
}

function gatewayIn(sections: readonly IniSection[]): string | null {
  return addressesOf(sections, 'ipv4').find(({ gateway }) => gateway)?.gateway ?? null;
}
