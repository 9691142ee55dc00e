import { performance } from 'node:perf_hooks';
import { cpuTypeJson } from '../../collector/cluster/cpu/cpu-type-json.ts';
import {
  evidenceOfReport,
  kindsOf,
  type NodeEvidence,
} from '../../collector/cluster/cpu/evidence.ts';
import { cpuTypeAnswer } from '../../collector/cluster/cpu-type.ts';
import { migrationAnswer } from '../../collector/cluster/migration.ts';
import { modelTables } from '../../shared/cpu/model-tables.ts';
import { defaultPolicy } from '../../shared/policy.ts';
import { sampleReport } from '../sample-report.ts';
import { machine, median } from './measure.ts';

/** Every node has objects of its own, as when its report was parsed: nothing is shared. */
const policy = defaultPolicy();

process.stdout.write(`${machine()}\n`);
process.stdout.write('nodes  kinds  found   evidence compared   cpu-type   migration   JSON\n');
for (const [nodes, kinds] of [
  [3, 3],
  [100, 12],
  [1000, 12],
  [10_000, 1],
  [10_000, 12],
  [10_000, 48],
] as const) {
  process.stdout.write(`${row(nodes, kinds)}\n`);
}

function row(count: number, kinds: number): string {
  const nodes = Array.from({ length: count }, (_, index) => node(index, kinds));
  const found = timed(() => kindsOf(nodes, policy.qemu.planned));
  const answers = Array.from({ length: 5 }, () => timed(() => cpuTypeAnswer({ nodes, policy })));
  const matrices = Array.from({ length: 5 }, () => timed(() => migrationAnswer({ nodes, policy })));
  const [answer] = answers;
  // the matrix spelled out for every node is long, whatever it cost to find
  const json =
    answer && count <= 1000 ? timed(() => JSON.stringify(cpuTypeJson(answer.value)).length) : null;
  return [
    String(count).padStart(6),
    String(kinds).padStart(5),
    String(found.value.length).padStart(6),
    `${found.ms.toFixed(1)} ms`.padStart(19),
    `${median(answers.map(({ ms }) => ms)).toFixed(1)} ms`.padStart(10),
    `${median(matrices.map(({ ms }) => ms)).toFixed(1)} ms`.padStart(10),
    json ? `  ${(json.value / 2 ** 20).toFixed(1)} MiB in ${json.ms.toFixed(0)} ms` : '  -',
  ].join(' ');
}

function timed<T>(act: () => T): { ms: number; value: T } {
  const started = performance.now();
  const value = act();
  return { ms: performance.now() - started, value };
}

function node(index: number, kinds: number): NodeEvidence {
  const report = structuredClone(sampleReport());
  report.node = `node${String(index).padStart(5, '0')}.example.org`;
  const { cpu, qemu } = report.sections;
  if (cpu?.status !== 'ok' || qemu?.status !== 'ok') throw new Error('the sample lacks a section');
  for (const kind of cpu.facts.kinds) kind.microcode = `0x${(index % kinds).toString(16)}`;
  const answer = qemu.facts.kvm;
  if (answer.status === 'ok') answer.value.definitions = definitions(index % kinds);
  return evidenceOfReport(report);
}

/** A whole catalogue, as QEMU 7.2 answers it, a little different on each kind. */
function definitions(kind: number) {
  const models = modelTables[1]?.models ?? [];
  const lacking = new Set(kind % 2 === 0 ? ['hle', 'rtm'] : ['avx512f', 'hle', 'rtm']);
  return models.map(({ name, features, deprecated }) => ({
    ...{ name, deprecated, aliasOf: null, migrationSafe: true },
    unavailable: [...features].filter((feature) => lacking.has(feature)).sort(),
  }));
}
