import { groupedByCause } from '../../shared/causes.ts';
import { type Finding, isWaived, type Verdict, type Waived } from '../../shared/check.ts';
import type { GateDecision } from '../../shared/gate.ts';
import { counted } from '../../shared/wording.ts';
import { byWorst, worstFirst } from '../summary.ts';
import { type Html, html } from './html.ts';
import { badge, nodeHref } from './layout.ts';
import { restsOn } from './rests-on.ts';

/** A gate by what decides it. */
type Deciding = Pick<GateDecision, 'gate' | 'deciding'>;

/** Findings that are one thing to understand: of one check, or unknown for the same reason. */
export interface Cause {
  verdict: Verdict;
  /** the checks concerned, by id, with their titles */
  checks: Map<string, string>;
  findings: Finding[];
  /** what only follows from them */
  followers: Finding[];
  /** the gates it closes or leaves undecided */
  gates: Set<string>;
}

/** What decides the gates, each cause told once, worst first. */
export function causesOf(gates: readonly Deciding[]): Cause[] {
  return causesAmong(
    gates.flatMap(({ deciding }) => deciding),
    gates,
  );
}

/** The causes among some findings, each told once, worst first, with the gates it decides. */
export function causesAmong(findings: readonly Finding[], gates: readonly Deciding[]): Cause[] {
  const deciding = gates.map((one) => ({ gate: one.gate, keys: new Set(one.deciding.map(told)) }));
  const apart = [...new Map(findings.map((finding) => [told(finding), finding])).values()];
  const causes = new Map<string, Cause>();
  const groups = groupedByCause(apart);
  const keyOf = causeKeys(groups.map(({ root }) => root));
  for (const { root, followers } of groups) {
    const { verdict, check, title } = root;
    const key = keyOf(root);
    const cause = causes.get(key) ?? emptyCause(verdict);
    causes.set(key, cause);
    cause.findings.push(root);
    cause.followers.push(...followers);
    cause.checks.set(check, title);
    for (const { gate, keys } of deciding) if (keys.has(told(root))) cause.gates.add(gate);
  }
  return [...causes.values()].sort(byWorst);
}

/** Stands for a finding: the same in the answers of two gates. */
function told({ check, node, subject, message }: Finding): string {
  return JSON.stringify([check, node, subject, message]);
}

/**
 * One silent node leaves a dozen questions open for the same reason: such unknowns are one cause.
 * What only one check says of itself, however often and however differently, is another.
 */
function causeKeys(roots: readonly Finding[]): (finding: Finding) => string {
  const checks = new Map<string, Set<string>>();
  for (const { verdict, message, check } of roots) {
    if (verdict === 'unknown') checks.set(message, (checks.get(message) ?? new Set()).add(check));
  }
  return (finding) => {
    const { verdict, check, message } = finding;
    const isShared = verdict === 'unknown' && (checks.get(message)?.size ?? 0) > 1;
    return JSON.stringify([verdict, isShared ? message : check, isWaived(finding)]);
  };
}

function emptyCause(verdict: Verdict): Cause {
  return { verdict, checks: new Map(), findings: [], followers: [], gates: new Set() };
}

/** How much of a cause is told where it is one of many. */
const SAYINGS_MAX = 6;
const FOLLOWERS_MAX = 20;

/** A cause with the nodes it concerns; equal messages are said once, and many nodes folded. */
function causeItem(cluster: string, cause: Cause): Html {
  const sayings = [...groupByWords(cause.findings)];
  const more = sayings.length - SAYINGS_MAX;
  const [check = ''] = cause.checks.keys();
  const waived = cause.findings.find(isWaived)?.waived;
  return html`<li class="cause ${waived === undefined ? cause.verdict : 'waived'}">
${headOf(cause)}${waived === undefined ? null : waivedWords(waived)}
${sayings.slice(0, SAYINGS_MAX).map((same) => wordsOf(cluster, same))}${
  more > 0 ? html`<p class="why">and ${more} more of <code>${check}</code></p>` : null
}${followersBlock(cause.followers)}</li>
`;
}

/** The first of these are told in full; behind them nobody would find what comes below. */
const CAUSES_SHOWN = 6;
/** More than these make a page that nobody reads. */
const CAUSES_MAX = 60;

