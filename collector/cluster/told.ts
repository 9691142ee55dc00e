import type { Judgement } from '../../shared/check.ts';
import { MissingEvidence } from '../../shared/evidence.ts';
import { listed } from '../../shared/wording.ts';

/** What the nodes tell, and which of them cannot. */
export interface Told<T> {
  told: { node: string; value: T }[];
  /** each with the reason in brackets */
  untold: string[];
}

/** Asks every node for what `take` finds in its facts; one that cannot tell hides no other. */
export function askNodes<F, T>(
  nodes: readonly { node: string; facts: F }[],
  take: (facts: F) => T,
): Told<T> {
  const told: Told<T>['told'] = [];
  const untold: string[] = [];
  for (const { node, facts } of nodes) {
    try {
      told.push({ node, value: take(facts) });
    } catch (error) {
      if (!(error instanceof MissingEvidence)) throw error;
      untold.push(`${node} (${error.message})`);
    }
  }
  return { told, untold };
}

/** `judged`, when it found fault or every node told what it should; else that `noun` is unknown. */
export function unlessUntold<J extends Judgement>(
  judged: J[],
  noun: string,
  untold: readonly string[],
): (J | Judgement)[] {
  if (untold.length === 0) return judged;
  const proven = judged.filter(({ verdict }) => verdict !== 'pass');
  return [...proven, { verdict: 'unknown', message: `${noun} not known of ${listed(untold)}` }];
}
