/** When in a maintenance a command has its place. */
export const planPhases = ['prepare', 'move', 'down', 'return', 'restore'] as const;

export type PlanPhase = (typeof planPhases)[number];

/** One command, ready to paste, and why it stands where it stands. */
export interface PlanStep {
  phase: PlanPhase;
  /** the node to give it on */
  on: string;
  command: string;
  reason: string;
  /** of a move: how long it takes by memory and bandwidth; null: not worked out */
  expectedMs: number | null;
}

/** The way through a maintenance, there and back. */
export interface MaintenancePlan {
  drain: string[];
  steps: PlanStep[];
  /** of all moves, one after the other */
  expectedMs: number;
  /** what the durations rest on, and what may make them longer */
  notes: string[];
}
