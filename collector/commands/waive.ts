import { type Command, Option } from 'commander';
import { CommandError, type ExitName } from '../../shared/exit.ts';
import { instantOf } from '../../shared/instant.ts';
import { renderWaivers, renderWaiversJson } from '../../shared/render/waivers.ts';
import { isExpired, type Waiver } from '../../shared/waiver.ts';
import { parseWaivers } from '../../shared/waiver-file.ts';
import { counted } from '../../shared/wording.ts';
import { showProblem } from '../../shared/yaml-file.ts';
import type { ClusterAddress } from '../client.ts';
import { type AddressOptions, addressOf } from '../cluster-address.ts';
import { readText } from '../given-files.ts';
import { keptWaivers, removeKeptWaiver } from '../kept-waivers.ts';
import { readWaivers } from '../sources.ts';
import { unknownCheck } from './cards.ts';
import type { Io, Register } from './command.ts';
import { withCollector, withSource } from './options.ts';
import { type AddOptions, addWaivers } from './waive-add.ts';

interface ListOptions extends AddressOptions {
  format: 'text' | 'json';
  now?: string;
}

/** `muster waive add | list | check | remove`: what is accepted for now, why, until when. */
export const registerWaive: Register = (program, io, done) => {
  const waive = program
    .command('waive')
    .description('accept a finding for now: it stays visible and decides nothing until a set end');
  const where = 'waiver file (YAML), made when there is none; without it the collector keeps it';
  describeWaiver(withSource(waive.command('add').argument('[file]', where))).action(
    (file: string | undefined, paths: string[], options: AddOptions) =>
      done(addWaivers({ file: file ?? null, paths, options }, io)),
  );
  withCollector(waive.command('list').argument('[file]', 'else those that the collector keeps'))
    .description('every waiver of a file or of a collector, and whether it still holds')
    .addOption(
      new Option('-f, --format <format>', 'output').choices(['text', 'json']).default('text'),
    )
    .option('--now <time>', 'as of this UTC instant instead of now')
    .action((file: string | undefined, options: ListOptions) => done(list(file, options, io)));
  withCollector(waive.command('check').argument('[file]', 'else those that the collector keeps'))
    .description('read waivers and say every problem, in a file with its line')
    .action((file: string | undefined, options: AddressOptions) =>
      done(file === undefined ? checkKept(options, io) : check(file, io)),
    );
  withCollector(waive.command('remove').argument('<id>', 'as the list has it'))
    .description('have the collector take a waiver back: what it covers counts again')
    .action((id: string, options: AddressOptions) => done(remove(id, options, io)));
};

function describeWaiver(command: Command): Command {
  return command
    .description('add a waiver; with reports, one for each finding, bound to what it says now')
    .requiredOption('--check <id>', 'the check, or a glob such as "storage.*"')
    .option('--node <name>', 'the node, or a glob; without it: findings of the cluster as a whole')
    .option('--subject <text>', 'the bridge, volume group … that the finding names')
    .option('--verdict <verdict>', 'the worst that is accepted, warn or fail; without it: fail')
    .requiredOption('--reason <text>', 'why it is accepted')
    .requiredOption('--owner <name>', 'who answers for it')
    .requiredOption('--expires <time>', 'when it ends, a UTC instant: 2027-01-31T00:00:00Z');
}

async function list(file: string | undefined, options: ListOptions, io: Io): Promise<ExitName> {
  const waivers: Waiver[] =
    file === undefined ? await keptWaivers(await collectorOf(options)) : await readWaivers(file);
  const render = options.format === 'json' ? renderWaiversJson : renderWaivers;
  io.out(render(waivers, instantOf(options.now, io)));
  return 'open';
}

async function check(file: string, io: Io): Promise<ExitName> {
  const result = parseWaivers(await readText(file), file, unknownCheck);
  if (!result.ok) {
    for (const problem of result.problems) io.out(`${showProblem(problem)}\n`);
    return 'badConfiguration';
  }
  io.out(`${file}: ${countOf(result.waivers, io)}\n`);
  return 'open';
}

/** A collector keeps only what its schema takes; a check may have been misspelt, or be gone. */
async function checkKept(options: AddressOptions, io: Io): Promise<ExitName> {
  const address = await collectorOf(options);
  const waivers = await keptWaivers(address);
  const problems = waivers.flatMap(({ id, check: asked }) => {
    const wrong = unknownCheck(asked);
    return wrong === null ? [] : [`waiver ${id}: check: ${wrong}; found "${asked}"`];
  });
  const { collector } = address;
  for (const problem of problems) io.out(`${collector}: ${problem}\n`);
  if (problems.length > 0) return 'badConfiguration';
  io.out(`${collector}: ${countOf(waivers, io)}\n`);
  return 'open';
}

async function remove(text: string, options: AddressOptions, io: Io): Promise<ExitName> {
  if (!/^[1-9]\d{0,14}$/.test(text)) {
    throw new CommandError('usage', `expected the id of a waiver, found "${text}"`);
  }
  const address = await collectorOf(options);
  await removeKeptWaiver(address, Number(text));
  io.out(`${address.collector}: waiver ${text} is removed; what it covered counts again\n`);
  return 'open';
}

async function collectorOf(options: AddressOptions): Promise<ClusterAddress> {
  const address = await addressOf(options);
  if (address !== null) return address;
  const missing = 'no waivers: name a file, or --collector with --token-file and --cluster';
  throw new CommandError('usage', missing);
}

function countOf(waivers: readonly Waiver[], io: Io): string {
  const over = waivers.filter((waiver) => isExpired(waiver, io.now())).length;
  const words = over === 0 ? '' : `, ${over} of them expired`;
  return `${counted(waivers.length, 'valid waiver')}${words}`;
}
