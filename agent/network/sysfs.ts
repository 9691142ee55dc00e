import type { Bridge, NetworkInterface } from '../../shared/facts/network.ts';
import { allInOrder, orNull } from '../attempts.ts';
import { type Host, HostError, ParseError } from '../host/host.ts';
import { parseWhole, quote } from '../parse.ts';
import { readOptional } from '../probe.ts';
import { type LinkFacts, MS_PER_TICK } from './ip-json.ts';

const NET = '/sys/class/net';
/** A file of the bonding driver that stands among the interfaces. */
const NOT_AN_INTERFACE = 'bonding_masters';
/** In the `flags` of an interface (linux/if.h). */
const IFF_UP = 0x1;

/** What /sys/class/net tells of all interfaces, for a host that has no `ip`. */
export async function readInterfaces(host: Host): Promise<LinkFacts[]> {
  const names = (await host.list(NET)).filter((name) => name !== NOT_AN_INTERFACE);
  const ports = await portsOfAll(host, names);
  return allInOrder(names.map((name) => readInterface(host, name, ports.get(name) ?? null)));
}

async function readInterface(host: Host, name: string, bridge: string | null): Promise<LinkFacts> {
  const folder = `${NET}/${name}`;
  const up = (parseFlags(await host.read(`${folder}/flags`), name) & IFF_UP) !== 0;
  const carrier = up ? await readOptional(host, `${folder}/carrier`) : null;
  return {
    name,
    kind: await kindOf(host, folder),
    macAddress: (await readOptional(host, `${folder}/address`))?.trim() || null,
    mtuBytes: parseWhole(await host.read(`${folder}/mtu`), `the MTU of ${name}`),
    up,
    operState: (await host.read(`${folder}/operstate`)).trim(),
    carrier: carrier === null ? null : carrier.trim() === '1',
    master: bridge ?? baseName(await orNull(() => host.link(`${folder}/master`))),
  };
}

function parseFlags(text: string, name: string): number {
  if (!/^0x[0-9a-f]{1,8}\s*$/.test(text)) {
    throw new ParseError(`the flags of ${name}: expected 0x…, found ${quote(text)}`);
  }
  return Number.parseInt(text, 16);
}

/** The kind that the driver states in `uevent`; a plain network card states none. */
async function kindOf(host: Host, folder: string): Promise<string | null> {
  const stated = /^DEVTYPE=(\S+)$/m.exec((await readOptional(host, `${folder}/uevent`)) ?? '');
  if (stated?.[1]) return stated[1];
  return (await orNull(() => host.list(`${folder}/bridge`))) === null ? null : 'bridge';
}

function baseName(target: string | null): string | null {
  return target?.split('/').at(-1) || null;
}

async function portsOfAll(host: Host, names: readonly string[]): Promise<Map<string, string>> {
  const bridgeOfPort = new Map<string, string>();
  for (const bridge of names) {
    for (const port of (await portsOf(host, bridge)) ?? []) bridgeOfPort.set(port, bridge);
  }
  return bridgeOfPort;
}

/** A bridge without ports has an empty folder of them; one that cannot be read tells nothing. */
function portsOf(host: Host, name: string): Promise<string[] | null> {
  return orNull(() => host.list(`${NET}/${name}/brif`));
}

/** A bridge as /sys/class/net tells of it; what the kernel does not say is null. */
export async function readBridge(host: Host, name: string): Promise<Bridge> {
  const read = async (file: string) => {
    const text = await readOptional(host, `${NET}/${name}/bridge/${file}`);
    return text === null ? null : parseWhole(text, `${file} of the bridge ${name}`);
  };
  const stp = await read('stp_state');
  const forwardDelay = await read('forward_delay');
  const vlanFiltering = await read('vlan_filtering');
  return {
    name,
    ports: await portsOf(host, name),
    stp: stp === null ? null : stp !== 0,
    forwardDelayMs: forwardDelay === null ? null : forwardDelay * MS_PER_TICK,
    vlanFiltering: vlanFiltering === null ? null : vlanFiltering !== 0,
  };
}

type DriverFacts = Pick<NetworkInterface, 'speedMbps' | 'duplex' | 'physical'>;

/** What only sysfs tells: speed and duplex where the driver knows them, and the device behind. */
export async function readDriver(host: Host, name: string): Promise<DriverFacts> {
  const speed = Number((await readOptional(host, `${NET}/${name}/speed`)) ?? Number.NaN);
  const duplex = (await readOptional(host, `${NET}/${name}/duplex`))?.trim() ?? '';
  return {
    // -1 (once 65535 and 4294967295) is the kernel's "unknown"
    speedMbps: Number.isInteger(speed) && speed > 0 && !UNKNOWN_SPEEDS.has(speed) ? speed : null,
    duplex: duplex === '' || duplex === 'unknown' ? null : duplex,
    physical: await hasDevice(host, name),
  };
}

const UNKNOWN_SPEEDS = new Set([0xffff, 0xffff_ffff]);

async function hasDevice(host: Host, name: string): Promise<boolean | null> {
  try {
    await host.link(`${NET}/${name}/device`);
    return true;
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    return error.kind === 'not_found' ? false : null;
  }
}
