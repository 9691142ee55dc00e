import { CommandError, type ExitName } from '../../shared/exit.ts';
import type { Clock } from '../delivery/clock.ts';
import { openConnection } from '../delivery/connection.ts';
import { type Courier, courierOf } from '../delivery/courier.ts';
import { liveHost } from '../host/live.ts';
import {
  type Identity,
  type IdentityPlace,
  keyOfIdentity,
  readIdentity,
} from '../identity/identity.ts';
import { bootIdOf } from '../identity/machine.ts';
import { type TargetOptions, targetOf } from '../identity/target.ts';

/** Who sends, where to, and how the command line changes that. */
export interface Dispatch {
  place: IdentityPlace;
  identity: Identity;
  options: TargetOptions;
  clock: Clock;
  warn(text: string): void;
}

/** Does something with a courier of this node over one connection, which is closed in the end. */
export async function sendOff(
  { place, identity, options, clock, warn }: Dispatch,
  work: (courier: Courier) => Promise<ExitName>,
): Promise<ExitName> {
  const { target } = await targetOf(options, identity, place.files);
  const key = await keyOfIdentity(place, identity.key);
  const bootId = await bootIdOf(liveHost());
  const connection = openConnection(target);
  try {
    return await work(courierOf({ identity, place, key, connection, bootId, clock, warn }));
  } finally {
    connection.close();
  }
}

/** The identity of a node that is enrolled. */
export async function enrolledIdentity(place: IdentityPlace): Promise<Identity> {
  const identity = await readIdentity(place);
  if (identity?.endedAt === undefined && identity !== null) return identity;
  throw notEnrolled(identity);
}

/** What to say, and how to end, when there is no enrolment to send under. */
export function notEnrolled(identity: Identity | null): CommandError {
  const how = 'muster-agent enroll --collector URL --token-file FILE';
  if (identity === null) {
    return new CommandError('badConfiguration', `this node is not enrolled; enrol it: ${how}`);
  }
  const { node, collector, endedAt } = identity;
  const words = `${collector} did not know ${node} any more at ${endedAt}`;
  const kept = 'the reports in the spool are kept';
  return new CommandError('noPermission', `${words}; ${kept}; enrol it anew: ${how}`);
}
