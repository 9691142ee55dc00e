import type { CheckCard, Finding } from './check.ts';
import type { Waiver } from './waiver.ts';

const expiredCard: CheckCard = {
  id: 'waivers.expired',
  title: 'Every waiver still holds',
  why:
    'A waiver that has ended covers nothing any more; left in the file it reads as if someone ' +
    'had still agreed to the finding.',
  rules: [],
};

const lapsedCard: CheckCard = {
  id: 'waivers.lapsed',
  title: 'What is waived is still what was accepted',
  why:
    'Someone accepted what was seen then; something else, or something worse, needs a new look ' +
    'before it may be set aside.',
  rules: [],
};

const unknownCard: CheckCard = {
  id: 'waivers.unknown',
  title: 'No waiver names what is unknown',
  why: 'Nobody can accept what nobody knows; the evidence has to be had first.',
  rules: [],
};

const unusedCard: CheckCard = {
  id: 'waivers.unused',
  title: 'Every waiver is needed',
  why:
    'A waiver that covers nothing is misspelt or outlived its finding, and would set the next ' +
    'one aside without anyone having seen it.',
  rules: [],
};

/** What is judged of the waivers themselves. */
export const waiverCards: readonly CheckCard[] = [expiredCard, lapsedCard, unknownCard, unusedCard];

/** `storage.size on ganeti02.example.org`: what a waiver is for, in its own words. */
export function nameOf({ check, node, subject }: Pick<Waiver, 'check' | 'node' | 'subject'>) {
  const place = node ?? 'the cluster';
  return subject === undefined ? `${check} on ${place}` : `${check} of ${subject} on ${place}`;
}

/** The warning that a waiver has ended. */
export function expiredFinding(waiver: Waiver): Finding {
  return about(expiredCard, waiver, {
    message: `${describe(waiver)} ended at ${waiver.expires}; what it covered counts again`,
    remedy: 'remove it; where the finding still stands, mend it or agree on a new waiver',
  });
}

/** The warning that what a waiver names is worse than, or not, what was accepted. */
export function lapsedFinding(waiver: Waiver, refused: readonly Finding[]): Finding {
  const worse = refused.filter(({ verdict }) => waiver.verdict === 'warn' && verdict === 'fail');
  const [first] = worse.length > 0 ? worse : refused;
  const change = worse.length > 0 ? 'accepts a warning, not a failure' : 'was for other evidence';
  return about(lapsedCard, waiver, {
    message: `${describe(waiver)} ${change}; now ${first?.verdict}: ${shown(refused, first)}`,
    remedy: 'look at the finding anew: mend it, or waive it again as it is now; then remove this',
  });
}

/** The warning that a waiver names something that could not be judged. */
export function unknownFinding(waiver: Waiver, unknown: readonly Finding[]): Finding {
  return about(unknownCard, waiver, {
    message:
      `${describe(waiver)} covers nothing that is unknown; that cannot be waived: ` +
      shown(unknown, unknown[0]),
    remedy: 'get the evidence; the unknown finding says what is missing and why',
  });
}

/** The warning that there is nothing for a waiver to cover, though what it names may exist. */
export function unusedFinding(waiver: Waiver, exists: boolean): Finding {
  if (exists) {
    return about(unusedCard, waiver, {
      message: `${describe(waiver)} covers nothing: what it names neither warns nor fails now`,
      remedy: 'remove it, or it would set the next failure aside unseen',
    });
  }
  const hint = waiver.node === undefined ? ' (without "node" it is not for single nodes)' : '';
  return about(unusedCard, waiver, {
    message: `${describe(waiver)} covers nothing: there is no such finding${hint}`,
    remedy: 'correct its check, node or subject ("muster checks" lists the checks), or remove it',
  });
}

/** By kind, then by what is waived: the same whatever the order of the waivers. */
export function inOrder(findings: readonly Finding[]): Finding[] {
  const ids = waiverCards.map(({ id }) => id);
  const order = (one: Finding) => `${ids.indexOf(one.check)} ${one.subject} ${one.message}`;
  return [...findings].sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

function about(
  { id, title }: CheckCard,
  waiver: Waiver,
  words: { message: string; remedy: string },
): Finding {
  return { check: id, title, node: null, verdict: 'warn', subject: nameOf(waiver), ...words };
}

function describe(waiver: Waiver): string {
  return `the waiver of ${nameOf(waiver)} (${waiver.owner})`;
}

function shown(all: readonly Finding[], first: Finding | undefined): string {
  if (first === undefined) return '';
  const place = first.node === null ? '' : ` on ${first.node}`;
  const more = all.length > 1 ? `; and ${all.length - 1} more` : '';
  return `${first.check}${place}: ${first.message}${more}`;
}
