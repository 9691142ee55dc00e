import { isLegacy } from '../../../shared/cpu/generations.ts';
import { skip } from '../../../shared/judgement.ts';
import type { Policy } from '../../../shared/policy.ts';
import { counted, listed } from '../../../shared/wording.ts';
import { type ClusterCheck, type ClusterJudgement, defineClusterCheck } from '../cluster-check.ts';
import { cpuTypeAnswer } from '../cpu-type.ts';
import { type CpuNode, evidenceOf } from './check-evidence.ts';
import { disagreementOn } from './disagreement.ts';
import { kindsOf } from './evidence.ts';
import { type GroupAnswer, lostMitigations } from './group-answer.ts';
import { hostModel } from './host-model.ts';
import { isHostType, runsCpuType } from './runs-type.ts';

const needs = ['cpu', 'kvm', 'qemu', 'os'] as const;
const NOT_SET = 'the policy names no cpu_type; muster cpu-type recommends one';

/** Whether all nodes can give guests one CPU, and which. */
export const cpuTypeChecks: ClusterCheck[] = [
  defineClusterCheck({
    id: 'cpu.common-type',
    title: 'There is a cpu_type that all nodes can run',
    why:
      'Guests can move only between nodes that give them the same CPU; the best common one is ' +
      'what they can be promised.',
    rules: ['CPU-09'],
    needs,
    judge: (nodes, policy) => groupsOf(nodes, policy).map(commonType),
  }),
  defineClusterCheck({
    id: 'cpu.configured-common',
    title: 'The configured cpu_type runs in full on every node',
    why:
      'Where a feature is missing QEMU drops it with no more than a warning, so guests differ by ' +
      'node and fail after a migration.',
    rules: ['CPU-08', 'CPU-20'],
    needs,
    judge: configuredCommon,
  }),
  defineClusterCheck({
    id: 'cpu.host-equal',
    title: 'cpu_type host is the same CPU on every node',
    why: 'With host a guest gets all of its node; one unequal feature breaks it after a migration.',
    rules: ['CPU-10'],
    needs,
    judge: hostEqual,
  }),
  defineClusterCheck({
    id: 'cpu.mitigations',
    title: 'Guests can be given the mitigations of their CPU',
    why:
      'One node without current microcode takes a mitigation flag from the common cpu_type, and ' +
      'so from all guests of the cluster.',
    rules: ['CPU-14', 'SEC-09'],
    needs,
    judge: (nodes, policy) => groupsOf(nodes, policy).flatMap(mitigations),
  }),
  defineClusterCheck({
    id: 'cpu.evidence-agrees',
    title: 'QEMU with KVM offers what the CPU shows',
    why:
      'QEMU is right; a difference tells of a firmware setting, of nested or restricted KVM, of ' +
      'TSX, or of an old kernel, and often of a better cpu_type within reach.',
    rules: ['CPU-08'],
    needs,
    judge: evidenceAgrees,
  }),
];

function groupsOf(nodes: CpuNode[], policy: Policy): GroupAnswer[] {
  return cpuTypeAnswer({ nodes: evidenceOf(nodes), policy }).groups;
}

function subjectOf({ group, vendor }: GroupAnswer): string {
  return vendor === null ? group : `${group}, ${vendor}`;
}

function commonType(group: GroupAnswer): ClusterJudgement {
  const { recommended, undecided, nodes } = group;
  const subject = subjectOf(group);
  if (group.state === 'undecided') {
    const reasons = undecided.map((one) => `${listed(one.nodes)} (${one.reason})`);
    return { verdict: 'unknown', subject, message: `not decided without ${listed(reasons)}` };
  }
  if (!recommended) {
    return {
      verdict: 'fail',
      subject,
      message: `no CPU model that QEMU knows runs on all of ${listed(nodes)}`,
      remedy: 'muster cpu-type tells what stops each model; divide the nodes into node groups',
    };
  }
  const { cpuType, base, evidence } = recommended;
  const message = `${cpuType} runs on ${counted(nodes.length, 'node')}, ${evidence}`;
  if (!isLegacy(base)) return { verdict: 'pass', subject, message };
  return {
    verdict: 'warn',
    subject,
    message: `${message}; expected a model of this century`,
    remedy: 'muster cpu-type tells what stops better ones; look into KVM on these nodes',
  };
}

