import { readdirSync, readFileSync } from 'node:fs';

/** Processor time of a process so far, all its threads. */
export function processorMs(pid: number): number {
  const stat = statOf(pid);
  return stat === null ? 0 : stat.ownMs;
}

/** The same of a server that makes a process for each client, those that have ended too. */
export function familyMs(pid: number): number {
  const numbers = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const stats = numbers.flatMap((name) => statOf(Number(name)) ?? []);
  const mine = stats.filter((stat) => stat.pid === pid || stat.parent === pid);
  return mine.reduce((sum, { ownMs, reapedMs }) => sum + ownMs + reapedMs, 0);
}

/** The process that made this one. */
export function parentOf(pid: number): number {
  return statOf(pid)?.parent ?? 0;
}

/** The kernel counts in hundredths of a second. */
const TICK_MS = 10;

/** null: it has ended. */
function statOf(pid: number) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    const ticks = (...places: number[]) =>
      places.reduce((sum, place) => sum + Number(fields[place]), 0) * TICK_MS;
    return { pid, parent: Number(fields[1]), ownMs: ticks(11, 12), reapedMs: ticks(13, 14) };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return null;
    throw error;
  }
}
