import { Command, Option } from 'commander';
import { configure } from '../shared/command-line.ts';
import type { ShowOptions } from '../shared/configuration-table.ts';
import type { ExitName } from '../shared/exit.ts';
import type { Io } from '../shared/io.ts';
import { formats, outputHelp, quietHelp, repeated } from '../shared/outputs.ts';
import { selectHelp, skipHelp } from '../shared/selection.ts';
import { VERSION_TEXT } from '../shared/version.ts';
import type { AuditOptions } from './commands/audit.ts';
import type { EnrollOptions } from './commands/enroll.ts';
import type { HookOptions } from './commands/hook.ts';
import type { PushOptions } from './commands/push.ts';
import type { RotateOptions } from './commands/rotate-key.ts';
import type { SnapshotOptions } from './commands/snapshot.ts';
import { configurable } from './configuration.ts';
import type { SourceOptions } from './source.ts';

/** The agent's command line; each action's exit goes to `done`. Nothing heavy is loaded yet. */
export function buildProgram(io: Io, done: (exit: Promise<ExitName>) => Promise<void>): Command {
  const program = new Command('muster-agent')
    .description('Reads this host for Muster: facts first, judgement apart. Changes nothing.')
    .version(VERSION_TEXT, '-V, --version')
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
    .addOption(new Option('-q, --quiet', quietHelp).conflicts('verbose'))
    .option('--now <time>', 'judge waivers as of this UTC instant instead of now')
    .action((options: AuditOptions) =>
      done(import('./commands/audit.ts').then(({ audit }) => audit(options, io))),
    );
  withSource(program.command('push'))
    .description('spool a report and deliver what the spool holds (what the timer runs)')
    .option('--collector <url>', 'base URL of the collector (default: as enrolled)')
    .option('--ca <file>', caHelp)
    .option('--fingerprint <sha256:hex>', fingerprintHelp)
    .option(
      '--splay <duration>',
      "wait for this machine's slot within it, such as 10m (default: no)",
    )
    .action((options: PushOptions) =>
      done(import('./commands/push.ts').then(({ push }) => push(options, io))),
    );
  identityCommands(program, io, done);
  withSource(program.command('snapshot'))
    .description('record what the probes read into a new folder, for replay and bug reports')
    .argument('<folder>', 'a folder that does not exist yet or is empty')
    .option('--scrub', 'replace serial numbers, MAC and IP addresses, each one consistently', false)
    .action((folder: string, options: SnapshotOptions) =>
      done(import('./commands/snapshot.ts').then(({ snapshot }) => snapshot(folder, options, io))),
    );
  hookCommands(program, io, done);
  configCommand(program, io, done);
  configure(program, configurable, io);
  return program;
}

const caHelp = 'PEM of the CA to trust instead of the system';
const fingerprintHelp = "trust only this certificate: the collector's own, or a CA's that it sends";

/** The commands that make and change this node's identity. */
function identityCommands(
  program: Command,
  io: Io,
  done: (exit: Promise<ExitName>) => Promise<void>,
): void {
  withState(program.command('enroll'))
    .description("make this node's key and enrol it with a collector, for a one-time token")
    .requiredOption('--collector <url>', 'base URL of the collector')
    .requiredOption('--token-file <file>', 'file that holds what "muster token create" printed')
    .option('--ca <file>', caHelp)
    .option('--fingerprint <sha256:hex>', fingerprintHelp)
    .option('--node <name>', 'name of the node (default: its FQDN)')
    .option('--again', 'replace the enrolment that there is', false)
    .action((options: EnrollOptions) =>
      done(import('./commands/enroll.ts').then(({ enroll }) => enroll(options, io))),
    );
  withState(program.command('rotate-key'))
    .description("put a new key in the place of this node's; nothing is lost meanwhile")
    .action((options: RotateOptions) =>
      done(import('./commands/rotate-key.ts').then(({ rotateKey }) => rotateKey(options, io))),
    );
}

/** The commands that put scripts of ours where Ganeti runs them. */
function hookCommands(
  program: Command,
  io: Io,
  done: (exit: Promise<ExitName>) => Promise<void>,
): void {
  const hook = program.command('hook').description('scripts that Ganeti runs: off until enabled');
  const added = (command: Command) =>
    command
      .option('--ganeti <folder>', "Ganeti's configuration", '/etc/ganeti')
      .option('--agent <program>', 'what the script runs', '/usr/bin/muster-agent')
      .option('--muster <program>', 'what the one on the master runs', '/usr/bin/muster');
  added(hook.command('enable'))
    .description('put a script where Ganeti runs it; what somebody else put there stays')
    .argument('<hook>', 'cluster-verify, instance-migrate or restricted-command')
    .action((name: string, options: HookOptions) =>
      done(import('./commands/hook.ts').then(({ enableHook }) => enableHook(name, options, io))),
    );
  added(hook.command('disable'))
    .description('take it away again')
    .argument('<hook>', 'as for enable')
    .action((name: string, options: HookOptions) =>
      done(import('./commands/hook.ts').then(({ disableHook }) => disableHook(name, options, io))),
    );
  added(hook.command('status'))
    .description('which are on')
    .action((options: HookOptions) =>
      done(import('./commands/hook.ts').then(({ showHooks }) => showHooks(options, io))),
    );
}

/** What holds without any option, and who says so. */
function configCommand(
  program: Command,
  io: Io,
  done: (exit: Promise<ExitName>) => Promise<void>,
): void {
  program
    .command('config')
    .description('the settings of the environment and of files')
    .command('show')
    .description('every setting as it holds')
    .option('--origin', 'and the place that says so', false)
    .addOption(
      new Option('-f, --format <format>', 'output').choices(['text', 'json']).default('text'),
    )
    .action((options: ShowOptions) =>
      done(
        import('../shared/configuration-table.ts').then(({ showConfiguration }) =>
          showConfiguration(options, { program, configurable }, io),
        ),
      ),
    );
}

function withSource(command: Command): Command {
  return withState(command)
    .option('--host <folder>', 'read a snapshot instead of this machine')
    .option('--policy <file>', "what the node should be (YAML); without it the guide's values")
    .option('--node <name>', 'name of the node (default: its FQDN)')
    .option(
      '--probe-peers',
      "also try to reach the policy's other nodes, from each own address (default: no)",
    );
}

function withState(command: Command): Command {
  return command.option(
    '--state <folder>',
    'for key, spool and kept answers (default: $STATE_DIRECTORY, or /var/lib/muster-agent)',
  );
}
