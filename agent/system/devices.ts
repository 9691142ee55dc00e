import { posix } from 'node:path';
import type { NetworkCard, StorageController } from '../../shared/facts/inventory.ts';
import { allInOrder } from '../attempts.ts';
import { type Host, HostError, ParseError } from '../host/host.ts';
import { listOrNone, readOrNull } from '../listing.ts';
import { quote, textLines } from '../parse.ts';
import { reading } from '../probe.ts';

/** The folder of PCI devices, as the source of what is read there. */
export const PCI = '/sys/bus/pci/devices';
/** The folder of network interfaces. */
export const NET = '/sys/class/net';

/** Class 01 of the PCI code and ID assignment, by its subclass. */
const STORAGE_KINDS: Record<string, StorageController['kind']> = {
  '00': 'scsi',
  '04': 'raid',
  '06': 'sata',
  '07': 'sas',
  '08': 'nvme',
};

/** Every PCI device that is a storage controller, by address; none on a machine without PCI. */
export async function storageControllers(host: Host): Promise<StorageController[]> {
  const addresses = await listOrNone(host, PCI);
  const found = await allInOrder(addresses.map((address) => controllerAt(host, address)));
  return found.filter((controller) => controller !== null);
}

async function controllerAt(host: Host, address: string): Promise<StorageController | null> {
  const folder = `${PCI}/${address}`;
  const code = await host.read(`${folder}/class`);
  const match = /^0x([0-9a-f]{2})([0-9a-f]{2})[0-9a-f]{2}$/.exec(code.trim());
  const [, main, sub = ''] = match ?? [];
  if (main === undefined) {
    throw new ParseError(
      `${folder}/class: expected a class such as 0x010700, found ${quote(code)}`,
    );
  }
  if (main !== '01') return null;
  const device = await deviceIn(host, folder);
  if (device === null) throw new ParseError(`${folder}: no vendor and device`);
  return {
    address,
    kind: STORAGE_KINDS[sub] ?? 'other',
    device,
    driver: await driverIn(host, folder),
  };
}

/** The network cards, by the name of their interface; what has no device behind it is none. */
export async function networkCards(host: Host): Promise<NetworkCard[]> {
  // a file of the bonding driver stands among the interfaces
  const names = (await listOrNone(host, NET)).filter((name) => name !== 'bonding_masters');
  const found = await allInOrder(names.map((name) => cardOf(host, name)));
  return found.filter((card) => card !== null);
}

async function cardOf(host: Host, name: string): Promise<NetworkCard | null> {
  const folder = `${NET}/${name}/device`;
  if ((await foundOrNull(() => host.link(folder))) === null) return null;
  return {
    interface: name,
    device: await deviceIn(host, folder),
    driver: await driverIn(host, folder),
    firmware: await reading(`ethtool -i ${name}`, () => firmwareOf(host, name)),
  };
}

/** Most nodes have no ethtool, and nothing but the driver, asked by it, knows the firmware. */
async function firmwareOf(host: Host, name: string): Promise<string | null> {
  const limits = { timeoutMs: 3000, maxBytes: 64 * 1024 };
  const answer = await foundOrNull(() => host.run('ethtool', ['-i', name], limits));
  return answer === null ? null : parseFirmware(answer.stdout);
}

/** The firmware-version of `ethtool -i`; null for a driver that leaves it empty. */
export function parseFirmware(text: string): string | null {
  const lines = textLines(text, 'ethtool -i');
  const line = lines.find((one) => one.startsWith('firmware-version:'));
  if (line === undefined) throw new ParseError('ethtool -i: no line "firmware-version" in it');
  const version = line.slice('firmware-version:'.length).trim();
  return version === '' || version === 'N/A' ? null : version;
}

/** `8086:1572`; null where the device has no such numbers. */
async function deviceIn(host: Host, folder: string): Promise<string | null> {
  const vendor = await readOrNull(host, `${folder}/vendor`);
  const device = await readOrNull(host, `${folder}/device`);
  if (vendor === null || device === null) return null;
  return [vendor, device].map((text) => numberIn(text, folder)).join(':');
}

function numberIn(text: string, folder: string): string {
  const digits = /^0x([0-9a-f]{4,8})$/.exec(text.trim())?.[1];
  if (digits === undefined) {
    throw new ParseError(`${folder}: expected a number such as 0x8086, found ${quote(text)}`);
  }
  return digits;
}

async function driverIn(host: Host, folder: string): Promise<string | null> {
  const target = await foundOrNull(() => host.link(`${folder}/driver`));
  return target === null ? null : posix.basename(target);
}

/** What `ask` gives, or null where what it asks for does not exist. */
async function foundOrNull<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof HostError && error.kind === 'not_found') return null;
    throw error;
  }
}
