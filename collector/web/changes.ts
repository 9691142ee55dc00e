import type { Verdict } from '../../shared/check.ts';
import { counted } from '../../shared/wording.ts';
import { type Html, html } from './html.ts';
import { badge, clusterHref, nodeHref, relativeTime } from './layout.ts';

/** A node (null: the cluster as a whole) that stands otherwise than before. */
export interface RecentChange {
  node: string | null;
  at: Date;
  /** null: it was judged for the first time */
  was: Verdict | null;
  verdict: Verdict;
}

const SHOWN_MAX = 5;

/** What changed lately, newest first; a long list is folded. */
export function changesList(cluster: string, changes: readonly RecentChange[], now: Date): Html {
  if (changes.length === 0) return html`<p class="why">Nothing changed in the last day.</p>`;
  const items = changes.map((change) => changeItem(cluster, change, now));
  const more = items.length - SHOWN_MAX;
  if (more <= 0) return html`<ul class="changes">${items}</ul>`;
  return html`<ul class="changes">${items.slice(0, SHOWN_MAX)}</ul>
<details class="folded"><summary>${counted(more, 'more change')}</summary>
<ul class="changes">${items.slice(SHOWN_MAX)}</ul></details>`;
}

/** The same in one line, for a cluster among others; to be judged at all is no change. */
export function changesLine(changes: readonly RecentChange[]): string {
  const changed = changes.filter(({ was }) => was !== null);
  const [latest] = changed;
  if (latest === undefined) return 'nothing changed';
  const words = counted(changed.length, 'change');
  return `${words}; last ${latest.node ?? 'the cluster'}: ${latest.was} → ${latest.verdict}`;
}

function changeItem(cluster: string, { node, at, was, verdict }: RecentChange, now: Date): Html {
  const name = node ?? 'across the nodes';
  const href = node === null ? clusterHref(cluster) : nodeHref(cluster, node);
  const before =
    was === null ? html`<span class="why">first judged:</span>` : html`${badge(was)} →`;
  const when = relativeTime(at.toISOString(), now.getTime() - at.getTime());
  return html`<li><a href="${href}">${name}</a> ${before} ${badge(verdict)}
<span class="age">${when}</span></li>
`;
}
