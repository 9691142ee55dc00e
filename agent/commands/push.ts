import { join } from 'node:path';
import type { ExitName } from '../../shared/exit.ts';
import type { Io } from '../../shared/io.ts';
import { deliver } from '../push.ts';
import { loadPolicy, openSource, type SourceOptions, stateFolder, takeReport } from '../source.ts';
import { addToSpool, boundSpool, openSpool } from '../spool.ts';

export interface PushOptions extends SourceOptions {
  collector: string;
  tokenFile: string;
  ca?: string;
  spool?: string;
}

/** Puts a new report on disk, then delivers what is there; what is not acknowledged stays. */
export async function push(options: PushOptions, io: Io): Promise<ExitName> {
  const { policy } = await loadPolicy(options);
  const source = await openSource(options, io);
  const report = await takeReport(source, { ...options, policyValue: policy }, io);
  const spool = await openSpool(options.spool ?? join(stateFolder(options, io), 'spool'));
  await addToSpool(spool, JSON.stringify(report), report.collectedAt);
  const dropped = await boundSpool(spool);
  if (dropped > 0) io.err(`spool is full: dropped the ${dropped} oldest reports\n`);
  const result = await deliver(
    spool,
    {
      collector: options.collector,
      tokenFile: options.tokenFile,
      ...(options.ca === undefined ? {} : { caFile: options.ca }),
    },
    Math.random,
  );
  for (const { entry, reason } of result.aside) io.err(`set aside ${entry}: ${reason}\n`);
  if (result.reason !== null)
    io.err(`${result.left} reports stay in the spool: ${result.reason}\n`);
  io.err(`delivered ${result.delivered} of ${report.node}\n`);
  return result.exit;
}
