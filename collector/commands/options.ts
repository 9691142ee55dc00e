import { type Command, Option } from 'commander';
import { formats, outputHelp, repeated } from '../../shared/outputs.ts';
import { selectHelp, skipHelp } from '../../shared/selection.ts';

/** Adds what every command has that judges reports: which reports, which policy, which instant. */
export function withSource(command: Command): Command {
  return withEvidence(command)
    .option('--max-age <duration>', 'a report older than this counts as missing, such as 30m')
    .option('--now <time>', 'judge as of this UTC instant instead of now');
}

/** Adds which reports and which policy, to a command for which the instant is settled. */
export function withEvidence(command: Command): Command {
  const judging = command
    .argument('[report...]', 'report files, folders of them, or - for standard input')
    .option('--policy <file>', "what the cluster is meant to be (YAML); else the guide's values");
  return withCollector(judging);
}

/** Adds which collector is asked, and about which cluster. */
export function withCollector(command: Command): Command {
  return command
    .option('--cluster <name>', 'name of the cluster')
    .option('--collector <url>', 'ask a collector instead of reading files')
    .option('--token-file <file>', 'file that holds a token for it: reading needs a reader')
    .option('--ca <file>', 'PEM of the CA to trust instead of the system');
}

/** Adds `--waivers` to a command that tells findings or decides by them. */
export function withWaivers(command: Command): Command {
  return command.option('--waivers <file>', 'what is accepted for now, by whom, why (YAML)');
}

/** Adds RAPI as evidence beside the reports, to a command that judges a running cluster. */
export function withRapiOptions(command: Command): Command {
  return command
    .option('--rapi <url>', 'ask https://HOST:PORT as well what is so now: jobs, nodes, guests')
    .option('--rapi-ca <file>', 'PEM of the CA to trust for it instead of the system')
    .option('--rapi-fingerprint <sha256>', "SHA-256 of RAPI's certificate, trusted alone")
    .option('--rapi-credentials <file>', 'one line, as in rapi/users: USER PASSWORD');
}

/** Adds `--select` and `--skip` to a command that answers a question of several checks. */
export function withSelection(command: Command): Command {
  return command
    .option('--select <check>', selectHelp, repeated)
    .option('--skip <check>', skipHelp, repeated);
}

/** Adds the output options that commands with a text form share. */
export function withOutput(command: Command): Command {
  return command
    .addOption(
      new Option('-f, --format <format>', 'output').choices(['text', 'json']).default('text'),
    )
    .addOption(
      new Option('--color <when>', 'colour').choices(['auto', 'always', 'never']).default('auto'),
    )
    .option('-v, --verbose', 'show everything, passes too', false);
}

/** Adds the output options of the commands that can answer in every format. */
export function withFormats(command: Command): Command {
  return command
    .addOption(
      new Option('-f, --format <format>', 'what to print (default: text)').choices(formats),
    )
    .option('-o, --output <format:file>', outputHelp, repeated)
    .addOption(
      new Option('--color <when>', 'colour').choices(['auto', 'always', 'never']).default('auto'),
    )
    .option('-v, --verbose', 'show everything, passes too', false);
}

/** What `withOutput` gives. */
export interface OutputOptions {
  format: 'text' | 'json';
  color: 'auto' | 'always' | 'never';
  verbose: boolean;
}
