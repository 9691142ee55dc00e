import { expect } from 'vitest';
import type { NodeFacts } from '../../../collector/cluster/cluster-check.ts';
import type { NodeEvidence } from '../../../collector/cluster/cpu/evidence.ts';
import { cpuClusterChecks } from '../../../collector/cluster/cpu-checks.ts';
import { defaultPolicy, type Policy } from '../../../shared/policy.ts';
import { sampleHardware } from '../../sample-hardware.ts';

/** What one check says of these nodes: `verdict message` for each of its findings. */
export function judged(
  id: string,
  nodes: NodeEvidence[],
  policy: Policy = defaultPolicy(),
): string[] {
  const check = cpuClusterChecks.find((one) => one.id === id);
  if (!check) throw new Error(`no check ${id}`);
  return check.judge(nodes.map(factsOf), policy).map(({ verdict, message, remedy }) => {
    if (verdict === 'warn' || verdict === 'fail') expect(remedy, message).toBeTruthy();
    return `${verdict} ${message}`;
  });
}

function factsOf({ node, host }: NodeEvidence): NodeFacts {
  const { cpu, qemu, os } = host;
  const { kvm } = sampleHardware;
  if (!cpu || !qemu || !os || kvm?.status !== 'ok') throw new Error('a section is missing');
  const facts = { cpu, qemu, os, kvm: host.kvm ?? kvm.facts };
  return { node, facts: facts as NodeFacts['facts'] };
}
