import { type Html, html } from './html.ts';

/** A table that scrolls sideways by itself, with the keyboard too, and never the whole page. */
export function scrolling(label: string, [head, rows]: [readonly string[], readonly Html[]]): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}"><table>
<thead><tr>${head.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${rows}</tbody></table></div>`;
}
