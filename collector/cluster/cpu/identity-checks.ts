import { known, unknownBecause } from '../../../shared/evidence.ts';
import type { CpuFacts } from '../../../shared/facts/cpu.ts';
import { groupedBy } from '../../../shared/grouping.ts';
import { pass } from '../../../shared/judgement.ts';
import { listed } from '../../../shared/wording.ts';
import { agreementOf, judgeAgreement } from '../agreement.ts';
import {
  type ClusterCheck,
  type ClusterJudgement,
  defineClusterCheck,
  type NodeFacts,
} from '../cluster-check.ts';
import { askNodes, unlessUntold } from '../told.ts';
import { differingKeys, judgeDifferences, spelledGroups } from './kinds-equal.ts';

/** Whether the nodes' CPUs are alike, and in what they are not. */
export const cpuIdentityChecks: ClusterCheck[] = [
  defineClusterCheck({
    id: 'cpu.same-vendor',
    title: 'All CPUs are of one vendor',
    why:
      'Moving a running guest between vendors is unsafe whatever its cpu_type: vendor id, TSC, ' +
      'errata and patched hypercall instructions differ.',
    rules: ['CPU-01'],
    needs: ['cpu'],
    judge: (nodes) => [
      judgeAgreement(
        agreementOf(nodes, ({ cpu }) => vendorIn(cpu)),
        {
          noun: 'CPU vendor',
          verdict: 'fail',
          remedy: 'put each vendor into a node group of its own, with its own cpu_type',
        },
      ),
    ],
  }),
  defineClusterCheck({
    id: 'cpu.same-kind',
    title: 'All CPUs are of one family, model and stepping',
    why:
      'Equal CPUs need no compromise. Unequal ones share what a common cpu_type gives them; ' +
      'which nodes differ tells what a replacement would bring.',
    rules: ['CPU-03'],
    needs: ['cpu'],
    judge: (nodes) => [
      judgeAgreement(
        agreementOf(nodes, ({ cpu }) => identityIn(cpu)),
        {
          noun: 'CPU',
          verdict: 'warn',
          remedy: 'set the cpu_type that muster cpu-type recommends; it runs on all of them',
        },
      ),
    ],
  }),
  defineClusterCheck({
    id: 'cpu.microcode-equal',
    title: 'CPUs of one stepping run one microcode',
    why: 'Microcode adds and takes away features, so equal CPUs may offer guests different ones.',
    rules: ['CPU-06'],
    needs: ['cpu'],
    judge: judgeMicrocode,
  }),
  defineClusterCheck({
    id: 'cpu.vulnerabilities-equal',
    title: 'The mitigations of all nodes are alike',
    why:
      'A guest that moves to a node with fewer mitigations is less protected there, and the ' +
      'features KVM offers follow the mitigations.',
    rules: ['CPU-15'],
    needs: ['cpu'],
    judge(nodes) {
      const { told, untold } = askNodes(nodes, ({ cpu }) => known(cpu.vulnerabilities));
      const maps = told.map(({ node, value }) => ({ node, values: value }));
      const differences = differingKeys(maps).map(({ key, values }) => ({
        subject: key,
        message: `${key}: ${spelledGroups(values)}`,
      }));
      const judged = judgeDifferences(differences, {
        same: `the vulnerabilities files are the same on all nodes (${told.length})`,
        remedy: 'bring kernel, microcode and kernel command line of all nodes to the same state',
      });
      return unlessUntold(judged, 'vulnerabilities', untold);
    },
  }),
  defineClusterCheck({
    id: 'cpu.flag-differences',
    title: 'The features that trouble migration are on all nodes or on none',
    why:
      'TSX, MPX, AVX-512, AMX, PKU and CET come and go between generations and updates; a ' +
      'cpu_type with one of them runs on some nodes only.',
    rules: ['CPU-05', 'CPU-13'],
    needs: ['cpu'],
    judge: judgeFlags,
  }),
];

function vendorIn({ kinds }: CpuFacts): string {
  const vendors = new Set(kinds.map((kind) => kind.vendor ?? unknownBecause('no vendor_id')));
  return [...vendors].sort().join(' and ');
}

function identityIn({ kinds }: CpuFacts): string {
  const identities = kinds.map(({ family, model, stepping, modelName }) => {
    if (family === null || model === null) return unknownBecause('family or model not shown');
    const numbers = `family ${family} model ${model} stepping ${stepping ?? 'not shown'}`;
    return `${modelName ?? 'a CPU without a name'} (${numbers})`;
  });
  return [...new Set(identities)].sort().join(' and ');
}

function judgeMicrocode(nodes: NodeFacts<'cpu'>[]): ClusterJudgement[] {
  const { told, untold } = askNodes(nodes, ({ cpu }) => {
    const revisions = cpu.kinds.map((kind) => kind.microcode ?? unknownBecause('none shown'));
    return { identity: identityIn(cpu), value: [...new Set(revisions)].sort().join(' and ') };
  });
  const differences = [...groupedBy(told, ({ value }) => value.identity)].flatMap(
    ([identity, of]) => {
      const values = of.map(({ node, value }) => ({ node, value: value.value }));
      if (new Set(values.map(({ value }) => value)).size < 2) return [];
      return [{ subject: identity, message: `microcode of ${identity}: ${spelledGroups(values)}` }];
    },
  );
  const judged = judgeDifferences(differences, {
    same: 'CPUs of one stepping run one microcode',
    remedy: 'install the same microcode package on all nodes and reboot one after the other',
  });
  return unlessUntold(judged, 'microcode', untold);
}

/** By cpuinfo name: what a difference in it means for the choice of a model. */
const troubling: [name: string, flags: string[], advice: string][] = [
  ['TSX', ['hle', 'rtm'], 'use a -noTSX version, or remove hle and rtm'],
  ['MPX', ['mpx'], 'use a version without it, or remove mpx'],
  ['AVX-512', ['avx512f', 'avx512bw', 'avx512vl'], 'no model from Skylake-Server on, nor Genoa'],
  ['AMX', ['amx_tile', 'amx_bf16', 'amx_int8'], 'no SapphireRapids or newer'],
  ['PKU', ['pku'], 'no model from Skylake-Server on, nor EPYC-Milan'],
  ['CET', ['user_shstk', 'ibt'], 'no version with cet-ss or cet-ibt'],
];

function judgeFlags(nodes: NodeFacts<'cpu'>[]): ClusterJudgement[] {
  const sets = nodes.map(({ node, facts }) => ({ node, flags: new Set(facts.cpu.flags) }));
  const differing = troubling.flatMap(([name, flags, advice]) => {
    const parts = flags.flatMap((flag) => {
      const having = sets.filter((one) => one.flags.has(flag)).map(({ node }) => node);
      if (having.length === 0 || having.length === sets.length) return [];
      const lacking = sets.filter((one) => !one.flags.has(flag)).map(({ node }) => node);
      return [`${flag} on ${listed(having)}, not on ${listed(lacking)}`];
    });
    return parts.length === 0 ? [] : [{ name, message: parts.join('; '), advice }];
  });
  if (differing.length === 0) {
    return [pass('TSX, MPX, AVX-512, AMX, PKU and CET are the same on all nodes')];
  }
  return differing.map(({ name, message, advice }) => ({
    verdict: 'warn',
    subject: name,
    message: `${name} differs: ${message}`,
    remedy: `${advice}; muster cpu-type recommends one that runs on all nodes`,
  }));
}
