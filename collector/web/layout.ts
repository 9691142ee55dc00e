import type { Verdict } from '../../shared/check.ts';
import type { GateState } from '../../shared/gate.ts';
import { formatDuration } from '../../shared/units.ts';
import { type Html, html, showHtml } from './html.ts';

/** What stands round every page. */
export interface PageFrame {
  title: string;
  /** the way here from the front page; the last one is this page */
  trail: { name: string; href: string }[];
  /** the instant the judgements hold for; null where nothing is judged */
  at: Date | null;
  /** the same view as JSON */
  json: string | null;
  main: Html;
}

/** The whole document. */
export function page(frame: PageFrame): string {
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${frame.title} · Muster</title>
<link rel="stylesheet" href="/assets/style.css">
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
</head>
<body>
<a class="jump" href="#main">Skip to the content</a>
<header class="top">
<nav aria-label="Breadcrumb"><ol>
<li><a class="brand" href="/">Muster</a></li>
${frame.trail.map(crumb)}</ol></nav>
</header>
<main id="main">
${frame.main}
</main>
<footer class="foot">${footer(frame)}</footer>
</body>
</html>
`;
  return showHtml(document);
}

function crumb(step: { name: string; href: string }, index: number, all: unknown[]): Html {
  return index === all.length - 1
    ? html`<li aria-current="page">${step.name}</li>
`
    : html`<li><a href="${step.href}">${step.name}</a></li>
`;
}

function footer({ at, json }: PageFrame): Html {
  const judged = at === null ? null : html`<span>Judged at ${exactTime(at)}</span>`;
  const link = json === null ? null : html`<a href="${json}">JSON (needs a reader token)</a>`;
  return html`${judged}${link}`;
}

const signs: Readonly<Record<Verdict | GateState, string>> = {
  pass: '✓',
  warn: '!',
  fail: '✕',
  unknown: '?',
  skip: '–',
  open: '✓',
  closed: '✕',
  undecided: '?',
};

/** A verdict or a gate's state: sign, word and colour, so that none is needed alone. */
export function badge(word: Verdict | GateState): Html {
  const sign = html`<span class="sign" aria-hidden="true">${signs[word]}</span>`;
  return html`<span class="badge ${word}">${sign} ${word}</span>`;
}

/** `2026-11-22 08:15:00 UTC`, marked up for machines. */
export function exactTime(at: Date): Html {
  const iso = at.toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 19).replace('T', ' ')} UTC</time>`;
}

/** `4 min ago`, with the exact instant behind it. */
export function relativeTime(iso: string, ageMs: number): Html {
  const words = ageMs < 0 ? `${formatDuration(-ageMs)} ahead` : `${formatDuration(ageMs)} ago`;
  const exact = new Date(iso).toISOString().slice(0, 19).replace('T', ' ');
  return html`<time datetime="${iso}" title="${exact} UTC">${words}</time>`;
}

/** The address of a cluster's page. */
export function clusterHref(cluster: string): string {
  return `/clusters/${encodeURIComponent(cluster)}`;
}

/** The address of a node's page. */
export function nodeHref(cluster: string, node: string): string {
  return `${clusterHref(cluster)}/nodes/${encodeURIComponent(node)}`;
}
