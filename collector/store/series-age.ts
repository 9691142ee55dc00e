const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** From this age on one point an hour stays, and from the next on one a day. */
const HOURLY_AFTER_MS = 7 * DAY_MS;
const DAILY_AFTER_MS = 90 * DAY_MS;
/** As long as reports are kept by default, and a year to compare with. */
export const SERIES_KEPT_MS = 800 * DAY_MS;

/** A time of which one point for each `grain` stays. */
export interface Thinning {
  from: number;
  /** exclusive */
  to: number;
  grain: number;
}

/** What came of age between the last point and a new one: each is looked at once per grain. */
export function thinningBetween(lastMs: number, atMs: number): Thinning[] {
  const grains = [
    [HOURLY_AFTER_MS, HOUR_MS],
    [DAILY_AFTER_MS, DAY_MS],
  ] as const;
  return grains.flatMap(([afterMs, grain]) => {
    const from = floored(lastMs - afterMs, grain);
    const to = floored(atMs - afterMs, grain);
    return from < to ? [{ from, to, grain }] : [];
  });
}

function floored(ms: number, grain: number): number {
  return Math.floor(ms / grain) * grain;
}
