import { expect, test } from 'vitest';
import type { Store } from '../../../collector/store/store.ts';
import { startAfter } from '../../../collector/webhook/attempt.ts';
import { webhookState } from '../../../collector/webhook/sender.ts';
import { type Target, targetKey } from '../../../collector/webhook/target.ts';
import { now } from '../seed-cluster.ts';
import { type Reaction, status } from './receiver.ts';
import {
  announceAs,
  inTurn,
  looked,
  openStore,
  scene,
  startSending,
  subjectsOf,
} from './sending.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

test.each([
  ['an error', status(500), 'it answered 500'],
  ['a refusal', status(404), 'it answered 404'],
  ['a redirect, which is not followed,', status(307, { location: '/other' }), 'it answered 307'],
  ['a broken connection', ((_, answer) => answer.destroy()) as Reaction, 'socket hang up'],
  ['no HTTP', ((_, answer) => answer.socket?.end('nonsense')) as Reaction, /Parse Error/],
  ['a switch of protocol', ((_, answer) => switched(answer)) as Reaction, /closed|hang up/],
])('after %s the event comes again, with its id, before any other', async (_, fails, why) => {
  const { receiver, store, sender, until, after, log, target } = await scene();
  receiver.react = inTurn(fails, status(204));
  await announceAs(store, { subject: 'first' }, { subject: 'second' });
  sender.wake();
  expect(await until(1)).toEqual(['failed']);
  expect(await webhookState(store, target)).toEqual({ failures: 1, pending: 2 });
  after(4_999);
  after(1);
  expect(await until(3)).toEqual(['failed', 'taken', 'taken']);
  expect(await webhookState(store, target)).toEqual({ failures: 0, pending: 0 });
  const { received } = receiver;
  expect(subjectsOf(received)).toEqual(['first', 'first', 'second']);
  expect(received.map(({ path, genuine }) => [path, genuine])).toEqual(
    Array(3).fill(['/hook', true]),
  );
  const [one, two, three] = received;
  expect([one?.id === two?.id, two?.id === three?.id]).toEqual([true, false]);
  expect(two?.timestamp).toBe((one?.timestamp ?? 0) + 5);
  expect(log).toEqual([
    expect.stringMatching(`^warn: the webhook: ${target.url.origin} did not take event 1: `),
    `info: the webhook: ${target.url.origin} takes events again, after 1 that failed`,
  ]);
  expect(log[0]).toMatch(why);
});

function switched(answer: Parameters<Reaction>[1]): void {
  answer.socket?.write('HTTP/1.1 101 Go\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n');
}

test('an answer that does not come is not waited for', async () => {
  const { receiver, store, sender, until, log } = await scene({ pace: { answerMs: 20 } });
  receiver.react = () => undefined;
  await announceAs(store, {});
  sender.wake();
  expect(await until(1)).toEqual(['failed']);
  expect(log[0]).toContain('no answer within 0.02 s');
});

test('of an answer the head counts, and of its body some bytes are read', async () => {
  const { receiver, store, sender, until } = await scene({ pace: { answerMs: 600_000 } });
  receiver.react = (_, answer) => {
    const flood = () => void (answer.destroyed || answer.write('x'.repeat(1000), flood));
    answer.writeHead(200);
    flood();
  };
  await announceAs(store, {});
  sender.wake();
  expect(await until(1)).toEqual(['taken']);
});

test('a body that does not end is not waited for', async () => {
  const { receiver, store, sender, until } = await scene({ pace: { answerMs: 50 } });
  receiver.react = (_, answer) => void answer.writeHead(200).write('slow');
  await announceAs(store, {});
  sender.wake();
  expect(await until(1)).toEqual(['taken']);
});

test('the receiver says for how long it wants to be left alone, up to an hour', async () => {
  const { receiver, store, sender, until, after } = await scene();
  receiver.react = inTurn(
    status(503, { 'retry-after': '600' }),
    status(503, { 'retry-after': String(30 * 86_400) }),
    status(204),
  );
  await announceAs(store, {});
  sender.wake();
  await until(1);
  const waits = [600_000, HOUR_MS];
  for (const [index, waitMs] of waits.entries()) {
    after(waitMs - 1);
    await looked(sender);
    expect(receiver.received).toHaveLength(1 + index);
    after(1);
    await until(2 + index);
  }
});

