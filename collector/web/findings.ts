import type { Finding, Verdict } from '../../shared/check.ts';
import type { GateResult } from '../../shared/gate.ts';
import { byWorst } from '../summary.ts';
import { type Html, html } from './html.ts';
import { badge, nodeHref } from './layout.ts';

/** Findings that are one thing to understand: of one check, or unknown for the same reason. */
export interface Cause {
  verdict: Verdict;
  /** the checks concerned, by id, with their titles */
  checks: Map<string, string>;
  findings: Finding[];
  /** the gates it closes or leaves undecided */
  gates: Set<string>;
}

/** What decides the gates, each cause told once, worst first. */
export function causesOf(gates: readonly GateResult[]): Cause[] {
  const causes = new Map<string, Cause>();
  for (const { gate, deciding } of gates) {
    for (const finding of deciding) {
      const { verdict, check, title } = finding;
      const key = keyOf(finding);
      const cause = causes.get(key) ?? emptyCause(verdict);
      causes.set(key, cause);
      if (!cause.findings.some((known) => isSame(known, finding))) cause.findings.push(finding);
      cause.checks.set(check, title);
      cause.gates.add(gate);
    }
  }
  return [...causes.values()].sort(byWorst);
}

/** One silent node leaves a dozen questions open for the same reason. */
function keyOf({ verdict, check, message }: Finding): string {
  return JSON.stringify(verdict === 'unknown' ? [verdict, message] : [verdict, check]);
}

function emptyCause(verdict: Verdict): Cause {
  return { verdict, checks: new Map(), findings: [], gates: new Set() };
}

/** A cause with every node it concerns; equal messages are said once. */
export function causeItem(cluster: string, cause: Cause): Html {
  return html`<li class="cause ${cause.verdict}">
${headOf(cause)}
${[...groupByWords(cause.findings)].map((same) => wordsOf(cluster, same))}</li>
`;
}

function headOf({ verdict, checks, gates }: Cause): Html {
  const titles = [...checks];
  const [first] = titles;
  const single = titles.length === 1 ? first : undefined;
  const name = single
    ? html`<h3>${single[1]}</h3> <code class="id">${single[0]}</code>`
    : html`<h3>${titles.length} checks cannot tell</h3>`;
  return html`<div class="cause-head">${badge(verdict)} ${name}
<span class="decides">decides ${[...gates].join(', ')}</span></div>
${single ? null : titleList(titles)}`;
}

function titleList(titles: readonly (readonly [string, string])[]): Html {
  const items = titles.map(
    ([check, title]) => html`<li>${title} <code class="id">${check}</code></li>`,
  );
  return html`<ul class="titles">${items}</ul>`;
}

/** A finding of a node's page. */
export function findingItem(finding: Finding): Html {
  return html`<li class="finding ${finding.verdict}">
<div class="cause-head">${badge(finding.verdict)} <h4>${finding.title}</h4>
<code class="id">${finding.check}</code></div>
<p>${subjectOf(finding)}${finding.message}</p>
${remedyOf(finding)}</li>
`;
}

function wordsOf(cluster: string, same: readonly Finding[]): Html {
  const [first] = same;
  if (first === undefined) return html``;
  const nodes = [...new Set(same.flatMap(({ node }) => (node === null ? [] : [node])))];
  return html`<div class="words"><p>${subjectOf(first)}${first.message}</p>
${remedyOf(first)}${nodesOf(cluster, nodes)}</div>
`;
}

function nodesOf(cluster: string, nodes: readonly string[]): Html {
  if (nodes.length === 0) return html``;
  const links = nodes.map(
    (node) => html`<li><a href="${nodeHref(cluster, node)}">${node}</a></li>`,
  );
  return html`<ul class="where" aria-label="Nodes concerned">${links}</ul>`;
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

function isSame(one: Finding, other: Finding): boolean {
  return (
    one.check === other.check &&
    one.node === other.node &&
    one.subject === other.subject &&
    one.message === other.message
  );
}
