import { allInOrder } from '../attempts.ts';
import { type Host, ParseError } from '../host/host.ts';
import { listOrNone, readOrNull } from '../listing.ts';
import { parseWhole } from '../parse.ts';
import { jobFiles, QUEUE } from './job-queue.ts';

/** The folder in which Ganeti keeps what it knows. */
export const DATA = '/var/lib/ganeti';

/** Whether the queue takes no new jobs. */
export async function queueDrained(host: Host): Promise<boolean> {
  return (await listOrNone(host, QUEUE)).includes('drain');
}

/** How many job files stand in the queue, archived ones not counted. */
export async function jobFileCount(host: Host): Promise<number> {
  return (await jobFiles(host, QUEUE)).length;
}

/** Until when the watcher does nothing, as an instant; null when it was not told to pause. */
export async function watcherPausedUntil(host: Host): Promise<string | null> {
  const path = `${DATA}/watcher.pause`;
  const text = await readOrNull(host, path);
  if (text === null) return null;
  const until = new Date(parseWhole(text, path) * 1000);
  if (Number.isNaN(until.getTime())) throw new ParseError(`${path}: not a time`);
  return until.toISOString();
}

/** When the watcher last wrote what it found; null when it never did, as on any but the master. */
export async function watcherRanAt(host: Host): Promise<string | null> {
  const names = (await listOrNone(host, DATA)).filter((name) => STATE_FILE.test(name));
  const times = await allInOrder(
    names.map(async (name) => (await host.stat(`${DATA}/${name}`)).modifiedMs),
  );
  return times.length === 0 ? null : new Date(Math.max(...times)).toISOString();
}

/** Each node group has its own pair. */
const STATE_FILE = /^watcher\.[0-9a-f-]{36}\.(?:data|instance-status)$/;
