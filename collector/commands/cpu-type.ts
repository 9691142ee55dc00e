import { tableFor } from '../../shared/cpu/model-tables.ts';
import { parseVersion } from '../../shared/cpu/versions.ts';
import { CommandError, type ExitName } from '../../shared/exit.ts';
import { nearest } from '../../shared/nearest.ts';
import type { Policy } from '../../shared/policy.ts';
import { cpuTypeJson } from '../cluster/cpu/cpu-type-json.ts';
import { cpuTypeText, effectsText } from '../cluster/cpu/cpu-type-text.ts';
import { evidenceOfFleet, evidenceOfReport } from '../cluster/cpu/evidence.ts';
import { whatIf } from '../cluster/cpu/what-if.ts';
import { type CpuTypeAnswer, type CpuTypeInput, cpuTypeAnswer } from '../cluster/cpu-type.ts';
import { loadFleet, readReports, type SourceOptions } from '../sources.ts';
import type { Io, Register } from './command.ts';
import { type OutputOptions, withOutput, withSource } from './options.ts';

interface CpuTypeOptions extends SourceOptions, OutputOptions {
  qemu?: string;
  without: string[];
  with: string[];
  explain: boolean;
  lastResort: boolean;
}

/** `muster cpu-type`: the best `cpu_type` every node can run, why, and how to apply it. */
export const registerCpuType: Register = (program, io, done) => {
  withOutput(withSource(program.command('cpu-type')))
    .description('the best cpu_type that every node can really run, proven and explained')
    .option('--qemu <version>', 'judge nodes without a QEMU against this one')
    .option('--without <node>', 'as if this node were retired (repeatable)', collect, [])
    .option('--with <report>', 'as if the node of this report had joined (repeatable)', collect, [])
    .option('--explain', 'also tell the next step above the answer and what it takes', false)
    .option('--last-resort', 'for several vendors: what they would share, unsupported', false)
    .action((paths: string[], options: CpuTypeOptions) => done(cpuType(paths, options, io)));
};

function collect(value: string, earlier: string[]): string[] {
  return [...earlier, value];
}

async function cpuType(paths: string[], options: CpuTypeOptions, io: Io): Promise<ExitName> {
  const fleet = await loadFleet(paths, options, io);
  const policy = plannedPolicy(fleet.policy, options.qemu);
  const input: CpuTypeInput = { nodes: evidenceOfFleet(fleet), policy };
  for (const node of options.without) assertNode(node, input);
  const joining = [];
  for (const path of options.with) joining.push(...(await readReports(path, io)));
  const changed = options.without.length + joining.length > 0;
  const change = { without: options.without, joining: joining.map(evidenceOfReport) };
  const { after, effects } = changed
    ? whatIf(input, change)
    : { after: cpuTypeAnswer(input), effects: [] };
  const exit = exitOfAnswer(after);
  if (options.format === 'json') {
    io.out(`${JSON.stringify({ ...cpuTypeJson(after), ...(changed && { effects }) })}\n`);
  } else {
    io.out((changed ? `${effectsText(effects)}\n` : '') + cpuTypeText(after, options));
  }
  return exit;
}

/** Undecided while a node is not known; closed when some group has no model at all. */
export function exitOfAnswer(answer: CpuTypeAnswer): ExitName {
  const states = answer.groups.map((group) => group.state);
  if (states.includes('none')) return 'closed';
  return states.includes('undecided') || states.length === 0 ? 'undecided' : 'open';
}

/** The policy with another planned QEMU; one that no table is for is refused. */
export function plannedPolicy(policy: Policy, qemu: string | undefined): Policy {
  if (qemu === undefined) return policy;
  const version = parseVersion(qemu);
  if (!version || !tableFor(version)) {
    throw new CommandError('usage', `--qemu: expected a version from 5.2 on, found "${qemu}"`);
  }
  return { ...policy, qemu: { ...policy.qemu, planned: qemu } };
}

function assertNode(node: string, { nodes }: CpuTypeInput): void {
  const names = nodes.map((one) => one.node);
  if (names.includes(node)) return;
  const near = nearest(node, names);
  const hint = near === null ? '' : `; did you mean "${near}"?`;
  throw new CommandError('usage', `--without: no node "${node}"${hint}`);
}
