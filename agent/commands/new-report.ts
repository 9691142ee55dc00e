import { CommandError } from '../../shared/exit.ts';
import type { Io } from '../../shared/io.ts';
import type { Report } from '../../shared/report.ts';
import { loadPolicy, openSource, type SourceOptions, takeReport } from '../source.ts';
import { readLedger, writeLedger } from '../spool/ledger.ts';
import { addToSpool, boundSpool, type Spool } from '../spool/spool.ts';

/** A report of this machine, with what the collector never got of those before it. */
export async function ownReport(options: SourceOptions, spool: Spool, io: Io): Promise<Report> {
  const { policy } = await loadPolicy(options);
  const source = await openSource(options, io);
  const report = await takeReport(source, { ...options, policyValue: policy }, io);
  const { dropped, aside } = await readLedger(spool);
  return { ...report, agent: { ...report.agent, spool: { dropped, aside } } };
}

/** Puts a new report on disk; false, and said, when the disk does not take it. */
export async function spoolReport(spool: Spool, text: string, io: Io): Promise<boolean> {
  const trouble = await troubleOf(() => addToSpool(spool, text, io.now()));
  if (trouble !== null) {
    io.err(`${trouble}\nthe new report has no place on disk: it is sent from memory\n`);
    return false;
  }
  const surplus = await troubleOf(async () => {
    const dropped = await boundSpool(spool);
    if (dropped > 0) io.err(`the spool is full: dropped the ${dropped} oldest reports\n`);
  });
  if (surplus !== null) io.err(`${surplus}\n`);
  return true;
}

/**
 * The last chance of a report that was neither stored nor delivered: what was delivered before it
 * may have made room. Else it is lost, which is said, and counted if there is room for that.
 */
export async function spoolOrLose(spool: Spool, text: string, io: Io): Promise<void> {
  const trouble = await troubleOf(() => addToSpool(spool, text, io.now()));
  if (trouble === null) {
    io.err('there is room on disk again: the new report stays in the spool\n');
    return;
  }
  const uncounted = await troubleOf(async () => {
    const { dropped } = await readLedger(spool);
    await writeLedger(spool, { dropped: dropped + 1 });
  });
  const count = uncounted === null ? '' : ', and there is no room to count it';
  io.err(`the new report is lost${count}: ${trouble}\n`);
}

/** What a disk had against it; null when nothing. */
async function troubleOf(work: () => Promise<unknown>): Promise<string | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (error instanceof CommandError) return error.message;
    throw error;
  }
}
