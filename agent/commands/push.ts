import { join } from 'node:path';
import { CommandError, type ExitName } from '../../shared/exit.ts';
import type { Io } from '../../shared/io.ts';
import { parseDuration } from '../../shared/units.ts';
import { type Clock, clockOf } from '../delivery/clock.ts';
import { type DeliveryResult, deliver } from '../delivery/deliver.ts';
import { liveHost } from '../host/live.ts';
import { stateFiles } from '../host/state-files.ts';
import {
  type Identity,
  type IdentityPlace,
  openIdentity,
  readIdentity,
  writeIdentity,
} from '../identity/identity.ts';
import { machineIdOf, slotMs } from '../identity/machine.ts';
import type { TargetOptions } from '../identity/target.ts';
import { type SourceOptions, stateFolder } from '../source.ts';
import { openSpool } from '../spool/spool.ts';
import { alone } from '../state/alone.ts';
import { notEnrolled, sendOff } from './dispatch.ts';
import { ownReport, spoolOrLose, spoolReport } from './new-report.ts';

export interface PushOptions extends SourceOptions, TargetOptions {
  splay?: string;
}

/** Puts a new report on disk, then delivers what is there; what is not acknowledged stays. */
export async function push(options: PushOptions, io: Io): Promise<ExitName> {
  const clock = clockOf(io);
  await ownSlot(options, clock);
  const state = stateFolder(options, io);
  return alone(state, async () => {
    const place = await openIdentity(state, stateFiles);
    const identity = await readIdentity(place);
    if (identity === null) throw notEnrolled(null);
    mustBeNamed(options, identity);
    const spool = await openSpool({ folder: join(state, 'spool'), files: stateFiles });
    const text = JSON.stringify(await ownReport({ ...options, node: identity.node }, spool, io));
    const onDisk = await spoolReport(spool, text, io);
    let safe = onDisk;
    try {
      // an enrolment that ended keeps collecting: its reports go out under the next one
      if (identity.endedAt !== undefined) throw notEnrolled(identity);
      const run = { place, identity, options, clock, warn: io.err };
      const exit = await sendOff(run, async (courier) => {
        const loose = onDisk ? {} : { loose: text };
        const result = await deliver({ spool, courier, clock, ...loose });
        safe ||= result.looseDelivered;
        tell(result, identity.node, io);
        if (result.ended) await endEnrolment(place, courier.identity, io);
        return result.exit;
      });
      return safe ? exit : 'tryAgain';
    } finally {
      if (!safe) await spoolOrLose(spool, text, io);
    }
  });
}

/** Waits for this machine's turn, so that a fleet started by one timer does not come at once. */
async function ownSlot({ splay }: PushOptions, clock: Clock): Promise<void> {
  if (splay === undefined) return;
  const splayMs = parseDuration(splay);
  if (splayMs === null || splayMs > MAX_SPLAY_MS) {
    const expected = 'expected a duration of at most a day, such as 10m';
    throw new CommandError('usage', `--splay: ${expected}, found "${splay}"`);
  }
  await clock.pause(slotMs(await machineIdOf(liveHost()), splayMs));
}

const MAX_SPLAY_MS = 24 * 3_600_000;

function mustBeNamed({ node }: PushOptions, identity: Identity): void {
  if (node === undefined || node === identity.node) return;
  const words = `this node is enrolled as ${identity.node}, and reports under no other name`;
  throw new CommandError('usage', `--node: ${words}`);
}

function tell({ delivered, aside, left, reason }: DeliveryResult, node: string, io: Io): void {
  for (const { entry, reason: why } of aside) io.err(`set aside ${entry}: ${why}\n`);
  // nothing may be left of a spool that had no room for the one report
  const stay = left === 0 ? '' : `${left} reports stay in the spool: `;
  if (reason !== null) io.err(`${stay}${reason}\n`);
  io.err(`delivered ${delivered} of ${node}\n`);
}

async function endEnrolment(place: IdentityPlace, identity: Identity, io: Io): Promise<void> {
  const ended = { ...identity, endedAt: io.now().toISOString() };
  await writeIdentity(place, ended);
  io.err(`${notEnrolled(ended).message}\n`);
}
