import { type Check, defineCheck } from '../../check.ts';
import { known } from '../../evidence.ts';
import { canonicalIp, inSubnet } from '../../ip.ts';
import { fail, pass, skip } from '../../judgement.ts';
import { nearest } from '../../nearest.ts';
import { policyNode } from '../../policy.ts';
import { listed } from '../../wording.ts';
import { ownBridge } from './origins.ts';
import { ownerOf } from './owner.ts';

const defaultRoute = defineCheck({
  id: 'network.default-route',
  title: 'The node has a default route',
  why: 'The guide moves the address to the bridge and leaves the gateway behind.',
  rules: ['NET-17'],
  consequenceOf: [ownBridge],
  needs: ['network'],
  judge({ network }) {
    const routes = known(network.routes).filter(
      (one) => one.destination === 'default' && (one.type === null || one.type === 'unicast'),
    );
    const [first] = routes;
    if (first === undefined) {
      return fail(
        'no default route, expected one',
        'add the line "gateway ADDRESS" to the stanza of the bridge, then ifup it',
      );
    }
    const ways = routes.map((one) => `${one.gateway ?? 'no gateway'} on ${one.interface ?? '?'}`);
    return pass(`default route by ${listed(ways)}`);
  },
});

/** The kernel holds 15 characters; Ganeti's label for the cluster address adds two to the name. */
const NETDEV_LENGTH_MAX = 13;

const masterNetdev = defineCheck({
  id: 'network.master-netdev',
  title: 'The interface for the cluster address exists',
  why: 'gnt-cluster init refuses without it, and a node lacking it can never become the master.',
  rules: ['NET-04'],
  consequenceOf: [ownBridge],
  needs: ['network'],
  judge({ network }, policy) {
    const name = policy.network.masterNetdev;
    const names = network.interfaces.map((one) => one.name);
    if (!names.includes(name)) {
      const near = nearest(name, names);
      return fail(
        `no interface "${name}"${near === null ? '' : `; the nearest name is ${near}`}`,
        `create it, or give gnt-cluster init --master-netdev ${near ?? 'NAME'}`,
      );
    }
    if (name.length <= NETDEV_LENGTH_MAX) return pass(`the node has ${name}`);
    return fail(
      `"${name}" has ${name.length} characters, expected at most ${NETDEV_LENGTH_MAX}`,
      'rename the interface: Ganeti adds ":0" to its name for the cluster address',
    );
  },
});

const nodeAddress = defineCheck({
  id: 'network.node-address',
  title: 'The node owns the address that the policy gives it',
  why: 'Ganeti talks to the node by this address; on another node it would reach the wrong one.',
  rules: ['NET-16'],
  consequenceOf: [ownBridge],
  needs: ['network'],
  judge({ network }, policy, node) {
    const address = policyNode(policy, node)?.address;
    if (address === undefined) return skip(`the policy gives ${node} no address`);
    const owner = ownerOf(network, address);
    if (owner !== null) return pass(`${address} is on ${owner}`);
    const global = known(network.addresses).filter((one) => one.scope === 'global');
    const own = listed(global.map((one) => one.address)) || 'none';
    return fail(
      `${address} is on no interface; the node has ${own}`,
      'correct the address of the node, or the policy',
    );
  },
});

const clusterAddress = defineCheck({
  id: 'network.cluster-address',
  title: 'The node does not hold the cluster address before the cluster is made',
  why: 'Ganeti gives the cluster address to its master; gnt-cluster init refuses one in use.',
  rules: ['NET-15'],
  needs: ['network'],
  judge({ network }, policy) {
    const address = policy.cluster.address;
    if (address === undefined) return skip('the policy names no cluster address');
    const owner = ownerOf(network, address);
    if (owner === null) return pass(`no interface holds ${address}`);
    return fail(
      `${address} is on ${owner}, expected it on no node yet`,
      `take it out of the configuration of ${owner}; Ganeti sets it by itself`,
    );
  },
});

const clusterSubnet = defineCheck({
  id: 'network.cluster-subnet',
  title: 'The cluster address lies in a subnet of the master netdev',
  why: 'On another subnet nobody reaches the cluster by its name, whichever node is the master.',
  rules: ['NET-16'],
  consequenceOf: [ownBridge, { check: 'network.node-address' }],
  needs: ['network'],
  judge({ network }, policy) {
    const address = policy.cluster.address;
    if (address === undefined) return skip('the policy names no cluster address');
    const netdev = policy.network.masterNetdev;
    // The master holds the cluster address itself, with a length that may be /32
    const subnets = known(network.addresses).filter(
      (one) => one.interface === netdev && canonicalIp(one.address) !== canonicalIp(address),
    );
    if (subnets.length === 0) return skip(`${netdev} has no address to compare with`);
    const shown = listed(subnets.map((one) => `${one.address}/${one.prefixLength}`));
    if (subnets.some((one) => inSubnet(address, one.address, one.prefixLength))) {
      return pass(`${address} lies beside ${shown} of ${netdev}`);
    }
    return fail(
      `${address} is in no subnet of ${netdev}, which has ${shown}`,
      'choose a cluster address in the subnet of the nodes, or another master netdev',
    );
  },
});

/** The addresses and routes of a node. */
export const addressChecks: Check[] = [
  defaultRoute,
  masterNetdev,
  nodeAddress,
  clusterAddress,
  clusterSubnet,
];
