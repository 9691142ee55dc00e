import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CommandError } from '../shared/exit.ts';
import type { Io } from '../shared/io.ts';
import { defaultPolicy, type Policy } from '../shared/policy.ts';
import { parsePolicy, showProblem } from '../shared/policy-file.ts';
import { type Report, reportSchema } from '../shared/report.ts';
import { parseDuration } from '../shared/units.ts';
import type { Waiver } from '../shared/waiver.ts';
import { parseWaivers } from '../shared/waiver-file.ts';
import { fetchCluster } from './client.ts';
import { unknownCheck } from './commands/cards.ts';
import { buildFleet, type Fleet } from './fleet.ts';

/** The options by which a command says which reports it judges, against what, and when. */
export interface SourceOptions {
  policy?: string;
  waivers?: string;
  /** report files of nodes that are to join */
  join?: readonly string[];
  cluster?: string;
  collector?: string;
  tokenFile?: string;
  ca?: string;
  maxAge?: string;
  now?: string;
}

/** Reports, policy, waivers and instant: all that any cluster answer is made of. */
export interface Evidence {
  cluster: string;
  reports: Report[];
  /** of nodes that are to join */
  joining: Report[];
  policy: Policy;
  waivers: Waiver[];
  now: Date;
}

/** A folder of more files than this is a mistake, not a cluster. */
const MAX_FILES = 20_000;
const MAX_REPORT_BYTES = 16 * 1024 * 1024;
const MAX_PROBLEMS = 5;

/** The evidence a command judges: from files, folders and `-`, else from a collector. */
export async function loadEvidence(
  paths: readonly string[],
  options: SourceOptions,
  io: Io,
): Promise<Evidence> {
  const now = instantOf(options.now, io);
  const given = await givenPolicy(options.policy);
  const waivers = options.waivers === undefined ? [] : await readWaivers(options.waivers);
  const joining = await readAll(options.join ?? [], io);
  if (paths.length === 0) {
    const remote = await fromCollector(options);
    const policy = withMaxAge(given ?? remote.policy, options.maxAge);
    return { ...remote, joining, policy, waivers, now };
  }
  const policy = withMaxAge(given ?? defaultPolicy(), options.maxAge);
  const reports = await readAll(paths, io);
  const cluster = options.cluster ?? policy.cluster.name ?? 'cluster';
  return { cluster, reports, joining, policy, waivers, now };
}

/** The same, as the fleet that gates and tables are made from. */
export async function loadFleet(
  paths: readonly string[],
  options: SourceOptions,
  io: Io,
): Promise<Fleet> {
  return buildFleet(await loadEvidence(paths, options, io));
}

/** The reports of a file (one report or an array), of each `.json` of a folder, or of `-`. */
export async function readReports(path: string, io: Io): Promise<Report[]> {
  if (path === '-') return parseReports(await io.readStdin(), 'standard input');
  const status = await stat(path).catch((cause: unknown) => noInput(path, cause));
  if (!status.isDirectory()) return parseReports(await readText(path), path);
  const names = (await readdir(path)).filter((name) => name.endsWith('.json')).sort();
  if (names.length === 0) throw new CommandError('noInput', `${path}: no .json report in it`);
  if (names.length > MAX_FILES) {
    throw new CommandError('badData', `${path}: ${names.length} files; at most ${MAX_FILES}`);
  }
  const reports: Report[] = [];
  for (const name of names) {
    reports.push(...parseReports(await readText(join(path, name)), join(path, name)));
  }
  return reports;
}

/** The reports in a JSON text, or an error that names the file, the field, and what was found. */
export function parseReports(text: string, file: string): Report[] {
  const value = parseJson(text, file);
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.map((entry) => {
    const result = reportSchema.safeParse(entry);
    if (result.success) return result.data;
    throw new CommandError('badData', `${file}: not a report: ${showIssues(result.error)}`);
  });
}

/** The policy of a file; every problem in it is an error with file, line and column. */
export async function readPolicy(file: string): Promise<Policy> {
  const result = parsePolicy(await readText(file), file, unknownCheck);
  if (result.ok) return result.policy;
  throw new CommandError('badConfiguration', result.problems.map(showProblem).join('\n'));
}

