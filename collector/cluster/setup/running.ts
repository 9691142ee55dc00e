import { runningGuests } from '../../../shared/checks/security/running.ts';
import type { InstanceConfig } from '../../../shared/facts/ganeti-config.ts';
import type { GuestArguments, GuestsFacts } from '../../../shared/facts/guests.ts';
import type { Setup } from './setup.ts';

/** A guest that runs, where, how it was started, and what the cluster has of it. */
export interface Running {
  node: string;
  name: string;
  given: GuestArguments;
  /** null: the cluster has no instance of that name */
  instance: InstanceConfig | null;
}

/** The guests that run on the nodes that told, and those of which the start is not known. */
export function guestsOf(setup: Setup<{ guests: GuestsFacts }>): {
  running: Running[];
  untold: string[];
} {
  const instances = new Map(setup.config.instances.map((one) => [one.name, one]));
  const running: Running[] = [];
  const untold: string[] = [];
  for (const [node, { guests }] of setup.hosts) {
    const found = runningGuests(guests);
    untold.push(...found.untold.map((name) => `${name} on ${node}`));
    for (const { instance: name, facts: given } of found.told) {
      running.push({ node, name, given, instance: instances.get(name) ?? null });
    }
  }
  return { running, untold };
}
