import type { StoredEvent } from '../store/event.ts';
import { type Html, html } from './html.ts';
import { clusterHref, relativeTime } from './layout.ts';

/** An event, and the page of what it is about. */
export type ShownEvent = StoredEvent & { page: string };

/** What was announced, newest first; null when there is nothing to show. */
export function announcedSection(events: readonly ShownEvent[], now: Date): Html | null {
  if (events.length === 0) return null;
  const items = events.map((event) => announcedItem(event, now));
  return html`<section aria-labelledby="announced"><h2 id="announced">Announced lately</h2>
<ul class="lines">${items}</ul></section>`;
}

function announcedItem(event: ShownEvent, asOf: Date): Html {
  const { at, cluster, type, subject, was, now, page } = event;
  const of = subject === '' ? 'all nodes' : subject;
  // The states of a node's facts have names that say nothing.
  const change = type === 'drift' ? (event.detail[0] ?? '') : `${was} → ${now}`;
  const when = relativeTime(at.toISOString(), asOf.getTime() - at.getTime());
  return html`<li><code>${type}</code> <a href="${page}">${of}</a>
<span class="why">${change}</span> <a href="${clusterHref(cluster)}">${cluster}</a>
<span class="age">${when}</span></li>
`;
}