/** The waivers of a file; every problem in it is an error with file, line and column. */
export async function readWaivers(file: string): Promise<Waiver[]> {
  const result = parseWaivers(await readText(file), file);
  if (result.ok) return result.waivers;
  throw new CommandError('badConfiguration', result.problems.map(showProblem).join('\n'));
}

async function readAll(paths: readonly string[], io: Io): Promise<Report[]> {
  const reports: Report[] = [];
  for (const path of paths) reports.push(...(await readReports(path, io)));
  return reports;
}

async function givenPolicy(file: string | undefined): Promise<Policy | null> {
  return file === undefined ? null : readPolicy(file);
}

async function fromCollector(
  options: SourceOptions,
): Promise<Pick<Evidence, 'cluster' | 'reports' | 'policy'>> {
  const { collector, tokenFile, cluster } = options;
  if (collector === undefined || tokenFile === undefined || cluster === undefined) {
    throw new CommandError(
      'usage',
      'no report: name files or folders, or --collector with --token-file and --cluster',
    );
  }
  const token = (await readText(tokenFile)).trim();
  if (!/^[\x21-\x7e]+$/.test(token)) {
    const expected = 'expected one word, as "muster token create" prints it';
    throw new CommandError('badConfiguration', `${tokenFile}: no token; ${expected}`);
  }
  const ca = options.ca === undefined ? undefined : await readText(options.ca);
  const answer = await fetchCluster({ collector, token, cluster, ca });
  const parsed = z
    .object({ reports: z.array(reportSchema), policy: z.string().nullable() })
    .safeParse(answer);
  if (!parsed.success) {
    throw new CommandError('badData', `${collector}: not its answer: ${showIssues(parsed.error)}`);
  }
  const { reports, policy } = parsed.data;
  return { cluster, reports, policy: storedPolicy(policy, collector) };
}

function storedPolicy(text: string | null, collector: string): Policy {
  if (text === null) return defaultPolicy();
  const result = parsePolicy(text, `policy of ${collector}`);
  if (result.ok) return result.policy;
  throw new CommandError('badConfiguration', result.problems.map(showProblem).join('\n'));
}

function withMaxAge(policy: Policy, maxAge: string | undefined): Policy {
  if (maxAge === undefined) return policy;
  const maximumAge = parseDuration(maxAge);
  if (maximumAge === null) {
    throw new CommandError(
      'usage',
      `--max-age: expected a duration such as 15m, found "${maxAge}"`,
    );
  }
  return { ...policy, thresholds: { ...policy.thresholds, maximumAge } };
}

/** The instant of `--now`, else of the clock. */
export function instantOf(text: string | undefined, io: Io): Date {
  if (text === undefined) return io.now();
  if (z.iso.datetime().safeParse(text).success) return new Date(text);
  throw new CommandError(
    'usage',
    `--now: expected a UTC instant such as 2026-11-22T08:00:00Z, found "${text}"`,
  );
}

/** A JSON text, or an error that names the file. */
export function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError('badData', `${file}: not JSON: ${reason}`, cause);
  }
}

/** The first few problems that a schema found, each with its path. */
export function showIssues(error: z.ZodError): string {
  const shown = error.issues
    .slice(0, MAX_PROBLEMS)
    .map((issue) => `${issue.path.join('.') || 'the whole'}: ${issue.message}`);
  const more = error.issues.length - shown.length;
  return more > 0 ? `${shown.join('; ')}; and ${more} more` : shown.join('; ');
}

/** The text of a file, within a limit; what cannot be read is named with the reason. */
export async function readText(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > MAX_REPORT_BYTES) {
      throw new CommandError('badData', `${file}: ${size} bytes; at most ${MAX_REPORT_BYTES}`);
    }
    return await readFile(file, 'utf8');
  } catch (cause) {
    return noInput(file, cause);
  }
}

function noInput(path: string, cause: unknown): never {
  if (cause instanceof CommandError) throw cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  throw new CommandError('noInput', `reading ${path}: ${reason}`, cause);
}
