import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { openPostgresStore } from '../../../collector/store/postgres.ts';
import { type PostgresServer, postgres, startPostgres } from '../../postgres-server.ts';
import { describeWith } from '../../requirements.ts';
import { at, reported } from './deliveries.ts';

/** Both ways of a wire, until the client says what is named here; null: never. */
interface Wire {
  port: number;
  /** then it is cut */
  cutAt: string | null;
  /** then that and all that follows is swallowed, as by a machine that hangs */
  deafAt: string | null;
  /** how often the client spoke after the server had */
  trips: number;
}

describeWith([postgres], 'a connection to PostgreSQL', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
    await server.run('postgres', 'CREATE DATABASE wired');
  });
  afterAll(() => server.end());

  async function openWire(): Promise<Wire> {
    const target = Number(new URL(server.url('wired')).port);
    const between = createServer((client) => {
      const onward = connect(target, '127.0.0.1');
      const cut = () => {
        client.destroy();
        onward.destroy();
      };
      for (const socket of [client, onward]) socket.on('error', cut).on('close', cut);
      let deaf = false;
      let answered = true;
      client.on('data', (bytes) => {
        if (answered) wire.trips += 1;
        answered = false;
        deaf ||= wire.deafAt !== null && bytes.includes(wire.deafAt);
        if (wire.cutAt !== null && bytes.includes(wire.cutAt)) cut();
        else if (!deaf) onward.write(bytes);
      });
      onward.on('data', (bytes) => {
        answered = true;
        client.write(bytes);
      });
    });
    between.listen(0, '127.0.0.1');
    await once(between, 'listening');
    onTestFinished(() => void between.close());
    const address = between.address();
    const port = address === null || typeof address === 'string' ? 0 : address.port;
    const wire: Wire = { port, cutAt: null, deafAt: null, trips: 0 };
    return wire;
  }

  async function wired() {
    const wire = await openWire();
    const url = new URL(server.url('wired'));
    url.port = String(wire.port);
    const open = async () => {
      const store = await openPostgresStore(url.href);
      onTestFinished(() => store.close());
      return store;
    };
    return { wire, open };
  }

  test('cut while it is made ready fails that one use, and the next one works', async () => {
    const { wire, open } = await wired();
    wire.cutAt = 'synchronous_commit';
    await expect(open()).rejects.toThrow('Connection terminated unexpectedly');
    wire.cutAt = null;
    await expect((await open()).ping()).resolves.toBeUndefined();
  });

  test('that falls silent before it is ready is given up soon', async () => {
    const { wire, open } = await wired();
    wire.deafAt = 'synchronous_commit';
    await expect(open()).rejects.toThrow('Query read timeout');
    wire.deafAt = null;
    await expect((await open()).ping()).resolves.toBeUndefined();
  });

  test.each([
    ['cut at the begin of a transaction', 'BEGIN'],
    ['cut in the middle of one', 'INSERT INTO'],
    // with the end of the statement: READ COMMITTED is none
    ['cut at its end', 'COMMIT\0'],
  ])('%s fails that one use, and the next one works', async (when, cutAt) => {
    const { wire, open } = await wired();
    const store = await open();
    wire.cutAt = cutAt;
    const sent = { ...reported(1, at('11:00:00')), node: when };
    await expect(store.deliver(sent)).rejects.toMatchObject({ name: 'StoreUnavailable' });
    wire.cutAt = null;
    expect(await store.deliver(sent)).toMatchObject({ repeated: false });
  });

  test('reports with nothing new take two round trips, however many come at once', async () => {
    const { wire, open } = await wired();
    const store = await open();
    const figures = { vgFreeBytes: 1, vgSizeBytes: 2, memoryAvailableBytes: 3, clockOffsetMs: 4 };
    const come = async (sequence: number) => {
      wire.trips = 0;
      const nodes = Array.from({ length: 30 }, (_, index) => `trip${index}`);
      const one = reported(sequence, at('11:00:00'), { tookMs: { cpu: sequence } });
      await Promise.all(nodes.map((node) => store.deliver({ ...one, node, figures })));
      return wire.trips;
    };
    await come(1);
    expect([await come(2), await come(3)]).toEqual([2, 2]);
  });
});
