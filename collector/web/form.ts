import { type Html, html } from './html.ts';
import { csrfField, type Viewer } from './viewer.ts';

/** One line of a form. */
export interface Field {
  name: string;
  label: string;
  value?: string | undefined;
  /** what to write into it, below the field */
  hint?: string;
  required?: true;
  type?: 'text' | 'datetime-local' | 'number';
  /** what may be chosen, where other things may be written too */
  known?: readonly string[];
  /** what is wrong with it */
  wrong?: string | undefined;
}

/** A field with its label, its hint and what is wrong with it, tied together for every reader. */
export function fieldLine({ name, label, value = '', required, ...more }: Field): Html {
  const { hint, wrong, known = [], type = 'text' } = more;
  const told = [hint && `${name}-hint`, wrong && `${name}-wrong`].filter(Boolean).join(' ');
  const list = known.length === 0 ? null : html` list="${name}-known"`;
  const described = told === '' ? null : html` aria-describedby="${told}"`;
  const invalid = wrong === undefined ? null : html` aria-invalid="true"`;
  return html`<label for="${name}">${label}</label>
<input id="${name}" name="${name}" type="${type}" value="${value}" autocomplete="off"${list}${
    described
  }${invalid}${required === true ? html` required` : null}>${datalist(name, known)}
${wrong === undefined ? null : html`<p class="wrong" id="${name}-wrong">${wrong}</p>`}
${hint === undefined ? null : html`<p class="why" id="${name}-hint">${hint}</p>`}`;
}

function datalist(name: string, known: readonly string[]): Html | null {
  if (known.length === 0) return null;
  return html`<datalist id="${name}-known">${known.map(
    (value) => html`<option value="${value}"></option>`,
  )}</datalist>`;
}

/** What a button does, and what is said before it is really pressed. */
export interface Deed {
  action: string;
  /** such as "Revoke" */
  verb: string;
  /** of what, for those who hear the button without its row */
  of: string;
  /** what follows from it */
  consequence: string;
}

/** A button for what cannot be undone: it asks once more, without any script. */
export function twoSteps({ action, verb, of, consequence }: Deed, viewer: Viewer): Html {
  return html`<details class="deed"><summary>${verb}<span class="unsaid"> ${of}</span></summary>
<form method="post" action="${action}">${csrfField(viewer)}<p>${consequence}</p>
<button class="grave">${verb} ${of}</button></form></details>`;
}
