import type { Clock } from '../../../agent/delivery/clock.ts';
import { type Enrolled, type SimulatedNode, simulatedNode } from './node.ts';
import { type Plan, plansOf, type Schedule, type Span } from './schedule.ts';
import { newTally, type Tally } from './tally.ts';

/** What a fleet does, and for how long it may go on delivering what is left at the end. */
export interface FleetRun extends Schedule {
  changeEvery: number;
  drainMs: number;
}

/** What came of a run; `left` is what lies in the spools still. */
export interface Outcome {
  tally: Tally;
  ranMs: number;
  left: number;
}

/**
 * Lets the fleet live through its schedule, then deliver what is left. The periods are those of
 * the schedule; the agents' waiting between attempts, and what Retry-After asks, is not shortened.
 */
export async function runFleet(enrolled: readonly Enrolled[], run: FleetRun): Promise<Outcome> {
  const tally = newTally();
  const living = { tally, clock: realClock, changeEvery: run.changeEvery };
  const nodes = enrolled.map((one) => simulatedNode(one, living));
  const plans = plansOf(run);
  await Promise.all(nodes.map((node, index) => live(node, plans[index] ?? NOTHING_PLANNED, tally)));
  const ranMs = performance.now() - tally.began;
  const left = await drain(nodes, run);
  return { tally, ranMs, left };
}

const NOTHING_PLANNED: Plan = { pushesMs: [], out: null, down: null };

const realClock: Clock = {
  now: () => new Date(),
  pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  random: Math.random,
};

async function live(node: SimulatedNode, plan: Plan, tally: Tally): Promise<void> {
  const elapsed = () => performance.now() - tally.began;
  const until = (at: number) => realClock.pause(Math.max(0, at - elapsed()));
  let [cuts, busyUntil] = [0, 0];
  const cut = async ([from, to]: Span) => {
    await until(from);
    cuts += 1;
    node.network(false);
    await until(to);
    cuts -= 1;
    if (plan.down?.[1] === to) node.reboot();
    if (cuts === 0) node.network(true);
  };
  const pushing = async () => {
    for (const at of plan.pushesMs) {
      if (at < busyUntil) {
        tally.missed += 1;
        continue;
      }
      await until(at);
      tally.latenessMs.push(elapsed() - at);
      await node.push();
      busyUntil = elapsed();
    }
  };
  const troubles = [plan.out, plan.down].flatMap((span) => (span === null ? [] : [cut(span)]));
  await Promise.all([pushing(), ...troubles]);
}

/** In rounds of a thirtieth of the time, each node in its own moment of it. */
async function drain(nodes: readonly SimulatedNode[], { drainMs }: FleetRun): Promise<number> {
  const endsAt = performance.now() + drainMs;
  for (;;) {
    const counts = await Promise.all(nodes.map((node) => node.left()));
    const left = counts.reduce((sum, count) => sum + count, 0);
    if (left === 0 || performance.now() >= endsAt) return left;
    const behind = nodes.filter((_, index) => counts[index] !== 0);
    await Promise.all(
      behind.map(async (node) => {
        await realClock.pause((Math.random() * drainMs) / DRAIN_ROUNDS);
        await node.flush();
      }),
    );
  }
}

const DRAIN_ROUNDS = 30;
