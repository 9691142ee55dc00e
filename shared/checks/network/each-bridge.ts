import type { Judgement } from '../../check.ts';
import type { Bridge, NetworkFacts } from '../../facts/network.ts';
import { skip } from '../../judgement.ts';
import type { Policy } from '../../policy.ts';

export type PolicyBridge = Policy['network']['bridges'][number];

/** Judges each bridge of the policy that the node has; one that is missing is network.bridge's. */
export function eachBridge(
  network: NetworkFacts,
  policy: Policy,
  judge: (bridge: Bridge, wanted: PolicyBridge) => Judgement,
): Judgement[] {
  const wanted = policy.network.bridges;
  if (wanted.length === 0) return [skip('the policy names no bridge')];
  return wanted.map((one) => {
    const bridge = network.bridges.find(({ name }) => name === one.name);
    const judged =
      bridge === undefined ? skip(`no bridge ${one.name}: see network.bridge`) : judge(bridge, one);
    return { subject: one.name, ...judged };
  });
}
