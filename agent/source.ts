import { readFile, stat } from 'node:fs/promises';
import { CommandError } from '../shared/exit.ts';
import type { Io } from '../shared/io.ts';
import type { Policy } from '../shared/policy.ts';
import type { PolicyInForce } from '../shared/policy-file.ts';
import type { Report, Section } from '../shared/report.ts';
import type { Waiver } from '../shared/waiver.ts';
import type { FileProblem } from '../shared/yaml-file.ts';
import { type Host, HostError, ParseError } from './host/host.ts';
import type { Probe } from './probe.ts';

/** The options by which every command says which host it reads and what the node should be. */
export interface SourceOptions {
  host?: string;
  policy?: string;
  node?: string;
  state?: string;
  probePeers?: boolean;
}

/** The host to read, and what is known of when and as whom it was recorded. */
export interface Source {
  host: Host;
  takenAt: string | null;
  privileged: boolean | null;
  folder: string | null;
}

/** The recorded host of `--host`, else the machine itself. */
export async function openSource(options: SourceOptions, io: Io): Promise<Source> {
  if (options.host !== undefined) {
    const { openRecordedHost } = await import('./host/recorded.ts');
    const host = await openRecordedHost(options.host).catch((error: unknown) => {
      if (!(error instanceof ParseError || error instanceof HostError)) throw error;
      throw new CommandError('noInput', `--host: ${error.message}`, error);
    });
    const { takenAt, privileged } = host;
    return { host, takenAt, privileged, folder: options.host };
  }
  const { liveHost } = await import('./host/live.ts');
  const { executed } = await import('./assurance.ts');
  const commands = Object.keys(executed);
  const host = liveHost({ stateDir: await cacheFolder(options, io), commands });
  return { host, takenAt: null, privileged: process.getuid?.() === 0, folder: null };
}

/** The state folder of an installed agent; nothing else makes it but a spool that needs it. */
const OWN_STATE = '/var/lib/muster-agent';

/** Where the agent keeps its spool: below `--state`, what systemd gives, else its own folder. */
export function stateFolder(options: SourceOptions, io: Io): string {
  return options.state ?? io.env.STATE_DIRECTORY ?? OWN_STATE;
}

/** Where answers of QEMU are kept; null on a machine that is only looked at: it stays untouched. */
async function cacheFolder(options: SourceOptions, io: Io): Promise<string | null> {
  const given = options.state ?? io.env.STATE_DIRECTORY;
  if (given !== undefined) return given;
  const installed = await stat(OWN_STATE).then(
    (status) => status.isDirectory(),
    () => false,
  );
  return installed ? OWN_STATE : null;
}

/** The policy of `--policy` and where it came from; without one the guide's values. */
export async function loadPolicy(
  options: SourceOptions,
): Promise<{ policy: Policy; origin: string }> {
  if (options.policy === undefined) {
    const { defaultPolicy } = await import('../shared/policy.ts');
    return { policy: defaultPolicy(), origin: 'the defaults' };
  }
  const file = options.policy;
  const text = await readGiven(file, 'the policy');
  const { parsePolicy } = await import('../shared/policy-file.ts');
  const result = parsePolicy(text, file);
  if (!result.ok) throw await notValid(result.problems);
  return { policy: result.policy, origin: file };
}

/** As `loadPolicy`, with the policy's rules made ready: for a command that judges. */
export async function loadPolicyInForce(
  options: SourceOptions,
): Promise<PolicyInForce & { origin: string }> {
  const { policy: file } = options;
  if (file === undefined) return { ...(await loadPolicy(options)), rules: [] };
  const text = await readGiven(file, 'the policy');
  const { readPolicyText } = await import('../shared/policy-file.ts');
  const result = await readPolicyText(text, file);
  if (!result.ok) throw await notValid(result.problems);
  return { policy: result.policy, rules: result.rules, origin: file };
}

/** The waivers of a file; every problem in it is an error with file, line and column. */
export async function loadWaivers(file: string): Promise<Waiver[]> {
  const text = await readGiven(file, 'the waivers');
  const { parseWaivers } = await import('../shared/waiver-file.ts');
  const result = parseWaivers(text, file);
  if (result.ok) return result.waivers;
  throw await notValid(result.problems);
}

/** Reads the sections asked for (all, when not told) and makes the report. */
export async function takeReport(
  source: Source,
  options: SourceOptions & { policyValue: Policy; sections?: readonly Section[] },
  io: Io,
): Promise<Report> {
  const { collectReport } = await import('./collect.ts');
  const { probes } = await import('./probes/index.ts');
  const { VERSION } = await import('../shared/version.ts');
  const { sections } = options;
  const wanted = probes.filter(({ section }) => sections?.includes(section) ?? true);
  if (source.folder === null && source.privileged === false) io.err(unseen(wanted));
  return collectReport({
    host: source.host,
    policy: options.policyValue,
    probes,
    now: source.takenAt === null ? io.now() : new Date(source.takenAt),
    version: VERSION,
    privileged: source.privileged ?? false,
    probePeers: options.probePeers,
    tell: io.progress,
    ...(options.sections === undefined ? {} : { sections: options.sections }),
    ...(options.node === undefined ? {} : { node: options.node }),
  });
}

async function notValid(problems: readonly FileProblem[]): Promise<CommandError> {
  const { showProblem } = await import('../shared/yaml-file.ts');
  return new CommandError('badConfiguration', problems.map(showProblem).join('\n'));
}

/** What stays unknown because the agent does not run as root. */
function unseen(probes: readonly Probe<Section>[]): string {
  const parts = probes.flatMap(({ section, needsRoot }) =>
    needsRoot === undefined ? [] : [`  ${section}: ${needsRoot}\n`],
  );
  return parts.length === 0 ? '' : `not run as root, so this stays unknown:\n${parts.join('')}`;
}

async function readGiven(file: string, what: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError('noInput', `reading ${what}: ${reason}`, cause);
  });
}
