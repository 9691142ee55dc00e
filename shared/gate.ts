import type { Finding } from './check.ts';
import type { Freshness } from './fleet.ts';
import type { MaintenancePlan } from './maintenance-plan.ts';
import type { Counts } from './render/counts.ts';
import type { Narrowing } from './selection.ts';

/** The questions that gates answer, by name. */
export const gateIds = ['install', 'join', 'health', 'upgrade', 'maintenance'] as const;

export type GateId = (typeof gateIds)[number];

export type GateState = 'open' | 'closed' | 'undecided';

/** A node's part in an answer: whether it was expected, and how old its facts are. */
export interface GateNode {
  node: string;
  expected: boolean;
  freshness: Freshness;
  ageMs: number | null;
  collectedAt: string | null;
}

/** The answer, decided before any formatting; every format is made from this. */
export interface GateResult {
  gate: string;
  title: string;
  cluster: string;
  state: GateState;
  /** the instant the answer holds for, UTC */
  at: string;
  nodes: GateNode[];
  /** with `--select` or `--skip`: what is not asked, so that it never looks like the whole */
  narrowed?: Narrowing;
  /** the findings that close it or leave it undecided, worst first */
  deciding: Finding[];
  /** of an open gate `maintenance`: the commands, there and back */
  plan?: MaintenancePlan;
  /** how many findings there are of each verdict; given when `findings` leaves out what passed */
  counts?: Counts;
  /** every finding of the checks asked, deciding ones included, in the order of the checks */
  findings: Finding[];
}

/** The answer without what passed, which is only counted. */
export interface GateDecision extends Omit<GateResult, 'findings'> {
  counts: Counts;
}
