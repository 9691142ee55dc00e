import { formatDuration } from '../../shared/units.ts';
import { type Html, html } from './html.ts';

/** `2026-11-22 08:15:00 UTC`, marked up for machines. */
export function exactTime(at: Date): Html {
  const iso = at.toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 19).replace('T', ' ')} UTC</time>`;
}

/** `4 min ago`, with the exact instant behind it. */
export function relativeTime(iso: string, ageMs: number): Html {
  const words = agoWords(ageMs);
  const exact = new Date(iso).toISOString().slice(0, 19).replace('T', ' ');
  return html`<time datetime="${iso}" title="${exact} UTC">${words}</time>`;
}

function agoWords(ageMs: number): string {
  if (Math.abs(ageMs) < 1000) return 'just now';
  return ageMs < 0 ? `${formatDuration(-ageMs)} ahead` : `${formatDuration(ageMs)} ago`;
}
