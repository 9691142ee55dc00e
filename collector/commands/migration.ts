import type { ExitName } from '../../shared/exit.ts';
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
}

/** `muster migration`: between which nodes a running guest can move, and why not. */
export const registerMigration: Register = (program, io, done) => {
  withOutput(withSource(program.command('migration')))
    .description('between which nodes a running guest can move, in which direction, and why not')
    .option('--qemu <version>', 'judge nodes without a QEMU against this one')
    .action((paths: string[], options: MigrationOptions) => done(migration(paths, options, io)));
};

async function migration(paths: string[], options: MigrationOptions, io: Io): Promise<ExitName> {
  const fleet = await loadFleet(paths, options, io);
  const policy = plannedPolicy(fleet.policy, options.qemu);
  const nodes = evidenceOfFleet(fleet);
  const answer = migrationAnswer({ nodes, policy });
  const machineVersion = machineVersionAnswer(nodes, policy.qemu.planned);
  const exit = exitOfMigration(answer);
  if (options.format === 'json') io.out(`${JSON.stringify({ ...answer, machineVersion })}\n`);
  else io.out(`${migrationText(answer)}\n${machineVersionText(machineVersion)}`);
  return exit;
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
