import { formatBytes, formatDuration, KIB } from '../../shared/units.ts';
import { type Html, html } from './html.ts';

/** Facts of any section as nested lists: names as they are stored, values with their units. */
export function factsList(facts: object): Html {
  const rows = Object.entries(facts).map(([name, value]) => factRow(name, value));
  return html`<dl class="facts">${rows}</dl>`;
}

function factRow(name: string, value: unknown): Html {
  return html`<div><dt>${name}</dt><dd>${factValue(name, value)}</dd></div>
`;
}

function factValue(name: string, value: unknown): Html {
  if (value === null || value === undefined) return html`<span class="none">not known</span>`;
  if (typeof value === 'number') return html`${numberOf(name, value)}`;
  if (typeof value === 'string') return html`${value === '' ? '(empty)' : value}`;
  if (typeof value === 'boolean') return html`${value ? 'yes' : 'no'}`;
  if (Array.isArray(value)) return listOf(name, value);
  if (typeof value !== 'object') return html`${String(value)}`;
  return readingOf(name, value) ?? objectOf(value);
}

/** A reading shows its value, or why there is none. */
function readingOf(name: string, value: object): Html | null {
  if (!('status' in value)) return null;
  if (value.status === 'ok' && 'value' in value) return factValue(name, value.value);
  if (value.status !== 'failed' || !('error' in value)) return null;
  return html`<span class="unread">could not be read: ${messageOf(value.error)}</span>`;
}

function messageOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('message' in error))
    return 'no reason given';
  return String(error.message);
}

function objectOf(value: object): Html {
  const entries = Object.entries(value);
  return entries.length === 0 ? html`<span class="none">none</span>` : factsList(value);
}

function listOf(name: string, list: readonly unknown[]): Html {
  if (list.length === 0) return html`<span class="none">none</span>`;
  if (list.every((one) => typeof one !== 'object')) {
    return html`<span class="words">${list.map(String).join(' ')}</span>`;
  }
  return html`<ol class="items">${list.map((one) => html`<li>${factValue(name, one)}</li>`)}</ol>`;
}

function numberOf(name: string, value: number): string {
  if (/bytes$/i.test(name)) {
    return value < KIB ? `${value} B` : `${formatBytes(value)} (${value} B)`;
  }
  if (/Ms$/.test(name)) return Math.abs(value) < 1000 ? `${value} ms` : formatDuration(value);
  return String(value);
}
