import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import type { Store } from '../collector/store/store.ts';
import { startAfter } from '../collector/webhook/attempt.ts';
import { type Target, targetKey } from '../collector/webhook/target.ts';
import { now } from './collector/seed-cluster.ts';
import { secretText } from './collector/webhook/receiver.ts';
import { announceAs, openStore, startSending, untilKnown } from './collector/webhook/sending.ts';
import { freePort } from './postgres-server.ts';
import { describeWith, program, root } from './requirements.ts';

const file = join(root, 'packaging', 'examples', 'webhook-receiver.py');

describeWith([program('python3', 'python3')], 'the example of a receiver', () => {
  test('prints each event once, and refuses a wrong secret and an old signature', async () => {
    const { url, lines } = await startReceiver();
    const store = await openStore();
    const sending = await startSending({ url }, { store });
    sending.clock.now = new Date();
    await untilKnown(sending);
    const at = sending.clock.now;
    await announceAs(store, { at, subject: 'n1', detail: ['é "quoted" \u001b[31m'] });
    sending.sender.wake();
    await sending.until(1);
    await announceAs(store, { at, subject: 'n2' });
    // The answer was lost: the same again, before what follows.
    await forget(store, sending.target);
    sending.sender.wake();
    expect(await sending.until(3)).toEqual(['taken', 'taken', 'taken']);
    const [one = '', two = ''] = [(await lines.next()).value, (await lines.next()).value];
    expect(one).not.toContain('\u001b');
    expect([JSON.parse(one).data, JSON.parse(two).data]).toEqual([
      expect.objectContaining({ subject: 'n1', detail: ['é "quoted" \u001b[31m'] }),
      expect.objectContaining({ subject: 'n2', page: '/clusters/c1/nodes/n2' }),
    ]);

    const wrong = { secrets: [Buffer.alloc(32)] };
    for (const [target, now] of [
      [wrong, new Date()],
      [{}, new Date(Date.now() - 301_000)],
    ] as const) {
      const refused = await startSending({ url }, { store: await openStore(), target });
      refused.clock.now = now;
      await untilKnown(refused);
      await announceAs(refused.store, { at: now });
      refused.sender.wake();
      expect(await refused.until(1)).toEqual(['failed']);
      expect(refused.log[0]).toContain('it answered 403');
    }
  });
});

test('the README has the example as it is, or none', () => {
  const blocks = readFileSync(join(root, 'README.md'), 'utf8').matchAll(/^```\w+\n(.*?)^```$/gms);
  const shown = [...blocks]
    .map(([, text = '']) => text)
    .filter((text) => /webhook-receiver/.test(text));
  const example = readFileSync(file, 'utf8');
  expect(shown).toEqual(shown.map(() => example));
});

/** Starts the example as it stands, with our secret, on a free port. */
async function startReceiver() {
  const port = await freePort();
  const env = { ...process.env, PORT: String(port), WEBHOOK_SECRET: secretText };
  const child = spawn('python3', [file], { env, stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  while (!(await isListening(port))) await new Promise((resolve) => setTimeout(resolve, 50));
  return { url: `http://127.0.0.1:${port}/`, lines };
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const listening = await once(socket, 'connect').then(
    () => true,
    () => false,
  );
  socket.destroy();
  return listening;
}

/** As if the target had been told of nothing. */
async function forget(store: Store, target: Target): Promise<void> {
  const key = targetKey(target);
  const times = { now, until: new Date(now.getTime() + 1) };
  const wanted = { name: `webhook:${key}`, holder: 'test' };
  const lease = await store.lease(wanted, times);
  if (lease === null) {
    // The sender is about to give it back.
    await new Promise(setImmediate);
    return forget(store, target);
  }
  await store.putDelivered(lease, key, startAfter(0));
  await store.release(lease);
}
