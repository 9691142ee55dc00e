import { appendFile } from 'node:fs/promises';
import { Option } from 'commander';
import type { Finding } from '../../shared/check.ts';
import { CommandError, type ExitName } from '../../shared/exit.ts';
import { fingerprintOf } from '../../shared/fingerprint.ts';
import { instantOf } from '../../shared/instant.ts';
import { renderWaivers, renderWaiversJson } from '../../shared/render/waivers.ts';
import { concerns, isExpired, type Waiver, waiverSchema } from '../../shared/waiver.ts';
import { parseWaivers } from '../../shared/waiver-file.ts';
import { nameOf } from '../../shared/waiver-findings.ts';
import { counted } from '../../shared/wording.ts';
import { showProblem } from '../../shared/yaml-file.ts';
import { loadFleet, readText, readWaivers, type SourceOptions } from '../sources.ts';
import { additionTo, waiverFile } from '../waiver-append.ts';
import { unknownCheck } from './cards.ts';
import type { Io, Register } from './command.ts';
import { withSource } from './options.ts';

/** What the options of `waive add` say of the waiver, checked only by its schema. */
type WaiverOptions = Partial<Record<keyof Waiver, string>>;
type AddOptions = WaiverOptions & SourceOptions;

interface ListOptions {
  format: 'text' | 'json';
  now?: string;
}

/** `muster waive add | list | check`: what is accepted for now, by whom, why, until when. */
export const registerWaive: Register = (program, io, done) => {
  const waive = program
    .command('waive')
    .description('accept a finding for now: it stays visible and decides nothing until a set end');
  withSource(waive.command('add').argument('<file>', 'waiver file (YAML); made when there is none'))
    .description('append a waiver; with reports, one for each finding, bound to what it says now')
    .requiredOption('--check <id>', 'the check, or a glob such as "storage.*"')
    .option('--node <name>', 'the node, or a glob; without it: findings of the cluster as a whole')
    .option('--subject <text>', 'the bridge, volume group … that the finding names')
    .option('--verdict <verdict>', 'the worst that is accepted, warn or fail; without it: fail')
    .requiredOption('--reason <text>', 'why it is accepted')
    .requiredOption('--owner <name>', 'who answers for it')
    .requiredOption('--expires <time>', 'when it ends, a UTC instant: 2027-01-31T00:00:00Z')
    .action((file: string, paths: string[], options: AddOptions) =>
      done(add({ file, paths, options }, io)),
    );
  waive
    .command('list')
    .description('every waiver of a file, and whether it still holds')
    .argument('<file>')
    .addOption(
      new Option('-f, --format <format>', 'output').choices(['text', 'json']).default('text'),
    )
    .option('--now <time>', 'as of this UTC instant instead of now')
    .action((file: string, options: ListOptions) => done(list(file, options, io)));
  waive
    .command('check')
    .description('read a waiver file and say every problem with its line')
    .argument('<file>')
    .action((file: string) => done(check(file, io)));
};

async function add(
  { file, paths, options }: { file: string; paths: string[]; options: AddOptions },
  io: Io,
): Promise<ExitName> {
  const wanted = wantedWaiver(options);
  if (isExpired(wanted, instantOf(options.now, io))) {
    throw new CommandError('usage', `--expires: ${wanted.expires} is over already`);
  }
  const standing = waiverFile(await readOrNothing(file), file);
  const bind = paths.length > 0 || options.collector !== undefined;
  const added = bind ? await boundTo(wanted, paths, { options, io }) : [unbound(wanted, io)];
  await append(file, additionTo(standing, added));
  for (const one of added) io.out(`${file}: waived ${nameOf(one)} until ${one.expires}\n`);
  return 'open';
}

async function list(file: string, options: ListOptions, io: Io): Promise<ExitName> {
  const waivers = await readWaivers(file);
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
  const over = result.waivers.filter((waiver) => isExpired(waiver, io.now())).length;
  const words = over === 0 ? '' : `, ${over} of them expired`;
  io.out(`${file}: ${counted(result.waivers.length, 'valid waiver')}${words}\n`);
  return 'open';
}

function wantedWaiver(options: AddOptions): Waiver {
  const keys = Object.keys(waiverSchema.shape);
  const given = Object.entries(options).filter(([key]) => keys.includes(key));
  const result = waiverSchema.safeParse(Object.fromEntries(given));
  if (result.success) return result.data;
  const problems = result.error.issues.map(
    ({ path, message }) => `--${path.join('.')}: ${message}`,
  );
  throw new CommandError('usage', problems.join('\n'));
}

/** A waiver taken at its word: no finding shows that its check exists. */
function unbound(waiver: Waiver, io: Io): Waiver {
  const wrong = unknownCheck(waiver.check);
  if (wrong !== null) throw new CommandError('usage', `--check: ${waiver.check}: ${wrong}`);
  io.err('not bound to evidence: it covers whatever is found; give the reports to bind it\n');
  return waiver;
}

/** One waiver for each finding the wanted one names, bound to what the finding says now. */
async function boundTo(
  wanted: Waiver,
  paths: readonly string[],
  { options, io }: { options: SourceOptions; io: Io },
): Promise<Waiver[]> {
  const fleet = await loadFleet(paths, options, io);
  const all = [...fleet.nodes.flatMap(({ findings }) => findings), ...fleet.clusterFindings];
  const named = all.filter((finding) => concerns(wanted, finding));
  const accepted = wanted.verdict === 'warn' ? ['warn'] : ['fail', 'warn'];
  const waived = named.filter(({ verdict }) => accepted.includes(verdict));
  if (waived.length === 0) throw nothingToWaive(wanted, named);
  return waived.map((finding) => bound(wanted, finding));
}

function bound({ reason, owner, expires }: Waiver, finding: Finding): Waiver {
  return waiverSchema.parse({
    check: finding.check,
    node: finding.node ?? undefined,
    subject: finding.subject,
    verdict: finding.verdict,
    reason,
    owner,
    expires,
    fingerprint: fingerprintOf(finding),
  });
}

function nothingToWaive(wanted: Waiver, named: readonly Finding[]): CommandError {
  const unknown = named.find(({ verdict }) => verdict === 'unknown');
  if (unknown !== undefined) {
    const message = `${nameOf(wanted)} is unknown, and that cannot be waived: ${unknown.message}`;
    return new CommandError('badData', message);
  }
  const verdicts = [...new Set(named.map(({ verdict }) => verdict))].join(', ');
  const found = named.length === 0 ? (unknownCheck(wanted.check) ?? 'no such finding') : verdicts;
  return new CommandError('badData', `nothing to waive: ${nameOf(wanted)}: ${found}`);
}

async function readOrNothing(file: string): Promise<string> {
  return readText(file).catch((error: unknown) => {
    const cause = error instanceof Error ? error.cause : undefined;
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return '';
    throw error;
  });
}

/** Appending leaves what is there untouched, even when the disk is full. */
async function append(file: string, text: string): Promise<void> {
  await appendFile(file, text).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError('noPermission', `writing the waiver: ${reason}`, cause);
  });
}
