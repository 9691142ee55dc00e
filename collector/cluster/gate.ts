import type { Finding } from '../../shared/check.ts';
import type { Fleet, Freshness } from '../fleet.ts';

export type GateState = 'open' | 'closed' | 'undecided';

/** A named question over the cluster. */
export interface Gate {
  id: string;
  title: string;
  /** what its being open promises, and what it does not */
  question: string;
  /** whether a check belongs to the question */
  asks(check: string): boolean;
}

/** The answer, decided before any formatting; every format is made from this. */
export interface GateResult {
  gate: string;
  title: string;
  cluster: string;
  state: GateState;
  /** the instant the answer holds for, UTC */
  at: string;
  nodes: { node: string; freshness: Freshness; ageMs: number | null; collectedAt: string | null }[];
  /** the findings that close it or leave it undecided, worst first */
  deciding: Finding[];
  /** every finding of the checks asked, deciding ones included, in the order of the checks */
  findings: Finding[];
}

export type DecideGate = (gate: Gate, fleet: Fleet) => GateResult;
