import type { Answer } from '../answer.ts';
import type { GateNode } from '../gate.ts';
import { groupedBy } from '../grouping.ts';
import { formatDuration } from '../units.ts';
import { counted } from '../wording.ts';
import { countsOf, tally, troubles } from './counts.ts';
import { type Fold, foldCauses, foldFindings } from './folding.ts';
import { isNotable, leftOutClause, topicOf, waiverWords } from './headline.ts';
import { htmlStyle } from './html-style.ts';
import { type Markup, markup, showMarkup } from './markup.ts';
import type { RenderOptions } from './render.ts';

/** One HTML file that needs nothing else: no script, nothing fetched, fit for paper. */
export function renderHtml(answer: Answer, { why }: RenderOptions): string {
  const { state, title, findings, narrowed } = answer;
  const wrong = foldCauses(findings.filter(isNotable));
  const rest = foldFindings(findings.filter((finding) => !isNotable(finding)));
  const counts = countsOf(findings);
  return showMarkup(markup`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${state.toUpperCase()}: ${topicOf(answer)}</title>
${htmlStyle}
</head>
<body>
<header class="${state}">
<h1><span class="state">${state.toUpperCase()}</span> ${topicOf(answer)}</h1>
<p>${title} ${troubles(counts)}${leftOutClause(narrowed)}.</p>
<p class="soft">${basis(answer)}</p>
</header>
<main>
${wrong.map((fold) => trouble(fold, why?.(fold.checks[0] ?? '')))}
${answer.kind === 'gate' ? nodesSection(answer) : null}
${restSection(rest)}
</main>
<footer class="soft">${tally(counts)}${leftOutClause(narrowed)}. Written by muster.</footer>
</body>
</html>
`);
}

function basis(answer: Answer): string {
  const origin = answer.kind === 'audit' ? `; policy: ${answer.policyOrigin}` : '';
  return `as of ${answer.at}${origin}`;
}

function trouble(fold: Fold, why: string | undefined): Markup {
  const { verdict, checks, nodes, sentence, remedy, waived } = fold;
  const word = verdict.toUpperCase();
  return markup`<article class="${waived === null ? verdict : 'waived'}">
<h2><span class="state">${waived === null ? word : `${word} WAIVED`}</span> ${sentence}</h2>
<p class="soft">${placesOf(nodes)} · ${checks.join(', ')}</p>
${waived === null ? null : markup`<p><b>Waived</b> ${waiverWords(waived)}</p>\n`}${
  remedy === null ? null : markup`<p><b>Fix</b> ${remedy}</p>\n`
}${why === undefined ? null : markup`<p class="soft"><b>Why</b> ${why}</p>\n`}${followsOf(
  fold,
)}</article>
`;
}

/** Paper folds nothing open: what is folded here is printed all the same, by the stylesheet. */
function followsOf({ follows }: Fold): Markup | null {
  if (follows === undefined) return null;
  const items = foldFindings(follows).map(
    ({ verdict, checks, nodes, sentence, remedy }) =>
      markup`<li><b>${verdict.toUpperCase()}</b> ${
        sentence
      } <span class="soft">${placesOf(nodes)} · ${checks.join(', ')}${
        remedy === null ? '' : `; fix: ${remedy}`
      }</span></li>\n`,
  );
  const follow = follows.length === 1 ? 'follows' : 'follow';
  return markup`<details><summary>and ${follows.length} that ${follow} from it</summary>
<ul>
${items}</ul>
</details>
`;
}

function placesOf(nodes: readonly string[]): string {
  return nodes.length === 0 ? 'cluster' : nodes.join(', ');
}

function nodesSection({ nodes, findings }: Answer): Markup {
  const byNode = groupedBy(findings, ({ node }) => node);
  const rows = nodes.map((node) => {
    const { fail, unknown, warn } = countsOf(byNode.get(node.node) ?? []);
    return markup`<tr><th scope="row">${node.node}</th><td>${ageWords(node)}</td>${[
      fail,
      unknown,
      warn,
    ].map((count) => markup`<td class="count">${count}</td>`)}</tr>\n`;
  });
  return markup`<section>
<h2>${counted(nodes.length, 'node')}</h2>
<table>
<thead><tr><th scope="col">Node</th><th scope="col">Report</th><th scope="col">Fail</th
><th scope="col">Unknown</th><th scope="col">Warn</th></tr></thead>
<tbody>
${rows}</tbody>
</table>
</section>`;
}

function ageWords({ expected, freshness, ageMs }: GateNode): string {
  const outside = expected ? '' : ', not in the policy';
  if (ageMs === null) return `${freshness}${outside}`;
  const age = ageMs < 0 ? 'dated in the future' : `${formatDuration(ageMs)} old`;
  return `${freshness === 'fresh' ? '' : `${freshness}, `}${age}${outside}`;
}

function restSection(folds: readonly Fold[]): Markup | null {
  if (folds.length === 0) return null;
  const rows = folds.map(
    ({ verdict, checks, nodes, sentence }) =>
      markup`<tr><td>${verdict}</td><td>${checks.join(', ')}</td><td>${placesOf(
        nodes,
      )}</td><td>${sentence}</td></tr>\n`,
  );
  return markup`<section>
<h2>Passed and skipped</h2>
<table>
<thead><tr><th scope="col">State</th><th scope="col">Check</th><th scope="col">Node</th
><th scope="col">Found</th></tr></thead>
<tbody>
${rows}</tbody>
</table>
</section>`;
}
