import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../agent/delivery/clock.ts';
import type { Target } from '../../../agent/delivery/connection.ts';
import { type Connection, NoAnswer, openConnection } from '../../../agent/delivery/connection.ts';
import { courierOf } from '../../../agent/delivery/courier.ts';
import { deliver } from '../../../agent/delivery/deliver.ts';
import { stateFiles } from '../../../agent/host/state-files.ts';
import type { Identity, IdentityPlace } from '../../../agent/identity/identity.ts';
import type { SigningKey } from '../../../agent/identity/key.ts';
import { addToSpool, boundSpool, type Spool, spoolEntries } from '../../../agent/spool/spool.ts';
import type { OpenFile, StateFiles } from '../../../agent/state/files.ts';
import { type Kind, reportText } from './kinds.ts';
import { noteAnswer, noteOutcome, noteRequest, type Tally } from './tally.ts';

/** A node that the collector knows. */
export interface Enrolled {
  identity: Identity;
  place: IdentityPlace;
  key: SigningKey;
  spool: Spool;
  target: Target;
  kind: Kind;
  number: number;
}

/** One of the fleet: the agent's own code over state of its own, under a host that is made up. */
export interface SimulatedNode {
  /** takes a report, puts it on disk, delivers what is there: what the agent's timer starts */
  push(): Promise<void>;
  /** delivers what is there */
  flush(): Promise<void>;
  left(): Promise<number>;
  /** what is being sent is cut off, and nothing gets out until there is network again */
  network(there: boolean): void;
  reboot(): void;
}

interface Living {
  tally: Tally;
  clock: Clock;
  /** one report of so many says something that is not volatile */
  changeEvery: number;
}

/** State of the agent without its fsync: the disk under test is the collector's, not this one. */
export const unsyncedFiles: StateFiles = {
  ...stateFiles,
  create: async (path) => unsynced(await stateFiles.create(path)),
  openFolder: async (path) => unsynced(await stateFiles.openFolder(path)),
};

/** A node that lives: it has booted, and there is network. */
export function simulatedNode(enrolled: Enrolled, { tally, clock, changeEvery }: Living) {
  const { identity, place, key, spool, target, kind, number } = enrolled;
  let bootId = randomUUID();
  let [round, reachable] = [0, true];
  let current: Connection | null = null;

  async function flush(): Promise<void> {
    // a connection for each push: the agent is a program that ends
    const connection = openConnection(target);
    current = connection;
    const watched = watchedBy(tally, identity.node, { connection, reachable: () => reachable });
    const equipment = { identity, place, key, connection: watched, bootId, clock };
    const courier = courierOf({ ...equipment, warn: () => undefined });
    try {
      await deliver({ spool, courier, clock });
    } finally {
      current = null;
      connection.close();
    }
  }

  const node: SimulatedNode = {
    flush,
    async push() {
      const changes = Math.floor(round / changeEvery);
      const moment = { number, node: identity.node, bootId, at: clock.now(), round, changes };
      await addToSpool(spool, reportText(kind, moment), clock.now());
      round += 1;
      tally.made += 1;
      await boundSpool(spool);
      await flush();
    },
    left: async () => (await spoolEntries(spool)).length,
    network(there) {
      reachable = there;
      if (!there) current?.close();
    },
    reboot() {
      bootId = randomUUID();
    },
  };
  return node;
}

interface Watching {
  connection: Connection;
  reachable(): boolean;
}

function watchedBy(tally: Tally, node: string, { connection, reachable }: Watching): Connection {
  return {
    close: () => connection.close(),
    async send(request) {
      if (!reachable()) {
        noteOutcome(tally, 'not reached');
        throw new NoAnswer('the network of this node is out', false);
      }
      noteRequest(tally);
      const began = performance.now();
      try {
        const answer = await connection.send(request);
        noteAnswer(tally, node, { request, answer, tookMs: performance.now() - began });
        return answer;
      } catch (error) {
        noteOutcome(tally, 'no answer');
        throw error;
      }
    },
  };
}

function unsynced(file: OpenFile): OpenFile {
  return { ...file, sync: async () => undefined };
}
