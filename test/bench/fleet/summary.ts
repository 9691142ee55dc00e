import type { FleetRun, Outcome } from './fleet.ts';

/** The figures of a run, as `--format json` prints them. */
export interface Summary {
  nodes: number;
  /** until the last agent had done what was planned, and waited where it had to */
  ranMs: number;
  made: number;
  acknowledged: number;
  left: number;
  missed: number;
  /** reports, while the schedule lasted */
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** of the later half of the answers: a start is over by then */
  laterP99Ms: number;
  longestMs: number;
  latenessP99Ms: number;
  answers: Record<string, number>;
  arrivals: number[];
}

/** What came of a run, in figures. */
export function summaryOf(run: FleetRun, { tally, ranMs, left }: Outcome): Summary {
  const latencies = sorted(tally.latenciesMs);
  return {
    ...{ nodes: run.nodes, ranMs, left, made: tally.made, missed: tally.missed },
    acknowledged: tally.acknowledged.length,
    perSecond: (tally.made / run.forMs) * 1000,
    p50Ms: share(latencies, 0.5),
    p99Ms: share(latencies, 0.99),
    laterP99Ms: share(sorted(tally.latenciesMs.slice(latencies.length / 2)), 0.99),
    longestMs: latencies.at(-1) ?? 0,
    latenessP99Ms: share(sorted(tally.latenessMs), 0.99),
    answers: Object.fromEntries([...tally.answers].sort()),
    arrivals: tally.arrivals,
  };
}

/** The summary for a person. */
export function summaryText(summary: Summary): string {
  const { ranMs, made, acknowledged, left, missed, perSecond } = summary;
  const answers = Object.entries(summary.answers).map(([code, count]) => `${code}: ${count}`);
  return [
    `${summary.nodes} nodes, ${(ranMs / 1000).toFixed(1)} s: ${made} reports, ` +
      `${perSecond.toFixed(1)}/s; acknowledged ${acknowledged}, left ${left}`,
    `answers after p50 ${summary.p50Ms.toFixed(1)} ms, p99 ${summary.p99Ms.toFixed(1)} ms ` +
      `(${summary.laterP99Ms.toFixed(1)} ms in the later half), ` +
      `longest ${summary.longestMs.toFixed(0)} ms; ${answers.join(', ')}`,
    `this load: p99 begun ${summary.latenessP99Ms.toFixed(0)} ms late, ${missed} pushes left out ` +
      'because the one before was at work',
    ...histogram(summary.arrivals),
  ].join('\n');
}

const MAX_LINES = 40;
const BAR = 50;

/** Requests by second, or by as many seconds as make few enough lines. */
export function histogram(arrivals: readonly number[]): string[] {
  const width = Math.max(1, Math.ceil(arrivals.length / MAX_LINES));
  const counts: number[] = [];
  for (let from = 0; from < arrivals.length; from += width) {
    counts.push(arrivals.slice(from, from + width).reduce((sum, count) => sum + count, 0));
  }
  const most = Math.max(1, ...counts);
  const head = width === 1 ? 'requests in each second' : `requests in each ${width} seconds`;
  const lines = counts.flatMap((count, index) => {
    // one line for a time in which nobody came
    if (count === 0 && counts[index - 1] === 0) return [];
    const bar = '#'.repeat(Math.ceil((count / most) * BAR));
    return `${String(index * width).padStart(6)} s ${String(count).padStart(7)} ${bar}`.trimEnd();
  });
  return [`${head}:`, ...lines];
}

function sorted(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b);
}

function share(values: readonly number[], of: number): number {
  return values[Math.floor(values.length * of)] ?? 0;
}
