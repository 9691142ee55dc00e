/** What a fleet is to live through; milliseconds of this run, not of the simulated days. */
export interface Schedule {
  nodes: number;
  everyMs: number;
  forMs: number;
  /** a report comes up to this share of its period late */
  jitter: number;
  outages: Trouble;
  restarts: Trouble;
  seed: number;
}

/** What befalls this share of the nodes, once each, for so long. */
export interface Trouble {
  share: number;
  forMs: number;
}

/** From the first of these milliseconds up to the second. */
export type Span = readonly [from: number, to: number];

/** The life of one node. */
export interface Plan {
  /** when its timer elapses */
  pushesMs: number[];
  /** without network: it collects, and nothing gets out */
  out: Span | null;
  /** without power: then it boots, and reports at once */
  down: Span | null;
}

/** The plan of each node; the same seed gives the same plans. */
export function plansOf(schedule: Schedule): Plan[] {
  const random = randomOf(schedule.seed);
  return Array.from({ length: schedule.nodes }, () => planOf(schedule, random));
}

/** Whether an instant lies in a span. */
export function during(span: Span | null, atMs: number): boolean {
  return span !== null && atMs >= span[0] && atMs < span[1];
}

function planOf({ everyMs, forMs, jitter, outages, restarts }: Schedule, random: () => number) {
  const [out, down] = [spanOf(outages, forMs, random), spanOf(restarts, forMs, random)];
  const slot = random() * everyMs;
  const pushesMs = down === null ? [] : [down[1]];
  for (let at = slot; at < forMs; at += everyMs) pushesMs.push(at + random() * jitter * everyMs);
  const kept = pushesMs.filter((at) => at < forMs && !during(down, at)).sort((a, b) => a - b);
  return { pushesMs: kept, out, down };
}

function spanOf(trouble: Trouble, withinMs: number, random: () => number): Span | null {
  const [chance, place] = [random(), random()];
  if (chance >= trouble.share) return null;
  const from = place * Math.max(0, withinMs - trouble.forMs);
  return [from, from + trouble.forMs];
}

/** Marsaglia's xorshift of 32 bits: chance that can be had again. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
}
