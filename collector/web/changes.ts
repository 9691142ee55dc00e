import type { Verdict } from '../../shared/check.ts';
import { counted } from '../../shared/wording.ts';
import type { Troubles } from '../store/standing.ts';
import { type Html, html } from './html.ts';
import { badge, clusterHref, nodeHref, relativeTime } from './layout.ts';

/** A node (null: the cluster as a whole) that stands otherwise than before. */
export interface RecentChange extends Troubles {
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
  const { node, was, verdict } = latest;
  const what =
    was === verdict ? `still ${verdict}, now ${troublesOf(latest)}` : `${was} → ${verdict}`;
  return `${words}; last ${node ?? 'the cluster'}: ${what}`;
}

/** How much there is to be mended: a verdict may stay while its reasons change. */
export function troublesOf({ fails, unknowns, warns }: Troubles): string {
  const counts = [
    [fails, 'fail'],
    [unknowns, 'unknown'],
    [warns, 'warn'],
  ] as const;
  const told = counts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  return told.join(' · ') || 'nothing found';
}

function changeItem(cluster: string, change: RecentChange, now: Date): Html {
  const { node, at, was, verdict } = change;
  const name = node ?? 'across the nodes';
  const href = node === null ? clusterHref(cluster) : nodeHref(cluster, node);
  const before =
    was === null ? html`<span class="why">first judged:</span>` : html`${badge(was)} →`;
  const shown = was === verdict ? html`<span class="why">still</span>` : before;
  const when = relativeTime(at.toISOString(), now.getTime() - at.getTime());
  return html`<li><a href="${href}">${name}</a> ${shown} ${badge(verdict)}
<span class="why">${troublesOf(change)}</span> <span class="age">${when}</span></li>
`;
}
