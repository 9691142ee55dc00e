import { buildProgram } from '../../../collector/program.ts';
import { type ExitName, exitCodes, exitOfError } from '../../../shared/exit.ts';
import { captureIo } from '../../capture-io.ts';
import { now } from '../seed-cluster.ts';

/** What a command printed and the code it ended with; its error is in `stderr`. */
export interface Ended {
  code: number | undefined;
  stdout: string;
  stderr: string;
}

/** Runs `muster …` as `main` would, at the instant of the seed's cluster. */
export async function muster(...argv: string[]): Promise<Ended> {
  return musterAt(now, ...argv);
}

/** The same at another instant. */
export async function musterAt(instant: Date, ...argv: string[]): Promise<Ended> {
  const io = captureIo({ now: instant.toISOString() });
  const codes: number[] = [];
  const done = async (exit: Promise<ExitName>) => void codes.push(exitCodes[await exit]);
  try {
    await buildProgram(io, done).parseAsync(argv, { from: 'user' });
  } catch (error) {
    const { code, message } = exitOfError(error);
    return { code, stdout: io.stdout(), stderr: message ?? io.stderr() };
  }
  return { code: codes[0], stdout: io.stdout(), stderr: io.stderr() };
}
