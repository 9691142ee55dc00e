import type { ExitName } from '../../shared/exit.ts';
import type { Io } from '../../shared/io.ts';
import { loadPolicy, openSource, type SourceOptions, takeReport } from '../source.ts';

/** Prints the report as JSON; a failed section is part of it and no error of the command. */
export async function report(options: SourceOptions, io: Io): Promise<ExitName> {
  const { policy } = await loadPolicy(options);
  const source = await openSource(options, io);
  const taken = await takeReport(source, { ...options, policyValue: policy }, io);
  io.out(`${JSON.stringify(taken, null, 2)}\n`);
  return 'open';
}
