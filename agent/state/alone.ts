import { join } from 'node:path';
import { CommandError, type ExitName } from '../../shared/exit.ts';
import { takeLock } from '../host/lock.ts';

/** Does something that changes the agent's state, while no other agent of this machine does. */
export async function alone(state: string, work: () => Promise<ExitName>): Promise<ExitName> {
  const lock = await takeLock(join(state, 'lock'));
  if (lock === null) {
    const words = 'another muster-agent is at work on it; this run is left to the next';
    throw new CommandError('tryAgain', `${state}: ${words}`);
  }
  try {
    return await work();
  } finally {
    await lock.release();
  }
}