/** Causes as a list: the gravest at once, the others folded, and a great many only counted. */
export function causesList(cluster: string, causes: readonly Cause[]): Html {
  const list = (some: readonly Cause[]) =>
    html`<ul class="causes">${some.map((cause) => causeItem(cluster, cause))}</ul>`;
  const [first, rest] = [causes.slice(0, CAUSES_SHOWN), causes.slice(CAUSES_SHOWN, CAUSES_MAX)];
  const more = causes.length - CAUSES_MAX;
  if (rest.length === 0) return list(first);
  return html`${list(first)}
<details class="folded more"><summary>${moreWords(causes.slice(CAUSES_SHOWN))}</summary>
${list(rest)}</details>
${more > 0 ? html`<p class="why">and ${more} left out: ask for less with the filter</p>` : null}`;
}

function moreWords(causes: readonly Cause[]): string {
  const counts = worstFirst.flatMap((verdict) => {
    const count = causes.filter((cause) => cause.verdict === verdict).length;
    return count === 0 ? [] : [`${count} ${verdict}`];
  });
  return `${counted(causes.length, 'more cause')}: ${counts.join(', ')}`;
}

function waivedWords({ reason, owner, expires }: Waived): Html {
  return html`<p class="why">Waived by ${owner} until ${expires}: ${reason}</p>`;
}

function headOf({ verdict, checks, gates }: Cause): Html {
  const titles = [...checks];
  const [first] = titles;
  const single = titles.length === 1 ? first : undefined;
  const name = single
    ? html`<h3>${single[1]}</h3> <code class="id">${single[0]}</code>`
    : html`<h3>${titles.length} checks cannot tell</h3>`;
  const decides = html`<span class="decides">decides ${[...gates].join(', ')}</span>`;
  return html`<div class="cause-head">${badge(verdict)} ${name}
${gates.size === 0 ? null : decides}</div>
${single ? null : titleList(titles)}`;
}

function titleList(titles: readonly (readonly [string, string])[]): Html {
  const items = titles.map(
    ([check, title]) => html`<li>${title} <code class="id">${check}</code></li>`,
  );
  return html`<ul class="titles">${items}</ul>`;
}

/** A finding of a node's page with the facts it rests on, and what only follows from it. */
export function findingItem(finding: Finding, followers: readonly Finding[] = []): Html {
  return html`<li class="finding ${finding.verdict}">
<div class="cause-head">${badge(finding.verdict)} <h4>${finding.title}</h4>
<code class="id">${finding.check}</code></div>
<p>${subjectOf(finding)}${finding.message}</p>
${remedyOf(finding)}${evidenceOf(finding)}${followersBlock(followers)}</li>
`;
}

/** What passed or was not asked needs no second look; its facts are below all the same. */
function evidenceOf({ verdict, check }: Finding): Html | null {
  return verdict === 'pass' || verdict === 'skip' ? null : restsOn(check);
}

function followersBlock(followers: readonly Finding[]): Html | null {
  if (followers.length === 0) return null;
  const count = followers.length;
  const shown = followers.slice(0, FOLLOWERS_MAX);
  const words = `and ${count} that ${count === 1 ? 'follows' : 'follow'} from it`;
  return html`<details class="quiet"><summary><span class="why">${words}</span></summary>
<ul class="causes">${shown.map((one) => findingItem(one))}</ul>${
    count > shown.length ? html`<p class="why">and ${count - shown.length} more</p>` : null
  }</details>`;
}

function wordsOf(cluster: string, same: readonly Finding[]): Html {
  const [first] = same;
  if (first === undefined) return html``;
  const nodes = [...new Set(same.flatMap(({ node }) => (node === null ? [] : [node])))];
  return html`<div class="words"><p>${subjectOf(first)}${first.message}</p>
${remedyOf(first)}${nodesOf(cluster, nodes)}</div>
`;
}

/** More than these are folded away. */
const NODES_SHOWN_MAX = 12;

function nodesOf(cluster: string, nodes: readonly string[]): Html {
  if (nodes.length === 0) return html``;
  const links = nodes.map(
    (node) => html`<li><a href="${nodeHref(cluster, node)}">${node}</a></li>`,
  );
  const list = html`<ul class="where" aria-label="Nodes concerned">${links}</ul>`;
  if (nodes.length <= NODES_SHOWN_MAX) return list;
  return html`<details class="folded"><summary>on ${nodes.length} nodes</summary>${list}</details>`;
}

function subjectOf({ subject, message }: Finding): Html | null {
  // Most messages name their subject; twice would be noise.
  return subject === undefined || message.includes(subject) ? null : html`<b>${subject}</b>: `;
}

function remedyOf({ remedy }: Finding): Html | null {
  return remedy === undefined
    ? null
    : html`<p class="remedy"><span class="label">What to do:</span> ${remedy}</p>`;
}

function groupByWords(findings: readonly Finding[]): Iterable<Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = JSON.stringify([finding.subject, finding.message, finding.remedy]);
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return groups.values();
}
