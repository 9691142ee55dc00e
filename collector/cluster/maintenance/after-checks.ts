import type { CheckCard, Finding } from '../../../shared/check.ts';
import { compareVersions, parseVersion } from '../../../shared/cpu/versions.ts';
import type { FleetNode } from '../../../shared/fleet.ts';
import { fail, pass, skip, unknown, warn } from '../../../shared/judgement.ts';
import { counted } from '../../../shared/wording.ts';
import type { ClusterJudgement } from '../cluster-check.ts';
import { INSTALL_ONLY } from '../install-only.ts';
import { type Before, isTrouble, type NodeBefore, nodeBefore } from './before.ts';
import { judgeDisks } from './disk-checks.ts';
import type { Maintenance } from './maintenance-check.ts';

/** A maintenance that is over: what was before, and what is now. */
export interface Aftermath {
  before: Before;
  maintenance: Maintenance;
  /** everything that is found now, by the checks of every day */
  findings: readonly Finding[];
}

export interface AfterCheck extends CheckCard {
  judge(aftermath: Aftermath): ClusterJudgement[];
}

/** Whether a maintenance is over and all is as it was, so that the next node may follow. */
export const afterChecks: AfterCheck[] = [
  {
    id: 'maintenance.reported-since',
    title: 'Every node and gnt-cluster verify have told since the maintenance was asked about',
    why: 'What was told before the work, however lately, says nothing of what came of it.',
    rules: ['GATE-13', 'GATE-14'],
    judge: judgeSince,
  },
  {
    id: 'maintenance.rebooted',
    title: 'The nodes were rebooted',
    why: 'A new kernel, microcode or BIOS counts from the next boot on, whose id is another.',
    rules: ['GATE-13'],
    judge: (aftermath) => eachNode(aftermath, judgeBoot),
  },
  {
    id: 'maintenance.software',
    title: 'The nodes run the kernel, microcode and QEMU they are to run',
    why: 'A boot into an older kernel, or a half upgrade, shows at the next migration only.',
    rules: ['GATE-13'],
    judge: (aftermath) => eachNode(aftermath, judgeSoftware),
  },
  {
    id: 'maintenance.modules',
    title: 'Modules, helper and daemons are back',
    why: 'What was loaded by hand is gone after a boot: no DRBD, no KVM, or another helper.',
    rules: ['GATE-13'],
    judge: (aftermath) => eachNode(aftermath, judgeModules),
  },
  {
    id: 'maintenance.returned',
    title: 'The nodes are online, undrained and candidates again',
    why: 'A node left drained takes no guest, and the next one would find no room.',
    rules: ['GATE-13'],
    judge: judgeReturned,
  },
  {
    id: 'maintenance.resynced',
    title: 'DRBD is in sync again on the nodes and on their peers',
    why: 'Until it is, the peers hold the only good copies, and none of them may go down.',
    rules: ['GATE-13'],
    judge: ({ maintenance }) => judgeDisks(maintenance),
  },
  {
    id: 'maintenance.nothing-new',
    title: 'Nothing is found that was not found before',
    why: 'What the work broke is what is new; what was known before is no reason to stop.',
    rules: ['GATE-13'],
    judge: judgeNew,
  },
];

interface Seen {
  was: NodeBefore;
  is: NodeBefore;
  now: FleetNode;
  before: Before;
}

function eachNode(
  { before, maintenance }: Aftermath,
  judge: (seen: Seen) => ClusterJudgement[],
): ClusterJudgement[] {
  return before.drain.flatMap((name) => {
    const was = before.nodes.find(({ node }) => node === name);
    const now = maintenance.fleet.find(({ node }) => node === name);
    if (was === undefined || now?.report == null || now.freshness !== 'fresh') {
      return [{ ...unknown(`${name} has no fresh report, or had none before`), node: name }];
    }
    const seen = { was, is: nodeBefore(now), now, before };
    return judge(seen).map((one) => ({ ...one, node: name }));
  });
}

function judgeSince({ before, maintenance }: Aftermath): ClusterJudgement[] {
  const { view, down } = maintenance;
  const since = Date.parse(before.at);
  const back = view.nodes.filter(({ name, report }) => down.has(name) && report !== null);
  // replayed hosts bear one instant before and after, and only their boots tell them apart
  if (back.every(({ report }) => report === null || Date.parse(report.collectedAt) <= since)) {
    return [skip(`the nodes themselves have not reported since ${before.at}`)];
  }
  const isOld = (instant: string) => Date.parse(instant) <= since;
  const old = view.nodes.flatMap(({ name, report }): ClusterJudgement[] =>
    report !== null && isOld(report.collectedAt)
      ? [{ ...unknown(`${name} has not reported since ${before.at}`, PUSH), subject: name }]
      : [],
  );
  const { lastVerify } = view.master;
  const endedAt = lastVerify.status === 'ok' ? (lastVerify.value?.endedAt ?? null) : null;
  const verify =
    endedAt !== null && isOld(endedAt)
      ? [unknown(`the last verify ended at ${endedAt}, before ${before.at}`, VERIFY)]
      : [];
  const found = [...old, ...verify];
  return found.length > 0 ? found : [pass(`all of it is from after ${before.at}`)];
}

const PUSH = 'on that node, as root: muster-agent push';
const VERIFY = 'gnt-cluster verify --error-codes';

