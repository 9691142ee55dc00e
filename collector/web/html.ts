const markup = Symbol('markup');

/** Text that is HTML already; only `html` makes it, never data. */
export interface Html {
  readonly [markup]: string;
}

export type HtmlValue = string | number | null | Html | readonly HtmlValue[];

/** A template whose values are escaped; a value that is itself `html` goes in as it is. */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  const text = parts.map((part, index) => part + render(values[index] ?? null)).join('');
  return { [markup]: text };
}

/** The document's text. */
export function showHtml(value: Html): string {
  return value[markup];
}

function render(value: HtmlValue): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return escapeHtml(value);
  if (isHtml(value)) return value[markup];
  return value.map(render).join('');
}

function isHtml(value: Html | readonly HtmlValue[]): value is Html {
  return markup in value;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Controls and marks that turn the reading direction become visible: a name cannot pose. */
function escapeHtml(text: string): string {
  return text
    .replaceAll(/[&<>"']/g, (character) => entities[character] ?? '')
    .replaceAll(/[\p{Cs}\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, (character) =>
      character === '\n' || character === '\t' ? character : '\ufffd',
    );
}
