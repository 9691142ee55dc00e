import type { Comparison } from '../drift.ts';
import { counted, listed } from '../wording.ts';
import { visible } from './safe.ts';

/** What changed, a fact in a line: what it was, and what it is. */
export function renderDrift({ from, to, sections, unread }: Comparison): string {
  const who = from.node === to.node ? `of ${from.node}` : `of ${from.node} and of ${to.node}`;
  const head = `reports ${visible(who)}, ${from.collectedAt} and ${to.collectedAt}`;
  const lines = sections.flatMap(({ section, drifts }) => [
    '',
    section,
    ...drifts.map((drift) => `    ${visible(drift.path || 'the section')}: ${change(drift)}`),
  ]);
  const changes = sections.reduce((sum, { drifts }) => sum + drifts.length, 0);
  const told = changes === 0 ? 'the same, but for facts that always change' : undefined;
  const count = `${counted(changes, 'fact')} of ${counted(sections.length, 'section')} changed`;
  const gap = unread.length === 0 ? [] : [`not known: ${listed(unread)} was not read by both`];
  return `${[head, ...lines, '', told ?? count, ...gap].join('\n')}\n`;
}

function change({ from, to }: { from: string | null; to: string | null }): string {
  return `${from === null ? '(not there)' : visible(from)} -> ${
    to === null ? '(not there)' : visible(to)
  }`;
}
