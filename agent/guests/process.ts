import type { GuestProcess } from '../../shared/facts/guests.ts';
import { orNull } from '../attempts.ts';
import { type Host, HostError, ParseError } from '../host/host.ts';
import { textLines } from '../parse.ts';

type Running = Extract<GuestProcess, { state: 'running' }>;

/** The program of a process, and whether its file was replaced since; null when not to be read. */
export async function executable(
  host: Host,
  pid: number,
): Promise<Pick<Running, 'executable' | 'deleted'>> {
  const target = await orNull(() => host.link(`/proc/${pid}/exe`));
  if (target === null) return { executable: null, deleted: null };
  const deleted = target.endsWith(DELETED);
  return { executable: deleted ? target.slice(0, -DELETED.length) : target, deleted };
}

const DELETED = ' (deleted)';

/**
 * Whether QEMU holds a VM of KVM: it keeps its descriptor open for as long as the guest lives, and
 * one that emulates has none. Null when a descriptor could not be looked at.
 */
export async function acceleration(host: Host, pid: number): Promise<Running['acceleration']> {
  const folder = `/proc/${pid}/fd`;
  const names = await orNull(() => host.list(folder));
  if (names === null) return null;
  let seenAll = true;
  for (const name of names) {
    const target = await targetOf(host, `${folder}/${name}`);
    if (target === 'anon_inode:kvm-vm') return 'kvm';
    if (target === null) seenAll = false;
  }
  return seenAll ? 'tcg' : null;
}

/** Empty for one that was closed since the listing; null for one that may not be read. */
async function targetOf(host: Host, path: string): Promise<string | null> {
  try {
    return await host.link(path);
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    return error.kind === 'not_found' ? '' : null;
  }
}

/** The effective user of a process. */
export async function uid(host: Host, pid: number): Promise<number | null> {
  const text = await orNull(() => host.read(`/proc/${pid}/status`));
  return text === null ? null : parseUid(text);
}

/** The second number of the line `Uid:` of `/proc/PID/status` (real, effective, saved, fs). */
export function parseUid(text: string): number {
  const lines = textLines(text, 'status of a process');
  const match = lines.map((line) => /^Uid:\t\d{1,10}\t(\d{1,10})\t/.exec(line)).find(Boolean);
  if (!match) throw new ParseError('status of a process: no line with its users');
  return Number(match[1]);
}

/** Milliseconds from the start of the kernel to that of the process. */
export async function startedAfterBootMs(host: Host, pid: number): Promise<number | null> {
  const text = await orNull(() => host.read(`/proc/${pid}/stat`));
  return text === null ? null : parseStart(text);
}

/** Linux tells times of processes in hundredths of a second on every machine (USER_HZ). */
const MS_PER_TICK = 10;

/** Field 22 of `/proc/PID/stat`; the name before may hold blanks and parentheses. */
export function parseStart(text: string): number {
  const fields = text
    .slice(text.lastIndexOf(')') + 1)
    .trim()
    .split(/\s+/);
  const ticks = fields[STARTED_FIELD] ?? '';
  if (!text.includes(')') || !/^\d{1,14}$/.test(ticks)) {
    throw new ParseError('stat of a process: no start time in its 22nd field');
  }
  return Number(ticks) * MS_PER_TICK;
}

/** Behind the name come the fields from the third on. */
const STARTED_FIELD = 22 - 3;
