import { type Check, defineCheck, type Judgement } from '../../check.ts';
import type { Bridge, NetworkFacts, NetworkInterface } from '../../facts/network.ts';
import { fail, pass, skip, unknown, warn } from '../../judgement.ts';
import { listed } from '../../wording.ts';
import { eachBridge } from './each-bridge.ts';

/** Kinds of link that lead off the node; a plain device does when hardware is behind it. */
const uplinkKinds = new Set(['bond', 'team', 'vlan', 'vxlan']);

const uplink = defineCheck({
  id: 'network.bridge-uplink',
  title: 'The bridge has an uplink with carrier',
  why: 'gnt-cluster verify is content with an empty bridge; its guests reach nobody.',
  rules: ['NET-02'],
  consequenceOf: [{ check: 'network.bridge' }],
  needs: ['network'],
  judge({ network }, policy) {
    return eachBridge(network, policy, (bridge, wanted) => {
      if (!wanted.uplink) return skip(`the policy expects no uplink of ${bridge.name}`);
      const ports = portsOf(network, bridge);
      return ports === null ? portsUnknown(bridge) : judgeUplink(bridge, ports);
    });
  },
});

function portsOf(network: NetworkFacts, { ports }: Bridge): NetworkInterface[] | null {
  if (ports === null) return null;
  return ports.flatMap((port) => network.interfaces.filter((one) => one.name === port));
}

function portsUnknown({ name }: Bridge): Judgement {
  return unknown(`the ports of ${name} could not be read`);
}

function judgeUplink({ name }: Bridge, ports: NetworkInterface[]): Judgement {
  const uplinks = ports.filter(leadsOut);
  const working = uplinks.filter(hasCarrier);
  if (working.length > 0) {
    return pass(`${listed(working.map(described))} with carrier in ${name}`);
  }
  const remedy = `bridge_ports NIC in the stanza of ${name}; look at the cable and the switch`;
  if (uplinks.length > 0) {
    return fail(
      `${listed(uplinks.map(state))} in ${name}, expected an uplink with carrier`,
      remedy,
    );
  }
  const untold = ports.filter((one) => one.kind === null && one.physical === null);
  if (untold.length > 0) {
    return unknown(`whether ${listed(untold.map((one) => one.name))} is hardware is not known`);
  }
  // A veth leads to a container or to a laboratory, or, in a container, to the host outside
  const veth = ports.filter((one) => one.kind === 'veth' && hasCarrier(one));
  if (veth.length > 0) {
    return warn(
      `only ${listed(veth.map((one) => one.name))} (veth) in ${name}, expected a network card`,
      remedy,
    );
  }
  const others = ports.length === 0 ? 'no port' : `only ${listed(ports.map(described))}`;
  return fail(`${others} in ${name}, expected an uplink with carrier`, remedy);
}

function leadsOut({ kind, physical }: NetworkInterface): boolean {
  return kind === null ? physical === true : uplinkKinds.has(kind);
}

function hasCarrier({ up, carrier, operState }: NetworkInterface): boolean {
  return up && (carrier ?? operState === 'up');
}

function described({ name, kind, speedMbps }: NetworkInterface): string {
  const facts = [kind, speedMbps === null ? null : `${speedMbps} Mbit/s`];
  const shown = facts.filter((fact) => fact !== null).join(', ');
  return shown === '' ? name : `${name} (${shown})`;
}

function state({ name, up }: NetworkInterface): string {
  return up ? `${name} has no carrier` : `${name} is down`;
}

const mtu = defineCheck({
  id: 'network.mtu',
  title: 'The MTU of the bridge fits its uplink',
  why: 'Guests take the MTU of the bridge; what the uplink cannot carry is lost without a word.',
  rules: ['NET-07'],
  needs: ['network'],
  judge({ network }, policy) {
    return eachBridge(network, policy, (bridge) => {
      const ports = portsOf(network, bridge);
      if (ports === null) return portsUnknown(bridge);
      const uplinks = ports.filter(leadsOut);
      const own = network.interfaces.find((one) => one.name === bridge.name);
      if (own === undefined) return unknown(`the interface list does not show ${bridge.name}`);
      if (uplinks.length === 0) return skip(`${bridge.name} has no uplink to compare with`);
      const found = `${bridge.name} has an MTU of ${own.mtuBytes} bytes`;
      const smaller = uplinks.filter((one) => one.mtuBytes < own.mtuBytes);
      if (smaller.length === 0) return pass(`${found}, which its uplink carries`);
      const carried = smaller.map((one) => `${one.name} carries ${one.mtuBytes}`);
      return fail(
        `${found}, but ${listed(carried)}; expected no more than the uplink's`,
        `ip link set ${smaller[0]?.name} mtu ${own.mtuBytes}, and the same on the switch`,
      );
    });
  },
});

const duplex = defineCheck({
  id: 'network.duplex',
  title: 'The uplinks run in full duplex',
  why: 'Half duplex is a failed negotiation: it works when idle and collapses under DRBD.',
  rules: ['NET-20'],
  needs: ['network'],
  judge({ network }) {
    const cards = network.interfaces.filter((one) => one.physical === true && hasCarrier(one));
    const half = cards.filter((one) => one.duplex === 'half');
    if (cards.length === 0) return skip('no network card has carrier');
    if (half.length === 0) return pass(`no half duplex on ${listed(cards.map(described))}`);
    return warn(
      `half duplex on ${listed(half.map(described))}, expected full`,
      'let both ends negotiate (ethtool -s NIC autoneg on), and try another cable',
    );
  },
});

/** What connects the bridges and the node with the rest of the world. */
export const uplinkChecks: Check[] = [uplink, mtu, duplex];
