import { readFile, writeFile } from 'node:fs/promises';
import { Option } from 'commander';
import { CommandError, type ExitName } from '../../shared/exit.ts';
import { jsonSchemas } from '../../shared/json-schemas.ts';
import { defaultPolicy } from '../../shared/policy.ts';
import { readPolicyText, showProblem } from '../../shared/policy-file.ts';
import { effectiveValues } from '../../shared/policy-origin.ts';
import { visible } from '../../shared/render/safe.ts';
import { counted } from '../../shared/wording.ts';
import { placesIn } from '../../shared/yaml-file.ts';
import { readText } from '../given-files.ts';
import { initPolicy } from '../policy-init.ts';
import { readPolicy, readReports } from '../sources.ts';
import { unknownCheck } from './cards.ts';
import type { Io, Register } from './command.ts';
import { testPolicy } from './policy-test.ts';

interface InitOptions {
  cluster?: string;
  output?: string;
}

interface ShowOptions {
  format: 'text' | 'json';
}

/** `muster policy init | check | show | test | schema`. */
export const registerPolicy: Register = (program, io, done) => {
  const policy = program.command('policy').description('what the cluster is meant to be');
  policy
    .command('init')
    .description('write a commented policy from the reports at hand')
    .argument('[report...]', 'report files, folders of them, or -')
    .option('--cluster <name>', 'FQDN of the cluster')
    .option('-o, --output <file>', 'write here instead of stdout; an existing file is kept')
    .action((paths: string[], options: InitOptions) => done(init(paths, options, io)));
  policy
    .command('check')
    .description('read a policy and say every problem with its line')
    .argument('<file>')
    .action((file: string) => done(check(file, io)));
  policy
    .command('show')
    .description('the policy in effect, defaults filled in, and where each value comes from')
    .argument('[file]')
    .addOption(
      new Option('-f, --format <format>', 'json: sizes in bytes, times in ms, no origin')
        .choices(['text', 'json'])
        .default('text'),
    )
    .action((file: string | undefined, options: ShowOptions) => done(show(file, options, io)));
  policy
    .command('test')
    .description('judge recorded reports by the rules of a policy: as expected 0, not 2')
    .argument('<file>', 'policy, and cases of report and expected verdicts (YAML)')
    .action((file: string) => done(testPolicy(file, io)));
  policy
    .command('schema')
    .description('the JSON Schema of a policy file, for editors')
    .action(() => done(schema(io)));
};

async function init(paths: string[], options: InitOptions, io: Io): Promise<ExitName> {
  const reports = [];
  for (const path of paths) reports.push(...(await readReports(path, io)));
  const text = initPolicy(reports, options.cluster);
  if (options.output === undefined) io.out(text);
  else await writeNew(options.output, text);
  return 'open';
}

async function check(file: string, io: Io): Promise<ExitName> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError('noInput', `reading the policy: ${reason}`, cause);
  });
  const result = await readPolicyText(text, file, unknownCheck);
  if (result.ok) {
    const { nodes, rules } = result.policy;
    const ruled = rules.length === 0 ? '' : `, ${counted(rules.length, 'rule')}`;
    io.out(`${file}: a valid policy, ${nodes.length} nodes${ruled}\n`);
    return 'open';
  }
  for (const problem of result.problems) io.out(`${showProblem(problem)}\n`);
  return 'badConfiguration';
}

async function show(file: string | undefined, options: ShowOptions, io: Io): Promise<ExitName> {
  const policy = file === undefined ? defaultPolicy() : (await readPolicy(file)).policy;
  if (options.format === 'json') {
    io.out(`${JSON.stringify(policy, null, 2)}\n`);
    return 'open';
  }
  const places = file === undefined ? null : placesIn(await readText(file));
  const rows = effectiveValues(policy, places).map(({ path, shown, line }) => ({
    path,
    shown: visible(shown),
    origin: line === null ? 'default' : `${file}:${line}`,
  }));
  const pathWidth = Math.max(...rows.map(({ path }) => path.length));
  const shownWidth = Math.min(WIDE, Math.max(...rows.map(({ shown }) => shown.length)));
  for (const { path, shown, origin } of rows) {
    io.out(`${path.padEnd(pathWidth)}  ${shown.padEnd(shownWidth)}  ${origin}\n`);
  }
  return 'open';
}

/** A value longer than this pushes its own origin to the right, and no other's. */
const WIDE = 40;

async function schema(io: Io): Promise<ExitName> {
  io.out(`${JSON.stringify(jsonSchemas.policy(), null, 2)}\n`);
  return 'open';
}

async function writeNew(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError('noPermission', `writing the policy: ${reason}`, cause);
  }
}