function judgeBoot({ was, is }: Seen): ClusterJudgement[] {
  if (was.bootId === null || is.bootId === null) return [unknown('the id of a boot is not known')];
  if (was.bootId !== is.bootId) return [pass('it was booted since')];
  return [fail('it still runs the boot of before, expected a new one', 'reboot it, or ask anew')];
}

function judgeSoftware({ was, is, now }: Seen): ClusterJudgement[] {
  const versions = [
    { noun: 'kernel', from: was.kernel, to: is.kernel },
    { noun: 'QEMU', from: was.qemu, to: is.qemu },
  ].map(({ noun, from, to }) => judgeVersion(noun, from, to));
  const newest = now.findings.filter(
    ({ check, verdict }) => check === NEWEST_KERNEL && verdict !== 'pass' && verdict !== 'skip',
  );
  const older = newest.map(({ verdict, message }) =>
    verdict === 'unknown' ? unknown(message) : fail(message, 'reboot into it: see grub'),
  );
  return [...versions, ...older.map(named), ...judgeMicrocode(was, is).map(coded)];
}

const NEWEST_KERNEL = 'os.kernel-newest';
const named = (one: ClusterJudgement) => ({ ...one, subject: 'newest kernel' });
const coded = (one: ClusterJudgement) => ({ ...one, subject: 'microcode' });

function judgeVersion(noun: string, from: string | null, to: string | null): ClusterJudgement {
  const [old, current] = [from, to].map((text) => (text === null ? null : parseVersion(text)));
  if (!old || !current)
    return { ...unknown(`the ${noun} of before or now is not known`), subject: noun };
  if (compareVersions(current, old) >= 0) return { ...pass(`${noun} ${to}`), subject: noun };
  const message = `${noun} ${to} is older than the ${from} of before`;
  return { ...fail(message, 'see what was booted or installed'), subject: noun };
}

/** A processor without a revision before has none to lose: so it is in a virtual machine. */
function judgeMicrocode(was: NodeBefore, is: NodeBefore): ClusterJudgement[] {
  if (was.microcodes.length === 0) return [];
  if (is.microcodes.length === 0) return [unknown('the microcode of now is not known')];
  // of several kinds of processors the least is what went wrong, if anything did
  if (lowest(is.microcodes) >= lowest(was.microcodes)) return [];
  return [fail('its microcode is older than before', 'bring the microcode package back')];
}

function lowest(microcodes: readonly string[]): number {
  return Math.min(...microcodes.map(Number));
}

const BACK = new Set([
  ...['virtualisation.module', 'virtualisation.kvm', 'virtualisation.tun', 'qemu.present'],
  ...['drbd.loaded', 'drbd.usermode-helper', 'ganeti.daemons'],
]);

/** A warning of before is one still; a new one here means that something did not come back. */
function judgeModules({ now, before }: Seen): ClusterJudgement[] {
  const found = now.findings.filter((one) => BACK.has(one.check) && isTrouble(one));
  if (found.length === 0) return [pass('modules, helper and daemons are as they have to be')];
  return found.map((one) => {
    const { check, verdict, message, remedy } = one;
    const say = verdict === 'warn' && wasFound(one, before) ? warn : fail;
    const judged =
      verdict === 'unknown' ? unknown(message) : say(message, remedy ?? `see ${check}`);
    return { ...judged, subject: check };
  });
}

function judgeReturned({ before, maintenance }: Aftermath): ClusterJudgement[] {
  const { view, down } = maintenance;
  const nodes = view.config.nodes.filter(({ name }) => down.has(name));
  if (nodes.length < before.drain.length) return [unknown('not all of them are configured')];
  const faults = nodes.flatMap(({ name, offline, drained, masterCandidate }) => {
    if (offline || drained) {
      const flag = offline ? 'offline' : 'drained';
      const remedy = `gnt-node modify --${flag}=no ${name}`;
      return [{ ...fail(`${name} is still marked ${flag}`, remedy), subject: name }];
    }
    const wanted = view.config.nodes.filter((one) => one.masterCandidate).length;
    if (masterCandidate || wanted >= view.config.cluster.candidatePoolSize) return [];
    const remedy = `gnt-node modify --master-candidate=yes ${name}`;
    return [{ ...warn(`${name} is no master candidate any more`, remedy), subject: name }];
  });
  return faults.length > 0 ? faults : [pass(`${counted(nodes.length, 'node')} back`)];
}

function judgeNew({ before, findings }: Aftermath): ClusterJudgement[] {
  const asked = findings.filter((one) => isTrouble(one) && !INSTALL_ONLY.has(one.check));
  const added = asked.filter((one) => !wasFound(one, before));
  if (added.length === 0) return [pass('no finding is new')];
  return added.map(({ check, node, subject, verdict, message, remedy }) => {
    const where = subject === undefined ? check : `${check} ${subject}`;
    const said = `new since: ${where}: ${message}`;
    const why = remedy ?? `muster checks explain ${check}`;
    const judged = { fail, warn, unknown, pass, skip: pass }[verdict](said, why);
    return { ...judged, subject: where, ...(node !== null && { node }) };
  });
}

/** The same place with the same weight or less: a warning that became a failure is new. */
function wasFound({ check, node, subject, verdict }: Finding, { troubles }: Before): boolean {
  return troubles.some(
    (one) =>
      one.check === check &&
      one.node === node &&
      one.subject === (subject ?? null) &&
      (one.verdict === verdict || one.verdict === 'fail'),
  );
}
