import { buildProgram } from '../../../agent/program.ts';
import { CommandError, exitCodes } from '../../../shared/exit.ts';
import { captureIo } from '../../capture-io.ts';

/** How a run of the agent ended. */
export interface Ended {
  code: number;
  stdout: string;
  /** with the message of the error that ended it, if one did */
  stderr: string;
}

/** Runs `muster-agent` in this process. */
export async function muster(args: string[], given: { now?: string } = {}): Promise<Ended> {
  const io = captureIo(given);
  let code = -1;
  const program = buildProgram(io, async (exit) => {
    code = exitCodes[await exit];
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return { code, stdout: io.stdout(), stderr: io.stderr() };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const stderr = `${io.stderr()}${error.message}`;
    return { code: exitCodes[error.exit], stdout: io.stdout(), stderr };
  }
}
