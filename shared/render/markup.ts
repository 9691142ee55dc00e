import { visible } from './safe.ts';

const inner = Symbol('markup');

/** Text that is XML or HTML already; only `markup` makes it, never data. */
export interface Markup {
  readonly [inner]: string;
}

export type MarkupValue = string | number | null | Markup | readonly MarkupValue[];

/** A template whose values are escaped for text and for quoted attributes; markup goes in as is. */
export function markup(parts: TemplateStringsArray, ...values: readonly MarkupValue[]): Markup {
  return { [inner]: parts.map((part, index) => part + show(values[index] ?? null)).join('') };
}

/** The text of the document. */
export function showMarkup(value: Markup): string {
  return value[inner];
}

function show(value: MarkupValue): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return escaped(value);
  if (isMarkup(value)) return value[inner];
  return value.map(show).join('');
}

function isMarkup(value: Markup | readonly MarkupValue[]): value is Markup {
  return inner in value;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Controls are spelled out: XML 1.0 has no way to write most of them, not even as an entity. */
function escaped(text: string): string {
  return visible(text).replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}
