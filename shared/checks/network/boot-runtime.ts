import { defineCheck, type Judgement } from '../../check.ts';
import type { NetworkFacts } from '../../facts/network.ts';
import { pass, skip, unknown, warn } from '../../judgement.ts';
import { type Policy, policyNode } from '../../policy.ts';
import { addressDifferences } from './boot-addresses.ts';
import { bootClaims, type Claim, placeOf, withPorts } from './boot-claims.ts';
import { type Differences, deviceDifferences } from './boot-devices.ts';
import { ownerOf } from './owner.ts';

/** What runs now against what the next boot makes. */
export const bootRuntime = defineCheck({
  id: 'network.boot-runtime',
  title: 'The network runs as the next boot will make it',
  why:
    'What was changed by hand works until the next reboot, and is then looked for in the wrong ' +
    'place; what was only written down has never been tried.',
  rules: ['NET-18'],
  needs: ['network'],
  judge({ network }, policy, node) {
    const claims = bootClaims(network);
    const names = judgedNames(network, policy, node);
    if (names.length === 0) return skip('the policy names no bridge');
    return names.map((name) => ({ subject: name, ...judgeOne({ network, policy, claims }, name) }));
  },
});

/** The bridges, and the interface of the replication network, which may be none of them. */
function judgedNames(network: NetworkFacts, policy: Policy, node: string): string[] {
  const secondary = policyNode(policy, node)?.secondaryAddress;
  const owner = secondary === undefined ? null : ownerOf(network, secondary);
  const bridges = policy.network.bridges.map(({ name }) => name);
  return [...new Set([...bridges, ...(owner === null ? [] : [owner])])];
}

interface Judged {
  network: NetworkFacts;
  policy: Policy;
  claims: readonly Claim[];
}

function judgeOne({ network, policy, claims }: Judged, name: string): Judgement {
  const own = claims.find((claim) => claim.interface === name);
  if (!network.interfaces.some((one) => one.name === name)) {
    return skip(`no ${name} now: see network.bridge`);
  }
  if (own === undefined) {
    const isBridge = policy.network.bridges.some((bridge) => bridge.name === name);
    if (isBridge) return skip(`nothing makes ${name} at boot: see network.boot-manager`);
    return warn(
      `${name} carries the replication network, and nothing makes it at boot`,
      `write ${name} and its address into the files of what makes the network at boot`,
    );
  }
  const found = withPorts(network, claims, name)
    .flatMap((one) => claims.find((claim) => claim.interface === one) ?? [])
    .flatMap((claim) => [
      deviceDifferences(network, claim),
      addressDifferences(network, claim, policy),
    ]);
  return judgementOf(name, own, found);
}

function judgementOf(name: string, own: Claim, found: readonly Differences[]): Judgement {
  const differ = found.flatMap(({ differences }) => differences);
  const unclear = found.flatMap((one) => one.unclear);
  if (differ.length > 0) {
    return warn(
      `the next boot changes ${name} as ${placeOf(own)} has it: ${differ.join('; ')}`,
      `write into ${own.source} what is meant, then bring ${name} up by it in a quiet hour`,
    );
  }
  if (unclear.length > 0) return unknown(unclear.join('; '));
  return pass(`${name} runs as ${placeOf(own)} has it`);
}