function configuredCommon(nodes: CpuNode[], policy: Policy): ClusterJudgement[] {
  const text = policy.hvparams.cpu_type;
  if (text === undefined || text === '') return [skip(NOT_SET)];
  if (isHostType(text)) return [skip(`cpu_type is ${text}: see cpu.host-equal`)];
  const plain = text.replaceAll('\\,', ',');
  const judged = kindsOf(evidenceOf(nodes), policy.qemu.planned).map((kind) => {
    const { models } = kind;
    if (models.evidence === 'none') return { kind, unknown: models.reason, not: null };
    const { verdict, modelUnknown, missing, unknown } = runsCpuType(models, plain);
    if (modelUnknown) return { kind, not: 'the QEMU there does not know the model', unknown: null };
    if (verdict === 'not') return { kind, not: `no ${listed(missing)}`, unknown: null };
    const open = verdict === 'unknown' ? `${listed(unknown)} not known` : null;
    return { kind, not: null, unknown: open };
  });
  const failed = judged.flatMap(({ kind, not }) => (not ? [`${listed(kind.nodes)}: ${not}`] : []));
  if (failed.length > 0) {
    return [
      {
        verdict: 'fail',
        message: `${plain} does not run in full on ${failed.join('; ')}`,
        remedy: 'set the cpu_type that muster cpu-type recommends, then stop and start the guests',
      },
    ];
  }
  const open = judged.flatMap(({ kind, unknown }) =>
    unknown ? [`${listed(kind.nodes)}: ${unknown}`] : [],
  );
  if (open.length > 0) {
    return [{ verdict: 'unknown', message: `${plain}: not decided on ${open.join('; ')}` }];
  }
  const proven = judged.every(({ kind }) => kind.models.evidence === 'proven');
  const level = proven ? 'proven' : 'computed';
  return [
    { verdict: 'pass', message: `${plain} runs on ${counted(nodes.length, 'node')}, ${level}` },
  ];
}

function hostEqual(nodes: CpuNode[], policy: Policy): ClusterJudgement[] {
  const text = policy.hvparams.cpu_type;
  if (text === undefined || !isHostType(text)) return [skip('cpu_type is not host')];
  const kinds = kindsOf(evidenceOf(nodes), policy.qemu.planned);
  const { allowed, unequal } = hostModel(kinds.map((kind) => kind.host));
  if (allowed) return [{ verdict: 'pass', message: 'host is the same CPU on every node' }];
  const message = `host is not the same CPU on every node: ${listed(unequal)} differ`;
  if (allowed === null) return [{ verdict: 'unknown', message }];
  const remedy = 'set the cpu_type that muster cpu-type recommends, then stop and start the guests';
  return [{ verdict: 'fail', message, remedy }];
}

function mitigations(group: GroupAnswer): ClusterJudgement[] {
  const subject = subjectOf(group);
  const { recommended, missingMitigations, warnings } = group;
  if (!recommended) {
    const message = 'no cpu_type is recommended whose mitigations could be judged';
    return [{ verdict: group.state === 'undecided' ? 'unknown' : 'skip', subject, message }];
  }
  const lost = lostMitigations(missingMitigations);
  if (lost.length === 0 && warnings.length === 0) {
    return [{ verdict: 'pass', subject, message: `${recommended.cpuType} carries all of them` }];
  }
  const found = lost.length === 0 ? warnings.join('; ') : `guests go without ${lost.join('; ')}`;
  return [
    {
      verdict: 'warn',
      subject,
      message: `${found}; expected every mitigation in the common cpu_type`,
      remedy: 'install current microcode and kernels on the nodes named, reboot, and ask again',
    },
  ];
}

function evidenceAgrees(nodes: CpuNode[], policy: Policy): ClusterJudgement[] {
  const kinds = kindsOf(evidenceOf(nodes), policy.qemu.planned);
  const proven = kinds.filter((kind) => kind.models.evidence === 'proven');
  if (proven.length === 0) return [skip('QEMU could be asked with KVM on no node')];
  const found = proven.flatMap((kind): ClusterJudgement[] => {
    const disagreement = disagreementOn(kind, policy.qemu.planned);
    if (!disagreement) return [];
    const { withheld, unexpected, cause } = disagreement;
    const parts = [
      ...(withheld.length > 0 ? [`KVM does not offer ${listed(withheld)} though shown`] : []),
      ...(unexpected.length > 0 ? [`KVM offers ${listed(unexpected)} though not shown`] : []),
    ];
    const message = `${listed(kind.nodes)}: ${parts.join('; ')}; likely cause: ${cause}`;
    const remedy = 'QEMU is right and was followed; look into the cause to get the features back';
    return [{ verdict: 'warn', subject: kind.nodes[0] ?? '', message, remedy }];
  });
  if (found.length > 0) return found;
  const count = proven.reduce((sum, kind) => sum + kind.nodes.length, 0);
  return [{ verdict: 'pass', message: `the two agree on ${counted(count, 'node')}` }];
}
