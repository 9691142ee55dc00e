import type { Judgement } from '../../shared/check.ts';
import { groupedBy } from '../../shared/grouping.ts';
import { pass, unknown } from '../../shared/judgement.ts';
import { counted, listed } from '../../shared/wording.ts';
import { askNodes } from './told.ts';

/** What the nodes say when each is asked for one value, the most common answer first. */
export interface Agreement {
  groups: { value: string; nodes: string[] }[];
  /** nodes whose facts do not tell, each with the reason in brackets */
  untold: string[];
}

/** Asks every node for `valueIn` its facts; a node that cannot tell hides no other. */
export function agreementOf<F>(
  nodes: readonly { node: string; facts: F }[],
  valueIn: (facts: F) => string,
): Agreement {
  const { told, untold } = askNodes(nodes, valueIn);
  const groups = [...groupedBy(told, ({ value }) => value)].map(([value, members]) => {
    return { value, nodes: members.map(({ node }) => node) };
  });
  groups.sort((a, b) => b.nodes.length - a.nodes.length || (a.value < b.value ? -1 : 1));
  return { groups, untold };
}

/** Judges that all nodes gave one value; `noun` names it in the messages. */
export function judgeAgreement(
  agreement: Agreement,
  words: { noun: string; verdict: 'warn' | 'fail'; remedy: string },
): Judgement {
  const { groups, untold } = agreement;
  if (groups.length > 1) {
    const message = `${words.noun} ${spelled(agreement)}; expected the same on all nodes`;
    return { verdict: words.verdict, message, remedy: words.remedy };
  }
  if (untold.length > 0) {
    return { verdict: 'unknown', message: `${words.noun} not known of ${listed(untold)}` };
  }
  const [only] = groups;
  if (only === undefined) return unknown('no node was asked');
  return pass(`${words.noun} ${only.value} on ${counted(only.nodes.length, 'node')}`);
}

/** `A on n1 and n2; B on n3; not known of n4 (why)`. */
export function spelled({ groups, untold }: Agreement): string {
  const parts = groups.map(({ value, nodes }) => `${value} on ${listed(nodes)}`);
  if (untold.length > 0) parts.push(`not known of ${listed(untold)}`);
  return parts.join('; ');
}
