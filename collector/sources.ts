import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CommandError } from '../shared/exit.ts';
import { instantOf } from '../shared/instant.ts';
import type { Io } from '../shared/io.ts';
import { defaultPolicy } from '../shared/policy.ts';
import { type PolicyInForce, readPolicyText, showProblem } from '../shared/policy-file.ts';
import { visible } from '../shared/render/safe.ts';
import type { Report } from '../shared/report.ts';
import { readableReportSchema, readReport } from '../shared/report-reading.ts';
import { parseDuration } from '../shared/units.ts';
import { VERSION } from '../shared/version.ts';
import { type Waiver, waiverSchema } from '../shared/waiver.ts';
import { parseWaivers } from '../shared/waiver-file.ts';
import { fetchCluster } from './client.ts';
import type { Before } from './cluster/maintenance/before.ts';
import { addressOf } from './cluster-address.ts';
import { unknownCheck } from './commands/cards.ts';
import { buildFleet, type Fleet } from './fleet.ts';
import { noInput, readText } from './given-files.ts';
import type { RapiEvidence } from './rapi/evidence.ts';

/** The options by which a command says which reports it judges, against what, and when. */
export interface SourceOptions {
  policy?: string;
  waivers?: string;
  /** report files of nodes that are to join */
  join?: readonly string[];
  /** nodes that are to be taken down */
  drain?: readonly string[];
  cluster?: string;
  collector?: string;
  tokenFile?: string;
  ca?: string;
  maxAge?: string;
  now?: string;
}

/** Reports, policy, waivers and instant: all that any cluster answer is made of. */
export interface Evidence extends PolicyInForce {
  cluster: string;
  reports: Report[];
  /** of nodes that are to join */
  joining: Report[];
  /** nodes that are to be taken down */
  drain?: readonly string[];
  /** what was before a maintenance that is over */
  before?: Before;
  /** what RAPI says now, when it was asked beside the reports */
  rapi?: RapiEvidence;
  waivers: Waiver[];
  now: Date;
}

/** A folder of more files than this is a mistake, not a cluster. */
const MAX_FILES = 20_000;
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
    const inForce = withMaxAge(given ?? remote, options.maxAge);
    // Those that the collector keeps hold here too: its page and this command tell the same.
    return { ...remote, ...inForce, joining, waivers: [...remote.waivers, ...waivers], now };
  }
  const inForce = withMaxAge(given ?? { policy: defaultPolicy(), rules: [] }, options.maxAge);
  const reports = await readAll(paths, io);
  const cluster = options.cluster ?? inForce.policy.cluster.name ?? 'cluster';
  return { ...inForce, cluster, reports, joining, waivers, now };
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
  if (path === '-') return parseReports(await io.readStdin(), 'standard input', io.err);
  const status = await stat(path).catch((cause: unknown) => noInput(path, cause));
  if (!status.isDirectory()) return parseReports(await readText(path), path, io.err);
  const names = (await readdir(path)).filter((name) => name.endsWith('.json')).sort();
  if (names.length === 0) throw new CommandError('noInput', `${path}: no .json report in it`);
  if (names.length > MAX_FILES) {
    throw new CommandError('badData', `${path}: ${names.length} files; at most ${MAX_FILES}`);
  }
  const reports: Report[] = [];
  for (const [index, name] of names.entries()) {
    io.progress?.(`reading report ${index + 1} of ${names.length}: ${name}`);
    const file = join(path, name);
    reports.push(...parseReports(await readText(file), file, io.err));
  }
  return reports;
}

/**
 * The reports in a JSON text, or an error that names the file, the field, and what was found. What
 * a newer agent wrote and this version does not know is told and left out.
 */
export function parseReports(
  text: string,
  file: string,
  tell: (line: string) => void = () => undefined,
): Report[] {
  const value = parseJson(text, file);
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.map((entry) => {
    const reading = readReport(entry);
    if (!reading.ok) {
      throw new CommandError('badData', `${file}: not a report: ${showIssues(reading.error)}`);
    }
    const { report, unknown } = reading;
    if (unknown.length > 0) tell(`${file}: ${leftOut(report, unknown)}\n`);
    return report;
  });
}

function leftOut({ agent }: Report, unknown: readonly string[]): string {
  const shown = unknown.slice(0, MAX_PROBLEMS).map(visible).join(', ');
  const more = unknown.length > MAX_PROBLEMS ? `, and ${unknown.length - MAX_PROBLEMS} more` : '';
  const written = `agent ${visible(agent.version)} wrote what ${VERSION} does not know`;
  return `${written}; left out: ${shown}${more}`;
}

/** The policy of a file; every problem in it is an error with file, line and column. */
export async function readPolicy(file: string): Promise<PolicyInForce> {
  const result = await readPolicyText(await readText(file), file, unknownCheck);
  if (result.ok) return result;
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

async function givenPolicy(file: string | undefined): Promise<PolicyInForce | null> {
  return file === undefined ? null : readPolicy(file);
}

async function fromCollector(
  options: SourceOptions,
): Promise<Pick<Evidence, 'cluster' | 'reports' | 'policy' | 'rules' | 'waivers'>> {
  const address = await addressOf(options);
  if (address === null) {
    throw new CommandError(
      'usage',
      'no report: name files or folders, or --collector with --token-file and --cluster',
    );
  }
  const { collector, cluster } = address;
  const answer = await fetchCluster(address);
  const parsed = z
    .object({
      reports: z.array(readableReportSchema),
      policy: z.string().nullable(),
      waivers: z.array(waiverSchema),
    })
    .safeParse(answer);
  if (!parsed.success) {
    throw new CommandError('badData', `${collector}: not its answer: ${showIssues(parsed.error)}`);
  }
  const { reports, policy, waivers } = parsed.data;
  return { cluster, reports, waivers, ...(await storedPolicy(policy, collector)) };
}

async function storedPolicy(text: string | null, collector: string): Promise<PolicyInForce> {
  if (text === null) return { policy: defaultPolicy(), rules: [] };
  const result = await readPolicyText(text, `policy of ${collector}`);
  if (result.ok) return result;
  throw new CommandError('badConfiguration', result.problems.map(showProblem).join('\n'));
}

function withMaxAge(inForce: PolicyInForce, maxAge: string | undefined): PolicyInForce {
  if (maxAge === undefined) return inForce;
  const maximumAge = parseDuration(maxAge);
  if (maximumAge === null) {
    throw new CommandError(
      'usage',
      `--max-age: expected a duration such as 15m, found "${maxAge}"`,
    );
  }
  const { policy, rules } = inForce;
  return { policy: { ...policy, thresholds: { ...policy.thresholds, maximumAge } }, rules };
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
