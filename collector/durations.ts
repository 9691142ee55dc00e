import type { MetricSample } from '../shared/render/exposition.ts';

/** Durations, counted as a histogram of Prometheus counts them. */
export interface Durations {
  add(seconds: number): void;
  samples(): MetricSample[];
}

/** A delivery takes milliseconds; what takes ten seconds an agent gives up. */
const BOUNDS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** A histogram that nothing was added to. */
export function durations(): Durations {
  const upTo = BOUNDS_SECONDS.map((bound) => ({ bound, count: 0 }));
  let count = 0;
  let sumSeconds = 0;
  return {
    add(seconds) {
      for (const bucket of upTo) if (seconds <= bucket.bound) bucket.count += 1;
      count += 1;
      sumSeconds += seconds;
    },
    samples: () => [
      ...upTo.map((one) => bucketOf(String(one.bound), one.count)),
      bucketOf('+Inf', count),
      { suffix: '_sum', labels: {}, value: sumSeconds },
      { suffix: '_count', labels: {}, value: count },
    ],
  };
}

function bucketOf(le: string, value: number): MetricSample {
  return { suffix: '_bucket', labels: { le }, value };
}
