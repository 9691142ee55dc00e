import type { Address, Bridge, NetworkInterface, Route } from '../../shared/facts/network.ts';
import type { Reading } from '../../shared/reading.ts';
import { allInOrder } from '../attempts.ts';
import { type Host, HostError } from '../host/host.ts';
import { readBonds } from '../network/bonding.ts';
import { readBootManagers } from '../network/boot.ts';
import { type LinkFacts, type Links, parseLinks, parseRoutes } from '../network/ip-json.ts';
import { readBridge, readDriver, readInterfaces } from '../network/sysfs.ts';
import { type Probe, reading } from '../probe.ts';

/** Interfaces, bridges, addresses, routes: from `ip`, or without it as far as sysfs knows. */
export const networkProbe: Probe<'network'> = {
  section: 'network',
  timeoutMs: 15_000,
  needsRoot: 'files of netplan and NetworkManager that only root may read',
  async collect(host) {
    const links = await linksOf(host);
    return {
      interfaces: await allInOrder(links.interfaces.map((link) => withDriver(host, link))),
      bridges: await allInOrder(links.bridges.map((bridge) => completed(host, bridge))),
      addresses: links.addresses,
      routes: await reading('ip -j route show', () => routesOf(host)),
      bonds: await reading('/proc/net/bonding', () => readBonds(host)),
      boot: await readBootManagers(host, links.interfaces),
    };
  },
};

type KnownLinks = Omit<Links, 'addresses'> & { addresses: Reading<Address[]> };

async function linksOf(host: Host): Promise<KnownLinks> {
  try {
    const { stdout } = await host.run('ip', ['-j', '-d', 'addr', 'show']);
    const links = parseLinks(stdout);
    return { ...links, addresses: { status: 'ok', value: links.addresses } };
  } catch (error) {
    if (!isMissing(error)) throw error;
    return {
      ...(await sysfsLinks(host)),
      addresses: await reading('ip', () => Promise.reject(error)),
    };
  }
}

/** Only a host without `ip` is read from sysfs; where ip went wrong, its error says more. */
function isMissing(error: unknown): boolean {
  if (!(error instanceof HostError)) return false;
  return error.kind === 'not_found' || error.kind === 'not_recorded';
}

async function sysfsLinks(host: Host): Promise<Omit<Links, 'addresses'>> {
  const interfaces = await readInterfaces(host);
  const bridges = interfaces.filter(({ kind }) => kind === 'bridge');
  return {
    interfaces,
    bridges: await allInOrder(bridges.map(({ name }) => readBridge(host, name))),
  };
}

async function withDriver(host: Host, link: LinkFacts): Promise<NetworkInterface> {
  return { ...link, ...(await readDriver(host, link.name)) };
}

/** The bridge as `ip` told of it, with what an old `ip` leaves out taken from sysfs. */
async function completed(host: Host, bridge: Bridge): Promise<Bridge> {
  const { stp, forwardDelayMs, vlanFiltering } = bridge;
  if (stp !== null && forwardDelayMs !== null && vlanFiltering !== null) return bridge;
  const inSysfs = await readBridge(host, bridge.name);
  return {
    ...bridge,
    stp: stp ?? inSysfs.stp,
    forwardDelayMs: forwardDelayMs ?? inSysfs.forwardDelayMs,
    vlanFiltering: vlanFiltering ?? inSysfs.vlanFiltering,
  };
}

async function routesOf(host: Host): Promise<Route[]> {
  const show = async (option: '-4' | '-6', family: Route['family']) => {
    const args = ['-j', option, 'route', 'show', 'table', 'main'];
    return parseRoutes((await host.run('ip', args)).stdout, family);
  };
  return [...(await show('-4', 'inet')), ...(await show('-6', 'inet6'))];
}
