import { CommandError, type ExitName } from '../../shared/exit.ts';
import { readLedger, writeLedger } from '../spool/ledger.ts';
import { type Spool, spoolEntries } from '../spool/spool.ts';
import type { Clock } from './clock.ts';
import { type Delivery, type Run, settle, settleLoose } from './entry.ts';
import type { Meaning } from './meaning.ts';

/** How a run of deliveries ended. */
export interface DeliveryResult {
  delivered: number;
  /** files that were damaged or that the collector refused for good, with the reason */
  aside: { entry: string; reason: string }[];
  left: number;
  exit: ExitName;
  /** why entries are left; null when none are */
  reason: string | null;
  /** the collector does not know this node */
  ended: boolean;
  /** a report that was not on disk went out too */
  looseDelivered: boolean;
}

/** A run ends after it, so that the next one of the timer finds nobody at work. */
export const RUN_LIMIT_MS = 4 * 60_000;

/** A collector that asks for more is asked again after this: its clock may be wrong, or it. */
export const MAX_WAIT_MS = 60 * 60_000;

/**
 * Delivers what the spool holds, oldest first; an entry goes only after its acknowledgement. One
 * that cannot be delivered does not stop the others, as long as the collector takes any at all.
 */
export async function deliver(delivery: Delivery): Promise<DeliveryResult> {
  const { spool, clock } = delivery;
  const result: DeliveryResult = { ...NOTHING, aside: [] };
  const wait = await waitUntil(spool, clock);
  if (wait !== null) {
    const reason = `the collector asked not to be asked before ${wait}`;
    return ended(spool, { ...result, exit: 'tryAgain', reason });
  }
  const run: Run = { ...delivery, endsAt: clock.now().getTime() + RUN_LIMIT_MS, renumbered: false };
  const stop = (await deliverAll(run, result)) ?? (await deliverLoose(run, result));
  if (stop === null) return ended(spool, result);
  if (stop.waitMs !== undefined) await noteWait(spool, clock, stop.waitMs);
  const { exit, reason } = stop;
  return ended(spool, { ...result, exit, reason, ended: stop.ended === true });
}

const NOTHING: Omit<DeliveryResult, 'aside'> = {
  delivered: 0,
  left: 0,
  exit: 'open',
  reason: null,
  ended: false,
  looseDelivered: false,
};

type Stop = Extract<Meaning, { is: 'stop' }>;

/** Delivers one after another; says why it stopped before the end. */
async function deliverAll(run: Run, result: DeliveryResult): Promise<Stop | null> {
  const done = new Set<string>();
  /** whether anything shows that the collector works: until then a failure may be its own */
  let alive = false;
  let doubted = false;
  for (;;) {
    const waiting = (await spoolEntries(run.spool)).filter(({ digest }) => !done.has(digest));
    // after a failure the newest says whether the collector or the entry is to blame
    const entry = doubted && !alive ? waiting.at(-1) : waiting[0];
    if (entry === undefined) return null;
    done.add(entry.digest);
    const settled = await settle(run, entry);
    if (settled.is === 'stop') return settled;
    if (settled.is === 'left') {
      result.reason ??= settled.reason;
      if (!settled.alive && doubted && !alive) {
        return { is: 'stop', exit: 'tryAgain', reason: result.reason };
      }
      if (settled.alive) alive = true;
      else doubted = true;
      continue;
    }
    alive = true;
    if (settled.is === 'delivered') result.delivered += 1;
    else result.aside.push({ entry: entry.name, reason: settled.reason });
  }
}

/** Delivers what is not on disk; says why nothing more can be delivered. */
async function deliverLoose(run: Run, result: DeliveryResult): Promise<Stop | null> {
  if (run.loose === undefined) return null;
  const settled = await settleLoose(run, run.loose);
  if (settled.is === 'stop') return settled;
  result.looseDelivered = settled.is === 'delivered';
  if (settled.is === 'delivered') result.delivered += 1;
  else result.reason ??= settled.reason;
  return null;
}

async function waitUntil(spool: Spool, clock: Clock): Promise<string | null> {
  const { notBefore } = await readLedger(spool);
  if (notBefore === null) return null;
  const waitMs = new Date(notBefore).getTime() - clock.now().getTime();
  return waitMs > 0 && waitMs <= MAX_WAIT_MS ? notBefore : null;
}

/** What cannot be noted is forgotten: the collector is asked too early, and says so again. */
async function noteWait(spool: Spool, clock: Clock, waitMs: number): Promise<void> {
  const until = clock.now().getTime() + Math.min(waitMs, MAX_WAIT_MS);
  const notBefore = new Date(until).toISOString();
  await writeLedger(spool, { notBefore }).catch(unlessDisk);
}

function unlessDisk(error: unknown): void {
  if (!(error instanceof CommandError)) throw error;
}

async function ended(spool: Spool, result: DeliveryResult): Promise<DeliveryResult> {
  const left = (await spoolEntries(spool)).length;
  if (result.exit !== 'open') return { ...result, left };
  if (left > 0) return { ...result, left, exit: 'tryAgain' };
  return { ...result, exit: result.aside.length > 0 ? 'badData' : 'open' };
}
