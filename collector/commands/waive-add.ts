import { appendFile } from 'node:fs/promises';
import type { Finding } from '../../shared/check.ts';
import { CommandError, type ExitName } from '../../shared/exit.ts';
import { fingerprintOf } from '../../shared/fingerprint.ts';
import { instantOf } from '../../shared/instant.ts';
import { concerns, isExpired, type Waiver, waiverSchema } from '../../shared/waiver.ts';
import { nameOf } from '../../shared/waiver-findings.ts';
import { addressOf } from '../cluster-address.ts';
import { readText } from '../given-files.ts';
import { addKeptWaiver } from '../kept-waivers.ts';
import { loadFleet, type SourceOptions } from '../sources.ts';
import { additionTo, waiverFile } from '../waiver-append.ts';
import { unknownCheck } from './cards.ts';
import type { Io } from './command.ts';

/** What the options say of the waiver, checked only by its schema, and what it is bound to. */
export type AddOptions = Partial<Record<keyof Waiver, string>> & SourceOptions;

/** What is to be waived, where that is written down, and the reports that show it. */
export interface Adding {
  /** null: the collector keeps it */
  file: string | null;
  paths: readonly string[];
  options: AddOptions;
}

/** Accepts findings for now, in a file or at a collector. */
export async function addWaivers({ file, paths, options }: Adding, io: Io): Promise<ExitName> {
  const wanted = wantedWaiver(options);
  if (isExpired(wanted, instantOf(options.now, io))) {
    throw new CommandError('usage', `--expires: ${wanted.expires} is over already`);
  }
  if (file === null) return addAtCollector(wanted, options, io);
  const standing = waiverFile(await readOrNothing(file), file);
  const bind = paths.length > 0 || options.collector !== undefined;
  const added = bind ? await boundTo(wanted, paths, { options, io }) : [unbound(wanted, io)];
  await append(file, additionTo(standing, added));
  for (const one of added) io.out(`${file}: waived ${nameOf(one)} until ${one.expires}\n`);
  return 'open';
}

/** Bound to what the collector shows now, by its own policy and age: it will judge by no other. */
async function addAtCollector(wanted: Waiver, options: AddOptions, io: Io): Promise<ExitName> {
  const { policy: _policy, maxAge: _maxAge, ...asked } = options;
  const address = await addressOf(options);
  if (address === null) {
    throw new CommandError(
      'usage',
      'where to? name a file, or --collector with --token-file and --cluster',
    );
  }
  for (const one of await boundTo(wanted, [], { options: asked, io })) {
    const { id } = await addKeptWaiver(address, one);
    io.out(`${address.collector}: waived ${nameOf(one)} until ${one.expires}, as waiver ${id}\n`);
  }
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
