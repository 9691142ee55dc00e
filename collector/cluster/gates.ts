import { evidenceCard } from '../../shared/answer.ts';
import { ganetiChecks } from '../../shared/checks/ganeti.ts';
import { guestsChecks } from '../../shared/checks/guests.ts';
import { securityChecks } from '../../shared/checks/security.ts';
import { checkOfRule, type Rule } from '../../shared/rule.ts';
import { waiverCards } from '../../shared/waiver-findings.ts';
import { reportCards } from '../freshness.ts';
import { capacityCardList } from './capacity.ts';
import { joinCard } from './cpu/join.ts';
import { ganetiClusterChecks } from './ganeti.ts';
import type { Gate } from './gate.ts';
import { INSTALL_ONLY } from './install-only.ts';
import { maintenanceCards } from './maintenance.ts';
import { rapiCards } from './rapi.ts';
import { setupClusterChecks } from './setup.ts';

/** What new guests want of the disks; nothing of it is touched or needed by new packages. */
const FOR_NEW_GUESTS = new Set([
  'storage.size',
  'storage.volume-group-similar',
  'storage.disk-kinds',
]);

/** What is asked of the members of a running cluster, and of no machine that is yet to be one. */
const OF_RUNNING = new Set(
  [
    ...ganetiChecks,
    ...guestsChecks,
    ...securityChecks,
    ...ganetiClusterChecks,
    ...setupClusterChecks,
    ...rapiCards,
  ].map(({ id }) => id),
);

/** What is found when RAPI is asked beside the reports. */
const OF_RAPI = new Set(rapiCards.map(({ id }) => id));

/** What is asked of nodes to drain, and of nothing else. */
const OF_MAINTENANCE = new Set(maintenanceCards.map(({ id }) => id));

/** What muster capacity answers, and no gate. */
const OF_CAPACITY = new Set(capacityCardList.map(({ id }) => id));

const ABOUT_ANSWERS = new Set([evidenceCard, ...reportCards, ...waiverCards].map(({ id }) => id));

/** The questions that `muster verify --gate` answers. */
export const gates: readonly Gate[] = [
  {
    id: 'install',
    title: 'Are these machines ready for gnt-cluster init?',
    question:
      'Open: every node of the policy reported lately and no check found what makes init, ' +
      'node add, an instance start or a migration fail. It does not promise that cables, ' +
      'switches and disks will hold, nor that a migration was tried.',
    asks: (check) => !OF_RUNNING.has(check),
  },
  {
    id: 'join',
    title: 'May these nodes join the cluster?',
    question:
      'Open: each joining node is fit by itself, fits to the members, and takes nothing from the ' +
      'common cpu_type that their guests have. It does not promise that gnt-node add succeeds.',
    ofJoining: true,
    // the master of a running cluster answers at its address, and rightly
    asks: (check) => check !== 'peers.cluster-address' && !OF_RUNNING.has(check),
  },
  {
    id: 'health',
    title: 'Is this running cluster healthy?',
    question:
      'Open: every node of the policy reported lately and none is known to be unfit to run, take ' +
      'or hand over guests. It does not ask Ganeti itself: see "gnt-cluster verify" for its view.',
    asks: (check) => !INSTALL_ONLY.has(check),
  },
  {
    id: 'upgrade',
    title: 'May packages be upgraded, node by node?',
    question:
      'Open: every node of the policy reported lately and none is known to be unfit to run, take ' +
      'or hand over guests while another is upgraded. Two versions of Ganeti close it; of QEMU, ' +
      'DRBD and the kernel they only warn, as half-way there must be two: for equal ones at the ' +
      'start add --fail-on warn. It does not know what the new packages bring.',
    asks: (check) => !INSTALL_ONLY.has(check) && !FOR_NEW_GUESTS.has(check),
  },
  {
    id: 'maintenance',
    title: 'May these nodes be taken down now?',
    question:
      'Open: each guest of the drained nodes has an online node that can run it as it was ' +
      'started and has room for it beside all others, the other copies of its disks are whole, ' +
      'and the cluster keeps a master and a majority. It does not promise that a guest which ' +
      'writes faster than the network carries will ever have moved.',
    ofDraining: true,
    asks: (check) => OF_MAINTENANCE.has(check) || OF_RAPI.has(check),
  },
];

/** The questions that can be asked of a cluster as it is, with nobody joining or going down. */
export const standingGates = gates.filter(({ ofJoining, ofDraining }) => !ofJoining && !ofDraining);

/** The gate of exactly this name. */
export function findGate(id: string): Gate | undefined {
  return gates.find((gate) => gate.id === id);
}

/**
 * The ids of those `checks` that the gate asks, and which of them stand in every answer. A rule of
 * the policy says itself which gates ask it.
 */
export function askedOf(
  gate: Gate,
  checks: readonly string[],
  rules: readonly Rule[] = [],
): { asked: string[]; standing: string[] } {
  const standing = checks.filter(isAboutAnswers);
  const outside = (id: string) =>
    OF_CAPACITY.has(id) ||
    (id === joinCard.id && !gate.ofJoining) ||
    (OF_MAINTENANCE.has(id) && !gate.ofDraining);
  const asked = checks.filter(
    (id) => isAboutAnswers(id) || (asks(gate, id, rules) && !outside(id)),
  );
  return { asked, standing };
}

/** Whether the gate asks a check; a rule of the policy says so itself. */
export function asksFor(gate: Gate, check: string, rules: readonly Rule[]): boolean {
  return isAboutAnswers(check) || asks(gate, check, rules);
}

function asks(gate: Gate, check: string, rules: readonly Rule[]): boolean {
  const rule = rules.find((one) => checkOfRule(one) === check);
  if (rule !== undefined) return rule.gates?.some((id) => id === gate.id) ?? true;
  return gate.asks(check);
}

/** Which nodes count, whether they reported and what is waived is part of every question. */
export function isAboutAnswers(check: string): boolean {
  return ABOUT_ANSWERS.has(check);
}
