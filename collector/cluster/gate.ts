import type { GateResult } from '../../shared/gate.ts';
import type { Fleet } from '../fleet.ts';

export type { GateResult, GateState } from '../../shared/gate.ts';

/** A named question over the cluster. */
export interface Gate {
  id: string;
  title: string;
  /** what its being open promises, and what it does not */
  question: string;
  /** asks only joining nodes for their own checks; those across nodes see all members */
  ofJoining?: true;
  /** whether a check belongs to the question */
  asks(check: string): boolean;
}

export type DecideGate = (gate: Gate, fleet: Fleet) => GateResult;
