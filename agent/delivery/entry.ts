import { gzipSync } from 'node:zlib';
import { CommandError } from '../../shared/exit.ts';
import { digestOf, type Entry, entryOf } from '../spool/entry.ts';
import {
  freeSequence,
  readEntry,
  removeEntry,
  renumber,
  type Spool,
  setAside,
  spoolEntries,
} from '../spool/spool.ts';
import { jsonOf } from './answer.ts';
import { pauseAfter } from './backoff.ts';
import type { Clock } from './clock.ts';
import { NoAnswer } from './connection.ts';
import type { Courier } from './courier.ts';
import { type Meaning, meaningOf, meaningOfSilence } from './meaning.ts';

/** What a run delivers, and by whom. */
export interface Delivery {
  spool: Spool;
  courier: Courier;
  clock: Clock;
  /** the text of a report that found no room on disk: it is sent last, from memory */
  loose?: string;
}

/** A run of deliveries on its way. */
export interface Run extends Delivery {
  /** milliseconds since the epoch: nothing is waited for beyond it */
  endsAt: number;
  /** sequences were raised already: a second refusal has another cause */
  renumbered: boolean;
}

/** The end of an entry in a run. */
export type Settled = Exclude<Meaning, { is: 'again' | 'renumber' }>;

/** Brings one entry to its end: delivered and removed, set aside, or left. */
export async function settle(run: Run, entry: Entry): Promise<Settled> {
  const { spool } = run;
  return orLeft(async () => {
    const meaning = await sent(run, entry);
    if (meaning.is === 'delivered') await removeSent(spool, entry);
    if (meaning.is === 'aside') await setAside(spool, entry.name);
    return meaning;
  });
}

/** Brings a report to its end that is not on disk, under a sequence that nobody writes down. */
export async function settleLoose(run: Run, text: string): Promise<Settled> {
  return orLeft(async () => {
    const sequence = await freeSequence(run.spool, run.clock.now());
    const entry = entryOf(sequence, digestOf(text));
    return attempt(run, { entry, body: gzipSync(text) });
  });
}

/** A file or a disk that fails now may not later, and must not stop what can be delivered. */
async function orLeft(work: () => Promise<Settled>): Promise<Settled> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { is: 'left', reason: error.message, alive: true };
  }
}

async function sent(run: Run, entry: Entry): Promise<Settled> {
  const body = await readEntry(run.spool, entry);
  if (body === null) return { is: 'aside', reason: 'the file is damaged' };
  const flaw = flawOf(body, run.courier.identity.node);
  if (flaw !== null) return { is: 'aside', reason: flaw };
  return attempt(run, { entry, body: gzipSync(body) });
}

const REPORTS = '/api/v1/reports';
const JSON_GZIP = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
const ATTEMPTS = 3;

/** A sequence that was raised on the way gave the entry another name. */
async function removeSent(spool: Spool, { digest }: Entry): Promise<void> {
  const entry = (await spoolEntries(spool)).find((one) => one.digest === digest);
  if (entry !== undefined) await removeEntry(spool, entry);
}

/** The node comes from the credential: a report of another name would never be taken. */
function flawOf(body: string, node: string): string | null {
  const report = jsonOf(body);
  if (typeof report !== 'object' || report === null) return 'it is not JSON';
  if (!('node' in report) || report.node === node) return null;
  return `a report of ${String(report.node).slice(0, 253)}, and this node is enrolled as ${node}`;
}

interface Sending {
  entry: Entry;
  body: Buffer;
}

/** Tries until the answer stands, within the attempts and the time of the run. */
async function attempt(run: Run, sending: Sending): Promise<Settled> {
  const { clock, endsAt } = run;
  let entry = sending.entry;
  for (let round = 1; ; round++) {
    const meaning = await tryOnce(run, { ...sending, entry });
    if (meaning.is === 'renumber') {
      if (run.renumbered) return { is: 'left', reason: meaning.reason, alive: true };
      run.renumbered = true;
      await renumber(run.spool, meaning.lastSequence);
      entry = await renumbered(run, entry, meaning.lastSequence);
      continue;
    }
    if (meaning.is !== 'again') return meaning;
    const pauseMs = pauseAfter(round, meaning.afterMs, clock.random);
    const tooLate = clock.now().getTime() + pauseMs >= endsAt;
    if (round >= ATTEMPTS || tooLate) return settledOf(meaning.otherwise);
    await clock.pause(pauseMs);
  }
}

/** The entry under its new sequence; a loose one comes after those on disk. */
async function renumbered(
  { spool, clock }: Run,
  { digest }: Entry,
  lastSequence: number,
): Promise<Entry> {
  const entry = (await spoolEntries(spool)).find((one) => one.digest === digest);
  if (entry !== undefined) return entry;
  const sequence = await freeSequence(spool, clock.now());
  return entryOf(Math.max(sequence, lastSequence + 1), digest);
}

function settledOf(meaning: Meaning): Settled {
  if (meaning.is === 'again') return settledOf(meaning.otherwise);
  if (meaning.is !== 'renumber') return meaning;
  return { is: 'left', reason: meaning.reason, alive: true };
}

async function tryOnce({ courier, clock }: Run, { entry, body }: Sending): Promise<Meaning> {
  const { sequence, digest } = entry;
  try {
    const answer = await courier.post({ path: REPORTS, headers: JSON_GZIP, body, sequence });
    return meaningOf(answer, digest, clock.now());
  } catch (error) {
    if (error instanceof NoAnswer) return meaningOfSilence(error);
    throw error;
  }
}
