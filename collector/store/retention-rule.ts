/** Deliveries wait while a step runs: some milliseconds. */
export const STEP_ROWS = 200;

const DAY_MS = 24 * 60 * 60_000;

/** What of a report says whether it repeats another. */
export interface Told {
  collected_at: number;
  received_at: number;
  skeleton_id: number | null;
}

/** Whether a report says what the one before it said, on the same day. */
export function repeats(row: Told, before: Told | undefined): boolean {
  return (
    before !== undefined &&
    row.skeleton_id !== null &&
    before.skeleton_id === row.skeleton_id &&
    dayOf(before.collected_at) === dayOf(row.collected_at) &&
    // The clock of a node may stand still.
    dayOf(before.received_at) === dayOf(row.received_at)
  );
}

function dayOf(instantMs: number): number {
  return Math.floor(instantMs / DAY_MS);
}
