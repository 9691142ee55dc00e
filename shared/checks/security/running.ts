import type { GuestArguments, GuestsFacts } from '../../facts/guests.ts';

/** Guests that run, with their command lines, and those of which it cannot be told. */
export interface RunningGuests {
  told: { instance: string; uid: number | null; facts: GuestArguments }[];
  untold: string[];
}

/** What runs on the node; a pid file whose process is gone or another's is no running guest. */
export function runningGuests({ guests }: GuestsFacts): RunningGuests {
  const told: RunningGuests['told'] = [];
  const untold: string[] = [];
  for (const { instance, process } of guests) {
    if (process.status === 'failed') untold.push(instance);
    else if (process.value.state === 'running') {
      const { arguments: given, uid } = process.value;
      if (given.status === 'ok') told.push({ instance, uid, facts: given.value });
      else untold.push(instance);
    }
  }
  return { told, untold };
}