test('who is gone is told no more, until the next start', async () => {
  const { looks, store } = await countedLooks();
  const { receiver, target, sender, until, after, log } = await scene({ store });
  receiver.react = status(410);
  await announceAs(store, {});
  sender.wake();
  expect(await until(1)).toEqual(['gone']);
  while ((await store.lease(ofTarget(target), { now, until: now })) === null) {
    await new Promise(setImmediate);
  }
  const before = looks();
  after(2 * HOUR_MS);
  expect(looks()).toBe(before);
  expect(receiver.received).toHaveLength(1);
  expect(log).toEqual([expect.stringMatching(/^error: .* wants no more events \(410\)/)]);
  expect(await webhookState(store, target)).toEqual({ failures: 1, pending: 1 });

  receiver.react = status(200);
  const next = await startSending(receiver, { store });
  expect(await next.until(1)).toEqual(['taken']);
});

/** A store that counts how often it was asked how far the target was told. */
async function countedLooks() {
  const inner = await openStore();
  let count = 0;
  const delivered: Store['delivered'] = (target) => {
    count += 1;
    return inner.delivered(target);
  };
  return { looks: () => count, store: { ...inner, delivered } };
}

const ofTarget = (target: Target) => ({ name: `webhook:${targetKey(target)}`, holder: 'test' });

test('while it pauses nothing is written, and a pause of another process counts', async () => {
  const inner = await openStore();
  let leases = 0;
  let meanwhile: () => Promise<void> = async () => undefined;
  const lease: Store['lease'] = async (...wanted) => {
    leases += 1;
    await meanwhile();
    return inner.lease(...wanted);
  };
  const store = { ...inner, lease };
  const { receiver, target, sender, clock } = await scene({ store });
  await announceAs(inner, {});
  const pause = async () => {
    const until = new Date(now.getTime() + 1);
    const other = await inner.lease(ofTarget(target), { now, until });
    if (other === null) throw new Error('the sender has the lease');
    const nextAt = new Date(now.getTime() + HOUR_MS);
    await inner.putDelivered(other, targetKey(target), { ...startAfter(0), failures: 1, nextAt });
    await inner.release(other);
    meanwhile = async () => undefined;
  };
  meanwhile = pause;
  const before = leases;
  await looked(sender);
  expect([leases - before, receiver.received]).toEqual([1, []]);
  await looked(sender);
  expect([leases - before, receiver.received, clock.now]).toEqual([1, [], now]);
});

test('an event of more than three days is given up, and the younger ones are sent', async () => {
  const { receiver, store, target, sender, until, after, log } = await scene();
  receiver.react = status(500);
  const later = new Date(now.getTime() + 1);
  await announceAs(store, { subject: 'old' }, { subject: 'old too' }, { at: later });
  sender.wake();
  await until(1);
  after(3 * DAY_MS);
  expect(await until(2)).toEqual(['failed', 'failed']);
  expect(subjectsOf(receiver.received)).toEqual(['old', 'old']);
  receiver.react = status(200);
  after(HOUR_MS);
  expect(await until(3)).toEqual(['failed', 'failed', '3 given_up']);
  expect(await webhookState(store, target)).toEqual({ failures: 2, pending: 0 });
  expect(log.at(-1)).toBe('warn: the webhook: given up, as they are too old: events 1, 2, 3');
});

test('an event of exactly three days is not too old', async () => {
  const { receiver, store, clock, sender, until } = await scene();
  const at = new Date(now.getTime() + 1);
  await announceAs(store, { subject: 'old' }, { subject: 'young', at });
  clock.now = new Date(at.getTime() + 3 * DAY_MS);
  sender.wake();
  expect(await until(2)).toEqual(['1 given_up', 'taken']);
  expect(subjectsOf(receiver.received)).toEqual(['young']);
});
