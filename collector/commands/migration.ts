import { CommandError, type ExitName } from '../../shared/exit.ts';
import { nearest } from '../../shared/nearest.ts';
import type { Policy } from '../../shared/policy.ts';
import { visible } from '../../shared/render/safe.ts';
import { evidenceOfFleet } from '../cluster/cpu/evidence.ts';
import { machineVersionText } from '../cluster/cpu/machine-version-text.ts';
import { migrationText } from '../cluster/cpu/migration-text.ts';
import { machineVersionAnswer } from '../cluster/machine-version.ts';
import { type MigrationAnswer, migrationAnswer } from '../cluster/migration.ts';
import { loadFleet, type SourceOptions } from '../sources.ts';
import type { Io, Register } from './command.ts';
import { plannedPolicy } from './cpu-type.ts';
import { type OutputOptions, withOutput, withSource } from './options.ts';

interface MigrationOptions extends SourceOptions, OutputOptions {
  qemu?: string;
  cpuType?: string;
  from?: string;
  to?: string;
}

/** `muster migration`: between which nodes a running guest can move, and why not. */
export const registerMigration: Register = (program, io, done) => {
  withOutput(withSource(program.command('migration')))
    .description('between which nodes a running guest can move, in which direction, and why not')
    .option('--qemu <version>', 'judge nodes without a QEMU against this one')
    .option(
      '--cpu-type <type>',
      'for a guest of this type, as Ganeti spells it; else as the policy',
    )
    .option('--from <node>', 'of one guest alone, which runs there')
    .option('--to <node>', 'and is to go there')
    .action((paths: string[], options: MigrationOptions) => done(migration(paths, options, io)));
};

async function migration(paths: string[], options: MigrationOptions, io: Io): Promise<ExitName> {
  const fleet = await loadFleet(paths, options, io);
  const policy = withCpuType(plannedPolicy(fleet.policy, options.qemu), options.cpuType);
  const nodes = evidenceOfFleet(fleet);
  const answer = migrationAnswer({ nodes, policy });
  if (options.from !== undefined || options.to !== undefined) return onePair(answer, options, io);
  const machineVersion = machineVersionAnswer(nodes, policy.qemu.planned);
  const exit = exitOfMigration(answer);
  if (options.format === 'json') io.out(`${JSON.stringify({ ...answer, machineVersion })}\n`);
  else io.out(`${migrationText(answer)}\n${machineVersionText(machineVersion)}`);
  return exit;
}

/** Whether one guest can go: only a type that is configured says what it runs with. */
function onePair(
  { matrices: [matrix], classes }: MigrationAnswer,
  { from, to, format }: MigrationOptions,
  io: Io,
): ExitName {
  if (from === undefined || to === undefined) {
    throw new CommandError('usage', '--from and --to go together');
  }
  const classOf = (node: string) => {
    const found = classes.find(({ nodes }) => nodes.includes(node));
    if (found !== undefined) return found.id;
    const near = nearest(
      node,
      classes.flatMap(({ nodes }) => nodes),
    );
    const hint = near === null ? '' : `; did you mean "${near}"?`;
    throw new CommandError('usage', `no node "${node}"${hint}`);
  };
  const cell = matrix?.cells[classOf(from)]?.[classOf(to)];
  const configured = matrix?.of === 'configured';
  const cpuType = (configured && matrix.cpuTypes[classOf(from)]) || null;
  const verdict = configured ? (cell?.verdict ?? 'unknown') : 'unknown';
  const why = configured
    ? (cell?.reasons ?? []).map(({ text }) => text)
    : ['no cpu_type is configured: give --cpu-type, or hvparams.cpu_type in the policy'];
  if (format === 'json')
    io.out(`${JSON.stringify({ schema: 1, from, to, cpuType, verdict, why })}\n`);
  else io.out(`${visible(`${from} to ${to}: ${verdict}${withType(cpuType)}`)}\n`);
  if (format === 'text') for (const reason of why) io.out(`  ${visible(reason)}\n`);
  return exits[verdict];
}

function withType(cpuType: string | null): string {
  return cpuType === null ? '' : `, with cpu_type ${cpuType}`;
}

const exits = { ok: 'open', not: 'closed', unknown: 'undecided' } as const;

function withCpuType(policy: Policy, cpuType: string | undefined): Policy {
  if (cpuType === undefined) return policy;
  return { ...policy, hvparams: { ...policy.hvparams, cpu_type: cpuType } };
}

/** By the matrix that counts, of the pairs in one node group: Ganeti migrates within groups. */
export function exitOfMigration({ matrices, classes }: MigrationAnswer): ExitName {
  const verdicts = classes.flatMap((from) =>
    classes
      .filter((to) => to.group === from.group)
      .map((to) => matrices[0]?.cells[from.id]?.[to.id]?.verdict),
  );
  if (verdicts.includes('not')) return 'closed';
  return verdicts.length === 0 || verdicts.includes('unknown') ? 'undecided' : 'open';
}
