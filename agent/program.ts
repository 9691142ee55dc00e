import { Command, Option } from 'commander';
import type { ExitName } from '../shared/exit.ts';
import type { Io } from '../shared/io.ts';
import { formats, outputHelp, repeated } from '../shared/outputs.ts';
import { selectHelp, skipHelp } from '../shared/selection.ts';
import { VERSION } from '../shared/version.ts';
import type { AuditOptions } from './commands/audit.ts';
import type { PushOptions } from './commands/push.ts';
import type { SnapshotOptions } from './commands/snapshot.ts';
import type { SourceOptions } from './source.ts';

/** The agent's command line; each action's exit goes to `done`. Nothing heavy is loaded yet. */
export function buildProgram(io: Io, done: (exit: Promise<ExitName>) => Promise<void>): Command {
  const program = new Command('muster-agent')
    .description('Reads this host for Muster: facts first, judgement apart. Changes nothing.')
    .version(VERSION, '-V, --version')
    .showHelpAfterError('(add --help for the options)')
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .exitOverride();

  withSource(program.command('report'))
    .description('print the report of this host as JSON')
    .action((options: SourceOptions) =>
      done(import('./commands/report.ts').then(({ report }) => report(options, io))),
    );
  withSource(program.command('audit'))
    .description('judge this node and print the findings')
    .addOption(
      new Option('-f, --format <format>', 'what to print (default: text)').choices(formats),
    )
    .option('-o, --output <format:file>', outputHelp, repeated)
    .addOption(
      new Option('--fail-on <verdict>', 'what makes the exit code non-zero')
        .choices(['fail', 'warn'])
        .default('fail'),
    )
    .addOption(
      new Option('--color <when>', 'colour').choices(['auto', 'always', 'never']).default('auto'),
    )
    .option('--waivers <file>', 'what is accepted for now, by whom, why (YAML)')
    .option('--select <check>', selectHelp, repeated)
    .option('--skip <check>', skipHelp, repeated)
    .option('-v, --verbose', 'show what passes too, and why each check matters', false)
    .action((options: AuditOptions) =>
      done(import('./commands/audit.ts').then(({ audit }) => audit(options, io))),
    );
  withSource(program.command('push'))
    .description('spool a report and deliver what the spool holds (what the timer runs)')
    .requiredOption('--collector <url>', 'base URL of the collector')
    .requiredOption('--token-file <file>', "file that holds this node's token")
    .option('--ca <file>', 'PEM of the CA to trust instead of the system')
    .option('--spool <folder>', 'spool folder (default: spool below the state folder)')
    .action((options: PushOptions) =>
      done(import('./commands/push.ts').then(({ push }) => push(options, io))),
    );
  withSource(program.command('snapshot'))
    .description('record what the probes read into a new folder, for replay and bug reports')
    .argument('<folder>', 'a folder that does not exist yet or is empty')
    .option('--scrub', 'replace serial numbers, MAC and IP addresses, each one consistently', false)
    .action((folder: string, options: SnapshotOptions) =>
      done(import('./commands/snapshot.ts').then(({ snapshot }) => snapshot(folder, options, io))),
    );
  return program;
}

function withSource(command: Command): Command {
  return command
    .option('--host <folder>', 'read a snapshot instead of this machine')
    .option('--policy <file>', "what the node should be (YAML); without it the guide's values")
    .option('--node <name>', 'name of the node (default: its FQDN)')
    .option(
      '--probe-peers',
      "also try to reach the policy's other nodes, from each own address (default: no)",
    )
    .option(
      '--state <folder>',
      "for the spool and QEMU's answers (default: $STATE_DIRECTORY, or /var/lib/muster-agent)",
    );
}
