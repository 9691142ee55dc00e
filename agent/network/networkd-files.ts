import type { Host } from '../host/host.ts';
import { readConfigFolders } from './config-folders.ts';
import { type IniKeys, type IniSection, parseIni } from './ini-file.ts';

/** Earlier folders go before later ones. */
export const NETWORKD_FOLDERS: readonly string[] = [
  '/etc/systemd/network',
  '/run/systemd/network',
  '/usr/local/lib/systemd/network',
  '/usr/lib/systemd/network',
];

/** All that is read of the files of systemd-networkd; the rest may be keys of tunnels. */
export const networkdKeys: IniKeys = {
  NetDev: ['Name', 'Kind', 'MTUBytes'],
  Bridge: ['STP', 'ForwardDelaySec', 'VLANFiltering'],
  Bond: ['Mode'],
  Match: [
    ...['Name', 'MACAddress', 'PermanentMACAddress', 'Type', 'Kind'],
    // a file that asks for one of these is for some hosts or devices only, and it is said so
    ...['Driver', 'Path', 'Property', 'Host', 'Virtualization', 'KernelCommandLine'],
    ...['KernelVersion', 'Architecture', 'Firmware', 'Credential', 'WLANInterfaceType', 'SSID'],
  ],
  Link: ['MTUBytes', 'Unmanaged', 'ActivationPolicy'],
  Network: ['Bridge', 'Bond', 'DHCP', 'Address', 'Gateway'],
  Address: ['Address'],
  Route: ['Gateway', 'Destination'],
};

/** A file of systemd-networkd with its drop-ins, those after it. */
export interface NetworkdFile {
  path: string;
  sections: IniSection[];
}

/** The devices that systemd-networkd makes, and the networks it gives to devices. */
export interface NetworkdFiles {
  netdevs: NetworkdFile[];
  networks: NetworkdFile[];
}

/** The files of systemd-networkd in the order in which it asks them. */
export async function readNetworkdFiles(host: Host): Promise<NetworkdFiles> {
  const netdevs = await filesOf(host, '.netdev');
  return { netdevs, networks: await filesOf(host, '.network') };
}

async function filesOf(host: Host, suffix: string): Promise<NetworkdFile[]> {
  const files = await readConfigFolders(host, NETWORKD_FOLDERS, (name) => name.endsWith(suffix));
  const parsed: NetworkdFile[] = [];
  for (const { name, path, text } of files) {
    const folders = NETWORKD_FOLDERS.map((folder) => `${folder}/${name}.d`);
    const dropIns = await readConfigFolders(host, folders, (one) => one.endsWith('.conf'));
    const all = [{ path, text }, ...dropIns];
    const sections = all.flatMap((one) => parseIni(one.text, one.path, networkdKeys));
    parsed.push({ path, sections });
  }
  return parsed;
}
