import { join } from 'node:path';
import type { ExitName } from '../../shared/exit.ts';
import type { Io } from '../../shared/io.ts';
import { clockOf } from '../delivery/clock.ts';
import { stateFiles } from '../host/state-files.ts';
import { askRotation } from '../identity/enrolment.ts';
import { makeNextKey, openIdentity, writeIdentity } from '../identity/identity.ts';
import type { TargetOptions } from '../identity/target.ts';
import { type SourceOptions, stateFolder } from '../source.ts';
import { nextSequence, openSpool } from '../spool/spool.ts';
import { alone } from '../state/alone.ts';
import { enrolledIdentity, sendOff } from './dispatch.ts';

export type RotateOptions = Pick<SourceOptions, 'state'> & TargetOptions;

/** Puts a new key in the place of this node's, signed in by the old one. */
export async function rotateKey(options: RotateOptions, io: Io): Promise<ExitName> {
  const state = stateFolder(options, io);
  return alone(state, async () => {
    const place = await openIdentity(state, stateFiles);
    const identity = await enrolledIdentity(place);
    const spool = await openSpool({ folder: join(state, 'spool'), files: stateFiles });
    const sequence = await nextSequence(spool, io.now());
    const key = await makeNextKey(place, [identity.key]);
    const dispatch = { place, identity, options, clock: clockOf(io), warn: io.err };
    return sendOff(dispatch, async (courier) => {
      await askRotation(courier, { key, sequence }).catch((error: unknown) => {
        // the answer to an earlier rotation was lost: the new key turned out to be in use already
        if (courier.identity.key !== key.id) throw error;
      });
      await writeIdentity(place, { ...courier.identity, key: key.id });
      io.err(`the key of ${identity.node} is now ${key.id.slice(0, 16)}…\n`);
      return 'open';
    });
  });
}
