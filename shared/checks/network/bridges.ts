import { type Check, defineCheck, type Judgement } from '../../check.ts';
import { known } from '../../evidence.ts';
import type { NetworkFacts } from '../../facts/network.ts';
import { fail, pass, skip, unknown, warn } from '../../judgement.ts';
import { nearest } from '../../nearest.ts';
import { listed } from '../../wording.ts';
import { eachBridge } from './each-bridge.ts';

const bridge = defineCheck({
  id: 'network.bridge',
  title: 'The bridge that guests are linked to exists and is up',
  why: 'A guest whose link is missing on a node neither starts there nor migrates to it.',
  rules: ['NET-01', 'NET-02'],
  needs: ['network'],
  judge({ network }, policy) {
    const wanted = policy.network.bridges;
    if (wanted.length === 0) return skip('the policy names no bridge');
    return wanted.map(({ name }) => ({ subject: name, ...judgeBridge(network, name) }));
  },
});

function judgeBridge(network: NetworkFacts, name: string): Judgement {
  const found = network.bridges.find((one) => one.name === name);
  const device = network.interfaces.find((one) => one.name === name);
  if (found === undefined) return missingBridge(network, name, device !== undefined);
  if (device === undefined) return unknown(`the interface list does not show ${name}`);
  if (!device.up) return fail(`${name} is down, expected it up`, `ip link set ${name} up`);
  const ports = found.ports === null ? 'not known' : listed(found.ports) || 'none';
  return pass(`${name} is up; ports: ${ports}`);
}

function missingBridge(network: NetworkFacts, name: string, taken: boolean): Judgement {
  const remedy =
    `in /etc/network/interfaces: auto ${name}, iface ${name} …, bridge_ports eth0, ` +
    'bridge_stp off, bridge_fd 0, with the address and gateway of eth0';
  if (taken) return fail(`${name} is an interface but no bridge, expected a bridge`, remedy);
  const names = network.bridges.map((one) => one.name);
  const near = nearest(name, names);
  const others = names.length === 0 ? 'the node has none' : `the node has ${listed(names)}`;
  const hint = near === null ? '' : `; the nearest name is ${near}`;
  return fail(`no bridge "${name}": ${others}${hint}`, remedy);
}

const stp = defineCheck({
  id: 'network.stp',
  title: 'The bridge does not take part in spanning tree',
  why: 'With STP a port that comes up is mute for half a minute, and guests with it.',
  rules: ['NET-03'],
  needs: ['network'],
  judge({ network }, policy) {
    return eachBridge(network, policy, ({ name, stp: on }) => {
      if (on === null) return unknown(`whether ${name} runs STP is not known`);
      if (!on) return pass(`STP is off on ${name}`);
      return warn(
        `STP is on on ${name}, expected off`,
        `bridge_stp off in its stanza; at once: ip link set ${name} type bridge stp_state 0`,
      );
    });
  },
});

const forwardDelay = defineCheck({
  id: 'network.forward-delay',
  title: 'The bridge forwards at once',
  why: 'A guest that has just migrated is unreachable until the forward delay is over.',
  rules: ['NET-03'],
  needs: ['network'],
  judge({ network }, policy) {
    return eachBridge(network, policy, ({ name, forwardDelayMs: delay }) => {
      if (delay === null) return unknown(`the forward delay of ${name} is not known`);
      if (delay === 0) return pass(`the forward delay of ${name} is 0 ms`);
      return warn(
        `the forward delay of ${name} is ${delay} ms, expected 0 ms`,
        `bridge_fd 0 in its stanza; at once: ip link set ${name} type bridge forward_delay 0`,
      );
    });
  },
});

const vlanFiltering = defineCheck({
  id: 'network.vlan-filtering',
  title: 'A bridge for VLANs filters them',
  why: 'Ganeti refuses to start a guest with a VLAN on a bridge without vlan_filtering.',
  rules: ['NET-05'],
  needs: ['network'],
  judge({ network }, policy) {
    return eachBridge(network, policy, ({ name, vlanFiltering: on }, { vlanAware }) => {
      if (!vlanAware) return skip(`the policy does not call ${name} VLAN-aware`);
      if (on === null) return unknown(`whether ${name} filters VLANs is not known`);
      if (on) return pass(`vlan_filtering is on on ${name}`);
      return fail(
        `vlan_filtering is off on ${name}, expected on`,
        `bridge_vlan_aware yes in /etc/network/interfaces, then ifdown ${name} && ifup ${name}`,
      );
    });
  },
});

const bridgeAddress = defineCheck({
  id: 'network.bridge-address',
  title: 'The address of the node is on the bridge, not on its port',
  why: 'An address on a bridge port is not reachable in a dependable way, if at all.',
  rules: ['NET-21'],
  consequenceOf: [{ check: 'network.bridge' }],
  needs: ['network'],
  judge({ network }, policy) {
    const all = known(network.addresses).filter((one) => one.scope === 'global');
    const on = (name: string) =>
      all
        .filter((one) => one.interface === name)
        .map((one) => `${one.address}/${one.prefixLength}`);
    return eachBridge(network, policy, ({ name, ports }, { hostAddress }) => {
      if (ports === null) return unknown(`the ports of ${name} could not be read`);
      const misplaced = ports.flatMap((port) => on(port).map((address) => `${address} on ${port}`));
      if (misplaced.length > 0) {
        return fail(
          `${listed(misplaced)}, a port of ${name}; expected no address on a port`,
          `move address and gateway into the stanza of ${name}; its port stays without`,
        );
      }
      if (!hostAddress) return pass(`no port of ${name} carries an address`);
      const own = on(name);
      if (own.length > 0) return pass(`${name} carries ${listed(own)}`);
      return fail(
        `${name} carries no address, expected the node's`,
        `address and gateway belong into the stanza of ${name}; or set hostAddress: false for it`,
      );
    });
  },
});

/** What each bridge of the policy is like. */
export const bridgeChecks: Check[] = [bridge, stp, forwardDelay, vlanFiltering, bridgeAddress];
