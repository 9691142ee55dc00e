import type { Fleet } from '../shared/fleet.ts';
import { listed } from '../shared/wording.ts';
import type { Blocker } from './cluster/cpu/blockers.ts';
import { evidenceOfFleet } from './cluster/cpu/evidence.ts';
import type { GroupAnswer } from './cluster/cpu/group-answer.ts';
import { remedyText } from './cluster/cpu/remedy.ts';
import { cpuTypeAnswer } from './cluster/cpu-type.ts';
import type { CpuAdvice } from './web/cluster-page.ts';

/** The recommended `cpu_type` of each group of a fleet, in the words of the page. */
export function adviseCpu(fleet: Fleet): CpuAdvice[] {
  const { groups } = cpuTypeAnswer({ nodes: evidenceOfFleet(fleet), policy: fleet.policy });
  return groups.map((group) => adviceOf(group, groups.length > 1));
}

function adviceOf(group: GroupAnswer, several: boolean): CpuAdvice {
  const { recommended, undecided, nodes } = group;
  const who = several ? [group.group, group.vendor].filter((part) => part !== null).join(', ') : '';
  if (group.state === 'undecided') {
    const reasons = undecided.map((one) => `${listed(one.nodes)}: ${one.reason}`);
    const summary = 'None is recommended while these nodes are not known.';
    return { group: who, cpuType: null, level: 'undecided', summary, reasons, commands: [] };
  }
  const reasons = group.blockers.filter(({ step }) => step !== 'top').flatMap(stopsOf);
  if (recommended === null) {
    const summary = `No model that QEMU knows runs on all of ${listed(nodes)}.`;
    return { group: who, cpuType: null, level: 'closed', summary, reasons, commands: [] };
  }
  const runs = nodes.length === 1 ? 'the one node runs' : `all ${nodes.length} nodes run`;
  return {
    group: who,
    cpuType: recommended.cpuType,
    level: recommended.evidence,
    summary: `The best that ${runs}. ${recommended.commands.note}`,
    reasons: [...reasons, ...group.warnings],
    commands: recommended.commands.shell,
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
