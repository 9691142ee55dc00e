import { listed } from '../../shared/wording.ts';
import type { Cell } from '../cluster/cpu/migration-cell.ts';
import type { MigrationAnswer, MigrationClass, MigrationMatrix } from '../cluster/migration.ts';
import { NODES_APART_MAX } from './grid.ts';
import { type Html, html } from './html.ts';

/** A row and a column of the heat map: one node, or nodes between which nothing differs. */
interface End {
  words: string;
  /** all of its nodes, where they are not in the words */
  all: string | null;
  kind: MigrationClass;
}

/** From where to where a running guest can move, as a heat map, with the reasons below it. */
export function migrationSection({ classes, matrices }: MigrationAnswer): Html | null {
  if (classes.length === 0) return null;
  const [first, ...others] = matrices;
  const ends = endsOf(classes);
  return html`<section aria-labelledby="migration"><h2 id="migration">Live migration</h2>
${first === undefined ? null : matrixBlock(first, ends)}
${others.map(
  (matrix) => html`<details class="folded"><summary>${headOf(matrix)}</summary>
${matrixBlock(matrix, ends)}</details>`,
)}</section>`;
}

function endsOf(classes: readonly MigrationClass[]): End[] {
  const nodes = classes.reduce((sum, kind) => sum + kind.nodes.length, 0);
  if (nodes > NODES_APART_MAX) {
    return classes.map((kind) => ({ words: nodesOf(kind), all: listed(kind.nodes), kind }));
  }
  return classes
    .flatMap((kind) => kind.nodes.map((node) => ({ words: node, all: null, kind })))
    .sort((one, other) => (one.words < other.words ? -1 : 1));
}

function nodesOf({ nodes }: MigrationClass): string {
  const [first = ''] = nodes;
  return nodes.length === 1 ? first : `${first} and ${nodes.length - 1} more like it`;
}

function headOf({ of, cpuTypes }: MigrationMatrix): string {
  const types = [...new Set(Object.values(cpuTypes).map((type) => type ?? 'not decided'))];
  return `With the ${of} cpu_type: ${listed(types)}`;
}

function matrixBlock(matrix: MigrationMatrix, ends: readonly End[]): Html {
  const reasons = reasonsOf(matrix, ends);
  const head = headOf(matrix);
  const table = html`<div class="scroll" role="region" aria-label="${head}" tabindex="0">
<table class="heat"><caption>${head}</caption>
<thead><tr><th scope="col">from, to</th>${ends.map(
    ({ words, all }, index) =>
      html`<th scope="col"><abbr title="${all ?? words}">${shortName(words, index)}</abbr></th>`,
  )}</tr></thead>
<tbody>${ends.map((from) => heatRow(matrix, { from, ends, reasons }))}</tbody></table></div>`;
  if (reasons.size === 0) {
    return html`<p>Every node can hand a running guest to every other.</p>${table}`;
  }
  const items = [...reasons].map(
    ([words, { id, verdict, pairs }]) => html`<li id="${matrix.of}-${id}">
<span class="mark ${verdict}">${signs[verdict]} ${id}</span> ${words}
<span class="why">${pairsOf(pairs, ends.length)}</span></li>
`,
  );
  return html`${table}<ol class="heat-why" aria-label="Why not">${items}</ol>`;
}

/** Columns are as narrow as their heads: the first part of the name is enough beside the row. */
function shortName(words: string, index: number): string {
  return words.includes(' ') ? `kind ${index + 1}` : (words.split('.')[0] ?? words);
}

interface Why {
  id: number;
  verdict: 'not' | 'unknown';
  pairs: { from: string; to: string }[];
}

const signs = { ok: '✓', not: '✕', unknown: '?' };
const cellWords = { ok: 'yes', not: 'no', unknown: 'unknown' };

function reasonsOf({ cells }: MigrationMatrix, ends: readonly End[]): Map<string, Why> {
  const found = new Map<string, Why>();
  for (const from of ends) {
    for (const to of ends) {
      const cell = cells[from.kind.id]?.[to.kind.id];
      if (cell === undefined || cell.verdict === 'ok' || (from === to && from.all === null))
        continue;
      const words = wordsOf(cell);
      const why = found.get(words) ?? { id: found.size + 1, verdict: cell.verdict, pairs: [] };
      why.pairs.push({ from: from.words, to: to.words });
      found.set(words, why);
    }
  }
  return found;
}

function wordsOf({ reasons }: Cell): string {
  return reasons.map(({ text }) => text).join('; ');
}

function pairsOf(pairs: Why['pairs'], ends: number): string {
  if (ends > 2 && pairs.length >= ends * (ends - 1)) return 'everywhere';
  return listed(pairs.map(({ from, to }) => `${from} → ${to}`));
}

function heatRow(
  matrix: MigrationMatrix,
  { from, ends, reasons }: { from: End; ends: readonly End[]; reasons: ReadonlyMap<string, Why> },
): Html {
  const cells = ends.map((to) => {
    const cell = matrix.cells[from.kind.id]?.[to.kind.id];
    if (from === to && from.all === null) {
      return html`<td class="same"><span class="unsaid">the same node</span></td>`;
    }
    if (cell === undefined || cell.verdict === 'ok') {
      return html`<td class="ok">${signs.ok} <span class="word">yes</span></td>`;
    }
    const { verdict } = cell;
    const words = wordsOf(cell);
    const why = reasons.get(words);
    return html`<td class="${verdict}"><a href="#${matrix.of}-${why?.id ?? 1}"
title="${words}">${signs[verdict]} <span class="word">${cellWords[verdict]}</span></a></td>`;
  });
  const name =
    from.all === null ? from.words : html`<abbr title="${from.all}">${from.words}</abbr>`;
  return html`<tr><th scope="row">${name}</th>${cells}</tr>
`;
}
