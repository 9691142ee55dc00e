import type { Fleet } from '../shared/fleet.ts';
import { listed } from '../shared/wording.ts';
import type { Blocker } from './cluster/cpu/blockers.ts';
import { evidenceOfFleet, type Kind, known } from './cluster/cpu/evidence.ts';
import type { GroupAnswer } from './cluster/cpu/group-answer.ts';
import { type Lattice, latticeOf } from './cluster/cpu/lattice.ts';
import { remedyText } from './cluster/cpu/remedy.ts';
import { cpuTypeAnswer } from './cluster/cpu-type.ts';

/** The recommended cpu_type in words, for one group of nodes. */
export interface CpuAdvice {
  /** the nodes it is for; empty: all */
  group: string;
  /** ready to paste; null: none can be recommended */
  cpuType: string | null;
  /** how sure it is, such as "proven" or "computed" */
  level: string;
  /** the answer in a sentence */
  summary: string;
  /** why not better, or what is missing for an answer */
  reasons: string[];
  /** the commands that apply it */
  commands: string[];
  /** the models round it; null: none is recommended */
  lattice: Lattice | null;
}

/** The recommended `cpu_type` of each group of a fleet, in the words of the page. */
export function adviseCpu(fleet: Fleet): CpuAdvice[] {
  const answer = cpuTypeAnswer({ nodes: evidenceOfFleet(fleet), policy: fleet.policy });
  const { groups, kinds } = answer;
  return groups.map((group) => adviceOf(group, kinds, groups.length > 1));
}

function adviceOf(group: GroupAnswer, kinds: readonly Kind[], several: boolean): CpuAdvice {
  const { recommended, undecided, nodes } = group;
  const who = several ? [group.group, group.vendor].filter((part) => part !== null).join(', ') : '';
  const none = { group: who, cpuType: null, commands: [], lattice: null };
  if (group.state === 'undecided') {
    const reasons = undecided.map((one) => `${listed(one.nodes)}: ${one.reason}`);
    const summary = 'None is recommended while these nodes are not known.';
    return { ...none, level: 'undecided', summary, reasons };
  }
  const reasons = group.blockers.filter(({ step }) => step !== 'top').flatMap(stopsOf);
  if (recommended === null) {
    const summary = `No model that QEMU knows runs on all of ${listed(nodes)}.`;
    return { ...none, level: 'closed', summary, reasons };
  }
  const runs = nodes.length === 1 ? 'the one node runs' : `all ${nodes.length} nodes run`;
  const own = known(kinds).filter((kind) => kind.nodes.some((node) => nodes.includes(node)));
  return {
    group: who,
    cpuType: recommended.cpuType,
    level: recommended.evidence,
    summary: `The best that ${runs}. ${recommended.commands.note}`,
    reasons: [...reasons, ...group.warnings],
    commands: recommended.commands.shell,
    lattice: latticeOf(group, own),
  };
}

function stopsOf({ model, stops }: Blocker): string[] {
  return stops.flatMap(({ nodes, missing, unknown, qemuFrom }) => {
    const where = listed(nodes);
    const remedies = [...new Set(missing.map(({ remedy }) => remedyText[remedy]))];
    const lacks = `no ${listed(missing.map(({ feature }) => feature))} on ${where}`;
    return [
      ...(missing.length === 0 ? [] : [`${lacks} (${remedies.join('; ')})`]),
      ...(unknown.length === 0 ? [] : [`${listed(unknown)} not known of ${where}`]),
      ...(qemuFrom === null ? [] : [`the QEMU of ${where} does not know it; ${qemuFrom} does`]),
    ].map((reason) => `Not ${model}: ${reason}`);
  });
}
