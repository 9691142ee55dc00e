import type { GateResult } from '../../shared/gate.ts';
import type { Fleet } from '../fleet.ts';

export type { GateResult, GateState } from '../../shared/gate.ts';

/** A named question over the cluster. */
export interface Gate {
  /** one of `gateIds` */
  id: string;
  title: string;
  /** what its being open promises, and what it does not */
  question: string;
  /** asks only joining nodes for their own checks; those across nodes see all members */
  ofJoining?: true;
  /** asks about nodes that are to be drained, or were */
  ofDraining?: true;
  /** whether a check belongs to the question */
  asks(check: string): boolean;
}

export type DecideGate = (gate: Gate, fleet: Fleet) => GateResult;
