import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { type Connection, openConnection } from '../../../agent/delivery/connection.ts';
import { courierOf } from '../../../agent/delivery/courier.ts';
import { type DeliveryResult, deliver } from '../../../agent/delivery/deliver.ts';
import { stateFiles } from '../../../agent/host/state-files.ts';
import {
  type Identity,
  type IdentityPlace,
  makeNextKey,
  openIdentity,
  writeIdentity,
} from '../../../agent/identity/identity.ts';
import type { SigningKey } from '../../../agent/identity/key.ts';
import { addToSpool, openSpool, type Spool } from '../../../agent/spool/spool.ts';
import { type Reply, type SignedServer, startServer } from './signed-server.ts';

/** The boot that all deliveries of the tests tell of. */
export const bootId = '89bf65ed-9405-4b94-a6cb-787202e614c4';

/** When each test begins, milliseconds since the epoch. */
export const start = Date.parse('2026-11-22T12:00:00.000Z');

/** An enrolled node with a spool, and a server that it delivers to. */
export interface Delivering {
  spool: Spool;
  place: IdentityPlace;
  key: SigningKey;
  server: SignedServer;
  warnings: string[];
  /** what was waited for, milliseconds; nobody really waits */
  pauses: number[];
  timeMs: number;
  run(by?: Connection): Promise<DeliveryResult>;
  /** puts reports into the spool, the text of each telling its number */
  spooled(count: number): Promise<void>;
  /** numbers of the reports that came, in that order */
  sent(): number[];
  /** whose signature the server expects */
  signer(key?: SigningKey): { publicKey: string; cluster: string; node: string };
}

/** A new one before each test; what it says is of the running test. */
export function eachDelivering(): Delivering {
  const here = {} as Delivering;
  let close: () => Promise<void>;
  beforeEach(async () => {
    const state = mkdtempSync(join(tmpdir(), 'muster-deliver-'));
    const made = await delivering(state);
    Object.assign(here, made.delivering);
    close = async () => {
      made.connection.close();
      await here.server.close();
      rmSync(state, { recursive: true, force: true });
    };
  });
  afterEach(() => close());
  return here;
}

/** A refusal as the collector words it. */
export function refusal(status: number, code: string, more: object = {}): Reply {
  return { status, body: { code, detail: `because of ${code}`, ...more } };
}

async function delivering(state: string) {
  const spool = await openSpool({ folder: join(state, 'spool'), files: stateFiles });
  const place = await openIdentity(state, stateFiles);
  const key = await makeNextKey(place, []);
  const server = await startServer();
  const connection = openConnection({ collector: server.url });
  const identity: Identity = {
    ...{ format: 1, collector: server.url, cluster: 'prod', node: 'n1', key: key.id },
    ...{ trust: null, enrolledAt: '2026-11-22T11:00:00.000Z' },
  };
  await writeIdentity(place, identity);
  const delivering: Delivering = {
    ...{ spool, place, key, server, warnings: [], pauses: [], timeMs: start },
    async run(by = connection) {
      const clock = clockOf(this);
      const warn = (text: string) => void this.warnings.push(text);
      const courier = courierOf({ identity, place, key, connection: by, bootId, clock, warn });
      return deliver({ spool, courier, clock });
    },
    async spooled(count) {
      for (let number = 1; number <= count; number++) {
        await addToSpool(spool, JSON.stringify({ node: 'n1', number }), new Date(start));
      }
    },
    sent: () => server.received.map(({ body }) => JSON.parse(body).number),
    signer: (one = key) => ({ publicKey: one.publicKey, cluster: 'prod', node: 'n1' }),
  };
  return { delivering, connection };
}

function clockOf(here: Delivering) {
  return {
    now: () => new Date(here.timeMs),
    random: () => 0.5,
    async pause(ms: number) {
      here.pauses.push(ms);
      here.timeMs += ms;
    },
  };
}
