import { type Finding, isWaived, type Verdict } from '../../shared/check.ts';
import { worstFirst } from '../summary.ts';
import { groupOf } from './grid.ts';
import { type Html, html } from './html.ts';
import { clusterHref } from './layout.ts';

/** What of a cluster is to be shown; an empty word asks for nothing in particular. */
export interface ClusterFilter {
  verdict: Verdict | 'waived' | '';
  /** group of checks */
  group: string;
  /** a part of the node's name */
  node: string;
  /** a part of what is said, in any case */
  q: string;
}

/** Shows everything. */
export const noFilter: ClusterFilter = { verdict: '', group: '', node: '', q: '' };

/** Whether anything is left out. */
export function isFiltering(filter: ClusterFilter): boolean {
  return Object.values(filter).some((word) => word !== '');
}

/** Whether the filter lets a finding through. */
export function lets(filter: ClusterFilter, finding: Finding): boolean {
  const { verdict, group, node, q } = filter;
  const state = isWaived(finding) ? 'waived' : finding.verdict;
  return (
    (verdict === '' || verdict === state) &&
    (group === '' || group === groupOf(finding.check)) &&
    (node === '' || (finding.node ?? '').includes(node)) &&
    (q === '' || textOf(finding).includes(q.toLowerCase()))
  );
}

function textOf({ check, title, node, subject, message, remedy }: Finding): string {
  return [check, title, node, subject, message, remedy].join('\n').toLowerCase();
}

/** The address of the cluster's page with only these findings. */
export function filterHref(cluster: string, filter: Partial<ClusterFilter>): string {
  const words = Object.entries(filter).filter(([, word]) => word !== '');
  return `${clusterHref(cluster)}?${new URLSearchParams(Object.fromEntries(words))}`;
}

/** A form that asks for the page again, with the answers in its address: it can be shared. */
export function filterForm(
  cluster: string,
  filter: ClusterFilter,
  choices: { groups: readonly string[]; matching: number | null },
): Html {
  const { matching, groups } = choices;
  const verdicts = [...worstFirst, 'waived'];
  return html`<form class="filters" method="get" action="${clusterHref(cluster)}" data-filters>
${selection('verdict', 'Verdict', { chosen: filter.verdict, among: verdicts })}
${selection('group', 'Checks', { chosen: filter.group, among: [...groups].sort() })}
<label>Node <input name="node" value="${filter.node}" autocomplete="off" spellcheck="false"></label>
<label>Words <input type="search" name="q" value="${filter.q}" autocomplete="off"></label>
<button>Filter</button>
${
  matching === null
    ? null
    : html`<span class="matching" role="status">${foundWords(matching)}
<a href="${clusterHref(cluster)}">Show all</a></span>`
}
</form>`;
}

function foundWords(count: number): string {
  return count === 1 ? '1 finding matches.' : `${count} findings match.`;
}

function selection(
  name: string,
  label: string,
  { chosen, among }: { chosen: string; among: readonly string[] },
): Html {
  const known = chosen === '' || among.includes(chosen) ? among : [...among, chosen];
  const options = known.map(
    (word) => html`<option${word === chosen ? html` selected` : null}>${word}</option>`,
  );
  return html`<label>${label} <select name="${name}"><option value="">any</option>${options}
</select></label>`;
}
