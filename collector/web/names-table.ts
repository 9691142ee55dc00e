import type { NameCell, NamesMatrix } from '../../shared/names-matrix.ts';
import { type Html, html } from './html.ts';
import { badge } from './layout.ts';

/** Names in rows, nodes in columns, each cell what that node answers. */
export function namesSection({ nodes, rows }: NamesMatrix): Html | null {
  if (rows.length === 0 || nodes.length === 0) return null;
  return html`<section aria-labelledby="names"><h2 id="names">Who answers what for each name</h2>
<div class="scroll" role="region" aria-label="Names and nodes" tabindex="0"><table class="names">
<thead><tr><th scope="col">Name</th><th scope="col">Policy</th>${nodes.map(
    (node) => html`<th scope="col">on ${node}</th>`,
  )}</tr></thead>
<tbody>${rows.map(
    ({
      name,
      expected,
      cells,
    }) => html`<tr><th scope="row">${name}</th><td>${expected ?? '–'}</td>${cells.map((cell) =>
      nameCell(cell, expected),
    )}</tr>
`,
  )}</tbody></table></div></section>`;
}

function nameCell(cell: NameCell, expected: string | null): Html {
  if (cell.status === 'unknown') {
    return html`<td class="unknown">${badge('unknown')} <span class="why">${cell.why}</span></td>`;
  }
  const { addresses, source } = cell;
  const words = addresses.length === 0 ? 'no such name' : addresses.join(', ');
  const note = source === 'hosts' ? html` <span class="why">by its hosts file</span>` : null;
  // Shown, not judged: the verdict on a difference is that of the check names.resolution.
  const differs = expected !== null && words !== expected;
  return html`<td>${differs ? differsBadge : null}${words}${note}</td>`;
}

const notEqual = html`<span class="sign" aria-hidden="true">≠</span>`;
const differsBadge = html`<span class="badge differs">${notEqual} differs</span> `;
