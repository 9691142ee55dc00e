import { join } from 'node:path';
import { openConnection, type Target } from '../../../agent/delivery/connection.ts';
import { askEnrolment } from '../../../agent/identity/enrolment.ts';
import { makeNextKey, openIdentity, writeIdentity } from '../../../agent/identity/identity.ts';
import { digestOf } from '../../../agent/spool/entry.ts';
import { openSpool } from '../../../agent/spool/spool.ts';
import type { Store } from '../../../collector/store/store.ts';
import { createEnrolmentToken } from '../../../collector/tokens.ts';
import type { Kind } from './kinds.ts';
import { type Enrolled, unsyncedFiles } from './node.ts';

/** Who is to be enrolled, and where. */
export interface Enrolling {
  /** of the collectors: the tokens are made here, as `muster token create` does */
  store: Store;
  cluster: string;
  nodes: number;
  kinds: readonly Kind[];
  /** the nodes take turns at these */
  targets: readonly Target[];
  /** holds the state of all agents */
  folder: string;
}

/** At a time; each makes a TLS connection. */
const CONCURRENCY = 8;
const TOKEN_LIFE_MS = 3_600_000;

/** Enrols every node of the fleet, over HTTP, each for a one-time token of its own. */
export async function enrolFleet(enrolling: Enrolling): Promise<Enrolled[]> {
  const enrolled: Enrolled[] = [];
  let next = 0;
  const work = async () => {
    for (let index = next++; index < enrolling.nodes; index = next++) {
      enrolled[index] = await enrol(enrolling, index);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return enrolled;
}

/** The name of one of the fleet. */
export function nodeName(index: number): string {
  return `node${String(index).padStart(5, '0')}.fleet.example.org`;
}

async function enrol(enrolling: Enrolling, index: number): Promise<Enrolled> {
  const { store, cluster, kinds, targets, folder } = enrolling;
  const [node, state] = [nodeName(index), join(folder, String(index))];
  const [target, kind] = [targets[index % targets.length], kinds[index % kinds.length]];
  if (target === undefined || kind === undefined) throw new Error('no collector or no kind');
  const at = new Date();
  const expiresAt = new Date(at.getTime() + TOKEN_LIFE_MS);
  const change = { by: 'fleet', at };
  const { secret } = await createEnrolmentToken(store, { cluster, node, expiresAt }, change);
  const place = await openIdentity(state, unsyncedFiles);
  const spool = await openSpool({ folder: join(state, 'spool'), files: unsyncedFiles });
  const key = await makeNextKey(place, []);
  const connection = openConnection(target);
  const asking = { token: secret, node, machineId: digestOf(`machine ${node}`), key };
  const answer = await askEnrolment(connection, asking).finally(() => connection.close());
  const { collector } = target;
  const identity = {
    ...{ format: 1 as const, collector, cluster, node: answer.node, key: answer.key },
    ...{ trust: null, enrolledAt: at.toISOString() },
  };
  await writeIdentity(place, identity);
  return { identity, place, key, spool, target, kind, number: index };
}
