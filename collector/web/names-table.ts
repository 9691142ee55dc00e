import { groupedBy } from '../../shared/grouping.ts';
import type { NameCell, NameRow, NamesMatrix } from '../../shared/names-matrix.ts';
import { listed } from '../../shared/wording.ts';
import { NODES_APART_MAX } from './grid.ts';
import { type Html, html } from './html.ts';
import { badge } from './layout.ts';

/** A row with what each node answers in words. */
interface ToldRow extends NameRow {
  answers: string[];
}

/** Nothing in it moves with time, and for a thousand nodes it takes a while. */
const made = new WeakMap<NamesMatrix, Html | null>();

/** Names in rows, nodes in columns, each cell what that node answers; many nodes share columns. */
export function namesSection(matrix: NamesMatrix): Html | null {
  const known = made.get(matrix);
  if (known !== undefined) return known;
  const section = makeSection(matrix);
  made.set(matrix, section);
  return section;
}

/** Said in place of the table where it would have more cells than a browser shows. */
export function tooManyNames(): Html {
  return html`<section aria-labelledby="names"><h2 id="names">Who answers what for each name</h2>
<p>So many nodes make too large a table. Who disagrees is told by the check names.resolution.</p>
</section>`;
}

function makeSection({ nodes, rows }: NamesMatrix): Html | null {
  if (rows.length === 0 || nodes.length === 0) return null;
  const told = rows.map((row) => ({ ...row, answers: row.cells.map(answerOf) }));
  const few = nodes.length <= NODES_APART_MAX;
  const columns = few ? nodes.map((_, index) => [index]) : alikeColumns(nodes, told);
  const shown = few ? told : told.filter((row) => !isAgreed(row));
  const agreed = rows.length - shown.length;
  const alike = few ? shown.map((row) => [row]) : alikeNames(shown);
  const table = html`<div class="scroll" role="region" aria-label="Names and nodes" tabindex="0">
<table class="names"><thead><tr><th scope="col">Name</th><th scope="col">Policy</th>${columns.map(
    (column) => columnHead(column, nodes),
  )}</tr></thead>
<tbody>${alike.map((some) => nameRows(some, columns))}</tbody></table></div>`;
  return html`<section aria-labelledby="names"><h2 id="names">Who answers what for each name</h2>
${agreed === 0 ? null : html`<p>${agreedWords(agreed)}</p>`}
${shown.length === 0 ? null : table}</section>`;
}

function agreedWords(count: number): string {
  const noun = count === 1 ? 'name has' : 'names have';
  return `${count} ${noun} one answer on all nodes, and it is the policy's where that has one.`;
}

/** Whether all nodes answer the same, and what the policy says. */
function isAgreed({ cells, answers, expected }: ToldRow): boolean {
  const [first] = answers;
  const known = cells.every(({ status }) => status === 'answered');
  const agreed = known && answers.every((answer) => answer === first);
  return agreed && (expected === null || expected === first);
}

function answerOf(cell: NameCell): string {
  // What is not known begins with a sign that no address has.
  if (cell.status === 'unknown') return `? ${cell.why}`;
  return cell.addresses.length === 0 ? 'no such name' : cell.addresses.join(', ');
}

/**
 * Nodes that answer the same for every name but their own two, by index. What a node says of itself
 * stands in the shared column all the same, beside what the others say.
 */
function alikeColumns(nodes: readonly string[], rows: readonly ToldRow[]): number[][] {
  const ownRow = new Map(rows.map(({ name }, row) => [name, row]));
  const isLike = (one: number, other: number) => {
    const own = [ownRow.get(nodes[one] ?? ''), ownRow.get(nodes[other] ?? '')];
    return rows.every(({ answers }, row) => answers[one] === answers[other] || own.includes(row));
  };
  const columns: number[][] = [];
  for (const index of nodes.keys()) {
    const alike = columns.find(([first = 0]) => isLike(first, index));
    if (alike === undefined) columns.push([index]);
    else alike.push(index);
  }
  return columns;
}

function columnHead(column: readonly number[], nodes: readonly string[]): Html {
  const names = column.map((index) => nodes[index] ?? '');
  const [first = ''] = names;
  if (names.length === 1) return html`<th scope="col">on ${first}</th>`;
  return html`<th scope="col"><abbr title="${listed(names)}">on ${first} and
${names.length - 1} more</abbr></th>`;
}

/** Names of which no node says an address, all for one reason, are told together. */
function alikeNames(rows: readonly ToldRow[]): ToldRow[][] {
  const profile = ({ name, cells, answers }: ToldRow) => {
    const [first = ''] = answers;
    const silent = cells.every(({ status }) => status === 'unknown');
    return silent && answers.every((answer) => answer === first) ? first : `name ${name}`;
  };
  return [...groupedBy(rows, profile).values()];
}

function nameRows(alike: readonly ToldRow[], columns: readonly number[][]): Html {
  const [row] = alike;
  if (row === undefined) return html``;
  const names = alike.map(({ name }) => name);
  const head =
    names.length === 1
      ? row.name
      : html`<abbr title="${listed(names)}">${row.name} and ${names.length - 1} more</abbr>`;
  const { cells } = row;
  const expected = names.length === 1 ? row.expected : null;
  const told = columns.map((column) => {
    const own = column.flatMap((index) => cells[index] ?? []);
    const answers = [...groupedBy(own, answerOf).values()];
    return html`<td>${answers.map((some) => answerBlock(some, expected, answers.length > 1))}</td>`;
  });
  return html`<tr><th scope="row">${head}</th><td>${expected ?? '–'}</td>${told}</tr>
`;
}

function answerBlock(alike: readonly NameCell[], expected: string | null, named: boolean): Html {
  const [cell] = alike;
  if (cell === undefined) return html``;
  const who = named
    ? html` <span class="why">on ${listed(alike.map(({ node }) => node))}</span>`
    : null;
  return html`<div>${nameCell(cell, expected)}${who}</div>`;
}

function nameCell(cell: NameCell, expected: string | null): Html {
  if (cell.status === 'unknown') {
    return html`${badge('unknown')} <span class="why">${cell.why}</span>`;
  }
  const { addresses, source } = cell;
  const words = addresses.length === 0 ? 'no such name' : addresses.join(', ');
  const note = source === 'hosts' ? html` <span class="why">by its hosts file</span>` : null;
  // Shown, not judged: the verdict on a difference is that of the check names.resolution.
  const differs = expected !== null && words !== expected;
  return html`${differs ? differsBadge : null}${words}${note}`;
}

const notEqual = html`<span class="sign" aria-hidden="true">≠</span>`;
const differsBadge = html`<span class="badge differs">${notEqual} differs</span> `;
