import type { Fleet } from '../../shared/fleet.ts';
import type { InstallPlan, InstallStep } from '../../shared/install-plan.ts';
import { bridges } from './bridges.ts';
import { init, nodeAdd, nodeGroups, verify } from './cluster.ts';
import type { Draft } from './draft.ts';
import { judgedDrafts } from './holding.ts';
import { hosts } from './hosts.ts';
import { hypervisor } from './hypervisor.ts';
import { drbdModule, sshHostKey, vhostNet } from './modules.ts';
import { packages } from './packages.ts';
import { type PlanNode, type Scene, sceneOf } from './scene.ts';
import { settings } from './settings.ts';
import { numberedSteps } from './steps.ts';
import { volumeGroup } from './volume-group.ts';

/** The guide's way for these nodes, in order; what a finding forbids is held back. */
export function installPlan(fleet: Fleet): InstallPlan {
  const scene = sceneOf(fleet);
  const [master] = scene.nodes;
  const kvm = master ? hypervisor(scene, master) : { drafts: [], notes: [] };
  const drafts = [
    ...scene.nodes.flatMap((node) => preparing(node, scene)),
    ...(master ? making(scene, master, kvm.drafts) : []),
  ];
  const steps = numberedSteps(judgedDrafts(drafts, scene), scene.nodes.length);
  return {
    schema: 1,
    cluster: fleet.policy.cluster.name ?? null,
    master: master?.name ?? null,
    nodes: scene.nodes.map(({ name }) => name),
    at: fleet.now.toISOString(),
    state: stateOf(steps),
    steps,
    notes: [...kvm.notes, ...notesOn(scene)],
  };
}

function preparing(node: PlanNode, { policy }: Scene): Draft[] {
  return [
    ...packages(node, policy),
    ...sshHostKey(node),
    ...vhostNet(node),
    ...drbdModule(node, policy),
    ...volumeGroup(node, policy),
    ...bridges(node, policy),
    ...hosts(node, policy),
  ];
}

function making(scene: Scene, master: PlanNode, kvm: readonly Draft[]): Draft[] {
  const others = scene.nodes.filter((node) => node !== master);
  return [
    init(scene, master),
    ...nodeGroups(scene, master),
    ...others.map((node) => nodeAdd(scene, master, node)),
    ...settings(scene, master),
    ...kvm,
    verify(master),
  ];
}

/** What is forbidden closes it; without a step there is nothing that anybody could do. */
function stateOf(steps: readonly InstallStep[]): InstallPlan['state'] {
  if (steps.some(({ held }) => held?.by === 'fail')) return 'closed';
  const isOpen = steps.length > 0 && steps.every(({ held }) => held?.by !== 'unknown');
  return isOpen ? 'open' : 'undecided';
}

function notesOn({ nodes, policy }: Scene): string[] {
  const voting =
    'two nodes have no majority when one is down: luxid and wconfd then need --no-voting ' +
    '--yes-do-it, both of them and by hand, and two masters are possible; three nodes are better';
  const masterless = 'the master is the first node of the policy: change the order to have another';
  return [
    ...(nodes.length === 2 ? [voting] : []),
    ...(policy.nodes.length > 0 ? [masterless] : []),
  ];
}
