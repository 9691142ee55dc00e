import { known } from '../../../shared/evidence.ts';
import type { LastVerify, MasterFacts } from '../../../shared/facts/ganeti.ts';
import type { VerifyFinding } from '../../../shared/ganeti-verify.ts';
import { groupedBy } from '../../../shared/grouping.ts';
import { fail, pass, skip, unknown, warn } from '../../../shared/judgement.ts';
import { counted, listed } from '../../../shared/wording.ts';
import { type ClusterJudgement, defineClusterCheck } from '../cluster-check.ts';
import { remedyFor } from './code-remedies.ts';
import { type Members, mastersOf, ofMembers } from './members.ts';
import { withCode } from './verify-codes.ts';

/** What Ganeti's own verify found when it ran last. */
export const verifyFindings = defineClusterCheck({
  id: 'ganeti.verify-findings',
  title: 'The last gnt-cluster verify found nothing',
  why:
    "Ganeti's own findings, one for each cause and waivable by its code as the subject, such as " +
    'ganeti.ENODELVM: a dead noded alone makes six codes. "checks explain ganeti.ENODELVM" tells ' +
    'what else looks there.',
  rules: ['RUN-15'],
  needs: ['ganeti'],
  judge: (nodes) => ofMembers(nodes, judgeVerify),
});

function judgeVerify(all: Members): ClusterJudgement[] {
  const [first] = mastersOf(all);
  if (first === undefined) return [unknown('the master, which keeps the jobs, has not told')];
  const last = known(first.master.lastVerify);
  if (last === null) return [skip('no verify among the jobs: see ganeti.verify-run')];
  const causes = causesIn(last.findings.map(withCode), namesOf(first.master));
  if (causes.length > 0) return causes.map(judgementOf);
  if (last.ok !== true) return [unknown('the last verify did not say that all is well')];
  return [pass(`the last verify found nothing${ignoring(last)}`)];
}

function ignoring({ ignoredErrors }: LastVerify): string {
  return ignoredErrors.length === 0 ? '' : `, told to ignore ${listed(ignoredErrors)}`;
}

/** One thing to mend. */
interface Cause {
  code: string;
  /** the node it is on; null: the cluster, an instance, a group */
  node: string | null;
  findings: VerifyFinding[];
  followers: VerifyFinding[];
}

/** In place of a code where verify gave none and its text tells none: `ganeti.verify`. */
const UNCODED = 'verify';

/** Codes by node, and where noded does not answer all that follows from it below that. */
function causesIn(findings: readonly VerifyFinding[], names: Names): Cause[] {
  const dead = new Set(
    findings.filter(({ code }) => code === 'ENODERPC').flatMap((one) => nodeOf(one, names) ?? []),
  );
  const causes = new Map<string, Cause>();
  for (const finding of findings) {
    const node = nodeOf(finding, names);
    const origin = finding.code === 'ENODERPC' ? undefined : deadNodeIn(finding, dead, names);
    const code = origin === undefined ? (finding.code ?? UNCODED) : 'ENODERPC';
    const place = origin ?? node;
    const key = JSON.stringify([code, place]);
    const cause = causes.get(key) ?? { code, node: place, findings: [], followers: [] };
    (origin === undefined ? cause.findings : cause.followers).push(finding);
    causes.set(key, cause);
  }
  return [...causes.values()];
}

/** Names of nodes by what verify prints for them, which is at times their UUID. */
type Names = ReadonlyMap<string, string>;

function namesOf({ config }: MasterFacts): Names {
  const nodes = config.status === 'ok' ? config.value.nodes : [];
  return new Map(nodes.flatMap(({ uuid, name }) => [[uuid, name] as const, [name, name] as const]));
}

function nodeOf({ kind, name }: VerifyFinding, names: Names): string | null {
  if (kind !== 'node' || name === null) return null;
  return names.get(name) ?? name;
}

/** The dead node that a finding is on or speaks of, by its whole name or UUID. */
function deadNodeIn(
  finding: VerifyFinding,
  dead: ReadonlySet<string>,
  names: Names,
): string | undefined {
  const own = nodeOf(finding, names);
  if (own !== null && dead.has(own)) return own;
  const words = new Set(finding.message.split(/[^\w.-]+/).map((word) => word.replace(/\.$/, '')));
  return [...dead].find(
    (node) =>
      [...names].some(([spelling, name]) => name === node && words.has(spelling)) ||
      words.has(node),
  );
}

function judgementOf({ code, node, findings, followers }: Cause): ClusterJudgement {
  const all = [...findings, ...followers];
  const say = all.some(({ severity }) => severity === 'error') ? fail : warn;
  const objects = [...new Set(findings.flatMap(({ name }) => (node === null && name) || []))];
  const about = objects.length === 0 ? '' : ` (${listed(objects)})`;
  const alike = code === UNCODED ? 'more without a code' : 'more like it';
  const more = findings.length > 1 ? `, and ${findings.length - 1} ${alike}` : '';
  const said = code === UNCODED ? 'no code' : code;
  const message = `verify: ${said}${about}: ${clip(findings[0]?.message ?? '')}${more}`;
  return {
    ...say(`${message}${followed(followers)}; expected none`, remedyFor(code, node)),
    subject: `ganeti.${code}`,
    ...(node !== null && { node }),
  };
}

function followed(followers: readonly VerifyFinding[]): string {
  if (followers.length === 0) return '';
  const codes = [...groupedBy(followers, ({ code }) => code ?? 'one without a code').keys()];
  return `; it brings ${counted(followers.length, 'more finding')}: ${listed(codes)}`;
}

const TEXT_MAX = 160;

function clip(text: string): string {
  return text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}…` : text;
}
