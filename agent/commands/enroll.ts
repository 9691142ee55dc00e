import { join } from 'node:path';
import { CommandError, type ExitName } from '../../shared/exit.ts';
import type { Io } from '../../shared/io.ts';
import { defaultPolicy } from '../../shared/policy.ts';
import type { EnrolmentAnswer } from '../../shared/signing.ts';
import { openConnection, type Target } from '../delivery/connection.ts';
import { liveHost } from '../host/live.ts';
import { stateFiles } from '../host/state-files.ts';
import { type Asking, askEnrolment, Refused } from '../identity/enrolment.ts';
import {
  type Identity,
  type IdentityPlace,
  makeNextKey,
  openIdentity,
  readIdentity,
  writeIdentity,
} from '../identity/identity.ts';
import { machineIdOf } from '../identity/machine.ts';
import { readGiven, type TargetOptions, targetOf } from '../identity/target.ts';
import { openSource, type SourceOptions, stateFolder, takeReport } from '../source.ts';
import { readLedger, writeLedger } from '../spool/ledger.ts';
import { openSpool } from '../spool/spool.ts';
import { alone } from '../state/alone.ts';

export interface EnrollOptions extends TargetOptions, Pick<SourceOptions, 'node' | 'state'> {
  collector: string;
  tokenFile: string;
  again: boolean;
}

/** Makes this node's key and has the collector take it on, for a one-time token. */
export async function enroll(options: EnrollOptions, io: Io): Promise<ExitName> {
  const state = stateFolder(options, io);
  return alone(state, async () => {
    const place = await openIdentity(state, stateFiles);
    const held = await standing(place, options);
    const { target, trust } = await targetOf(options, null, stateFiles);
    const token = await readToken(options.tokenFile);
    const host = liveHost();
    const machineId = await machineIdOf(host);
    const node = options.node ?? (await ownName(options, io));
    const answer = await introduce({ place, target, held }, { token, node, machineId });
    const { collector } = target;
    const { cluster, key } = answer;
    const enrolledAt = io.now().toISOString();
    // above the collector's numbers before the first report goes out under the new key
    await raiseSequence(state, answer.lastSequence);
    const identity: Identity = {
      format: 1,
      ...{ collector, cluster, node: answer.node, key, trust, enrolledAt },
    };
    await writeIdentity(place, identity);
    io.err(told(answer));
    return 'open';
  });
}

/** The id of the key in use; refuses to replace an enrolment that nobody asked to replace. */
async function standing(place: IdentityPlace, { again }: EnrollOptions): Promise<string | null> {
  const held = await readIdentity(place).catch((error: unknown) => {
    if (again && error instanceof CommandError) return null;
    throw error;
  });
  if (held === null || again || held.endedAt !== undefined) return held?.key ?? null;
  const { node, collector, enrolledAt } = held;
  const words = `enrolled as ${node} with ${collector} since ${enrolledAt}`;
  throw new CommandError('usage', `this node is ${words}; --again enrols it anew`);
}

interface Introduction {
  place: IdentityPlace;
  target: Target;
  held: string | null;
}

/** A key left by an enrolment or a rotation of long ago may be known: then another one is made. */
async function introduce(
  { place, target, held }: Introduction,
  asking: Omit<Asking, 'key'>,
): Promise<EnrolmentAnswer> {
  const used = held === null ? [] : [held];
  const connection = openConnection(target);
  try {
    for (;;) {
      const key = await makeNextKey(place, used);
      const answer = await askEnrolment(connection, { ...asking, key }).catch(unlessKnown);
      if (answer !== null) return answer;
      used.push(key.id);
    }
  } finally {
    connection.close();
  }
}

function unlessKnown(error: unknown): null {
  if (error instanceof Refused && error.code === 'key_exists') return null;
  throw error;
}

async function readToken(file: string): Promise<string> {
  const token = (await readGiven(stateFiles, file, 'the token')).trim();
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  const expected = 'expected one word, as "muster token create" prints it';
  throw new CommandError('badConfiguration', `${file}: no token; ${expected}`);
}

/** The name that a report of this machine would bear. */
async function ownName(options: EnrollOptions, io: Io): Promise<string> {
  const source = await openSource({}, io);
  const policyValue = defaultPolicy();
  const { state } = options;
  const asked = { ...(state === undefined ? {} : { state }), policyValue };
  const report = await takeReport(source, { ...asked, sections: ['identity'] }, io);
  return report.node;
}

async function raiseSequence(state: string, lastSequence: number): Promise<void> {
  const spool = await openSpool({ folder: join(state, 'spool'), files: stateFiles });
  const { sequence } = await readLedger(spool);
  if (sequence < lastSequence) await writeLedger(spool, { sequence: lastSequence });
}

function told({ node, cluster, key, state }: EnrolmentAnswer): string {
  const enrolled = `enrolled as ${node} of ${cluster}, key ${key.slice(0, 16)}…`;
  if (state === 'active') return `${enrolled}\nnext: muster-agent push\n`;
  const waits = `pending: waits for "muster node approve ${node}" at the collector`;
  return `${enrolled}\n${waits}; its reports stay in the spool until then\n`;
}
