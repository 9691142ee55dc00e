import { type Check, defineCheck } from '../../check.ts';
import { known, unknownBecause } from '../../evidence.ts';
import { inSubnet, parseIp, parsePrefix } from '../../ip.ts';
import { fail, pass, skip, warn } from '../../judgement.ts';
import { policyNode } from '../../policy.ts';
import { listed } from '../../wording.ts';
import { ownerOf } from './owner.ts';

const address = defineCheck({
  id: 'network.secondary-address',
  title: 'The node owns its address on the replication network',
  why: 'DRBD and migration use it; gnt-cluster verify has not tested that network since 2.16.',
  rules: ['NET-09'],
  needs: ['network'],
  judge({ network }, policy, node) {
    const entry = policyNode(policy, node);
    const secondary = entry?.secondaryAddress;
    if (secondary === undefined) return skip(`the policy gives ${node} no secondary address`);
    const plan = 'correct the secondary address in the policy, or on the node';
    if (parseIp(secondary)?.family !== 4) {
      return fail(`${secondary} is not IPv4, which Ganeti demands of a secondary address`, plan);
    }
    const prefix = policy.network.secondaryNetwork;
    if (prefix !== undefined && !liesIn(secondary, prefix)) {
      return fail(`${secondary} does not lie in ${prefix}, the replication network`, plan);
    }
    const owner = ownerOf(network, secondary);
    if (owner === null) return fail(`${secondary} is on no interface of the node`, plan);
    if (entry?.address !== undefined && ownerOf(network, entry.address) === owner) {
      return fail(
        `${secondary} is on ${owner} together with the primary ${entry.address}`,
        'give the replication network an interface of its own',
      );
    }
    return pass(`${secondary} is on ${owner}`);
  },
});

function liesIn(address: string, prefix: string): boolean {
  const parsed = parsePrefix(prefix);
  if (parsed === null) unknownBecause(`the policy's secondaryNetwork "${prefix}" is no prefix`);
  return inSubnet(address, parsed.address, parsed.prefixLength);
}

/** The guide: a replication network should be 10 GbE or faster. */
const REPLICATION_MBPS = 10_000;

const speed = defineCheck({
  id: 'network.secondary-speed',
  title: 'The replication network is 10 Gbit/s or faster',
  why: 'Every write of a mirrored guest waits for it, and a migration must outrun the guest.',
  rules: ['NET-11'],
  needs: ['network'],
  judge({ network }, policy, node) {
    const secondary = policyNode(policy, node)?.secondaryAddress;
    if (secondary === undefined) return skip(`the policy gives ${node} no secondary address`);
    const owner = ownerOf(network, secondary);
    if (owner === null) return skip(`${secondary} is not here: see network.secondary-address`);
    const mbps = network.interfaces.find((one) => one.name === owner)?.speedMbps ?? null;
    if (mbps === null) unknownBecause(`the driver does not tell the speed of ${owner}`);
    if (mbps >= REPLICATION_MBPS) return pass(`${owner} runs at ${mbps} Mbit/s`);
    return warn(
      `${owner} runs at ${mbps} Mbit/s, expected at least ${REPLICATION_MBPS} Mbit/s`,
      'use a faster link or a bond, and size migration_bandwidth and c-max-rate by it',
    );
  },
});

const isolation = defineCheck({
  id: 'network.secondary-isolated',
  title: 'No route leads out of the replication network',
  why: 'DRBD and migration send the disks and memory of guests over it, and encrypt neither.',
  rules: ['SEC-05'],
  needs: ['network'],
  judge({ network }, policy, node) {
    const secondary = policyNode(policy, node)?.secondaryAddress;
    if (secondary === undefined) return skip(`the policy gives ${node} no secondary address`);
    const owner = ownerOf(network, secondary);
    if (owner === null) return skip(`${secondary} is not here: see network.secondary-address`);
    const gateways = known(network.routes)
      .filter((route) => route.interface === owner && route.gateway !== null)
      .map((route) => `${route.destination} by ${route.gateway}`);
    if (gateways.length === 0) return pass(`no route of ${owner} has a gateway`);
    return warn(
      `${owner} leads on to ${listed(gateways)}, expected the replication network to end there`,
      `take the gateway out of the stanza of ${owner}, and keep routers off that network`,
    );
  },
});

/** The replication network, when the policy plans one. */
export const secondaryChecks: Check[] = [address, speed, isolation];
