import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { openPostgresStore } from '../../../collector/store/postgres.ts';
import type { Store } from '../../../collector/store/store.ts';
import { webhookState } from '../../../collector/webhook/sender.ts';
import { type PostgresServer, postgres, startPostgres } from '../../postgres-server.ts';
import { describeWith } from '../../requirements.ts';
import { serve } from '../commands/served.ts';
import { temporaryFolder } from '../test-app.ts';
import { openReceiver, secretText, status } from './receiver.ts';
import { overdue, subjectsOf } from './sending.ts';

const EVENTS = 60;
const KILLED_AT = 30;
/** A lease of who was killed ends after twenty seconds, and each looks every five. */
const LIMIT_MS = 300_000;

describeWith([postgres], 'two collectors over one PostgreSQL', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  }, LIMIT_MS);
  afterAll(async () => server?.end());

  test(
    'send each event once; when one is killed, the other goes on',
    async () => {
      const secretFile = join(temporaryFolder(), 'secret');
      writeFileSync(secretFile, secretText, { mode: 0o600 });
      const receiver = await openReceiver();
      const database = server.url(await server.database());
      const options = ['--webhook', receiver.url, '--webhook-secret-file', secretFile];
      const one = await serve(database, ...options);
      const two = await serve(database, ...options);
      const store = await openPostgresStore(database);
      onTestFinished(() => store.close());
      const target = { url: new URL(receiver.url), secrets: [] };
      const pending = async () => (await webhookState(store, target))?.pending;
      const until = async (count: number) => {
        while ((await pending()) !== count) await new Promise((resolve) => setTimeout(resolve, 50));
      };
      await until(0);

      const first = named('first');
      await announce(store, first);
      await until(0);
      expect(subjectsOf(receiver.received)).toEqual(first);

      receiver.received.length = 0;
      // So that it is the other one that sends, and is killed before it hears that it was heard.
      two.child.kill('SIGSTOP');
      receiver.react = (request, answer) => {
        if (receiver.received.length !== KILLED_AT) return status(204)(request, answer);
        one.child.kill('SIGKILL');
        two.child.kill('SIGCONT');
      };
      const second = named('second');
      await announce(store, second);
      await until(0);
      const subjects = subjectsOf(receiver.received);
      const doubled = subjects.filter((subject, index) => subject === subjects[index - 1]);
      expect(subjects.filter((subject, index) => subject !== subjects[index - 1])).toEqual(second);
      expect(doubled).toEqual([second[KILLED_AT - 1]]);
      expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(EVENTS);
      expect(receiver.received.every(({ genuine }) => genuine)).toBe(true);
      two.child.kill('SIGTERM');
      expect(await two.ended).toEqual([0, null]);
    },
    LIMIT_MS,
  );
});

const named = (word: string) => Array.from({ length: EVENTS }, (_, index) => `${word}${index}`);

/** No collector of a store without clusters announces anything itself. */
async function announce(store: Store, subjects: string[]): Promise<void> {
  const now = new Date();
  const until = new Date(now.getTime() + 10_000);
  const lease = await store.lease({ name: 'announce', holder: 'test' }, { until, now });
  if (lease === null) throw new Error('the lease is another one’s');
  const events = subjects.map((subject) => ({ ...overdue, subject, at: now }));
  expect(await store.announce(lease, { cluster: 'c1', subjects: [], gone: [], events })).toBe(true);
  await store.release(lease);
}
