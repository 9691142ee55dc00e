import { readFile, writeFile } from 'node:fs/promises';
import { CommandError, type ExitName } from '../../shared/exit.ts';
import { defaultPolicy } from '../../shared/policy.ts';
import { parsePolicy, policyJsonSchema, showProblem } from '../../shared/policy-file.ts';
import { initPolicy } from '../policy-init.ts';
import { readPolicy, readReports } from '../sources.ts';
import { unknownCheck } from './cards.ts';
import type { Io, Register } from './command.ts';

interface InitOptions {
  cluster?: string;
  output?: string;
}

/** `muster policy init | check | show | schema`. */
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
    .description('the policy in effect, defaults filled in, as JSON (sizes in bytes, times in ms)')
    .argument('[file]')
    .action((file: string | undefined) => done(show(file, io)));
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
  const result = parsePolicy(text, file, unknownCheck);
  if (result.ok) {
    io.out(`${file}: a valid policy, ${result.policy.nodes.length} nodes\n`);
    return 'open';
  }
  for (const problem of result.problems) io.out(`${showProblem(problem)}\n`);
  return 'badConfiguration';
}

async function show(file: string | undefined, io: Io): Promise<ExitName> {
  const policy = file === undefined ? defaultPolicy() : await readPolicy(file);
  io.out(`${JSON.stringify(policy, null, 2)}\n`);
  return 'open';
}

async function schema(io: Io): Promise<ExitName> {
  io.out(`${JSON.stringify(policyJsonSchema(), null, 2)}\n`);
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
