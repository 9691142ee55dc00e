import { expect, test } from 'vitest';
import { webhookState } from '../../../collector/webhook/sender.ts';
import { targetKey } from '../../../collector/webhook/target.ts';
import { now } from '../seed-cluster.ts';
import { status } from './receiver.ts';
import { announceAs, looked, openStore, scene, startSending, subjectsOf } from './sending.ts';

test('an event is sent once, signed, with all that is known of it', async () => {
  const { receiver, store, sender, until, log } = await scene();
  await announceAs(store, {});
  sender.wake();
  expect(await until(1)).toEqual(['taken']);
  expect(receiver.received).toEqual([
    {
      method: 'POST',
      path: '/hook',
      id: expect.stringMatching(/^muster-1-[0-9a-f]{16}$/),
      timestamp: now.getTime() / 1000,
      genuine: true,
      body: {
        type: 'node.overdue',
        timestamp: now.toISOString(),
        data: {
          cluster: 'c1',
          subject: 'n1',
          was: 'reporting',
          now: 'overdue',
          detail: ['its last report is of 2026-03-01T00:00:00Z'],
          id: 1,
          page: '/clusters/c1/nodes/n1',
        },
      },
      headers: expect.objectContaining({
        'content-type': 'application/json',
        'user-agent': 'muster',
      }),
    },
  ]);
  sender.wake();
  await sender.stop();
  expect([receiver.received.length, log]).toEqual([1, []]);
});

test('a new target is told of what comes, and of nothing that was before', async () => {
  const store = await openStore();
  await announceAs(store, { subject: 'before' });
  const { receiver, sender, until } = await scene({ store });
  await announceAs(store, { subject: 'after' });
  sender.wake();
  await until(1);
  expect(subjectsOf(receiver.received)).toEqual(['after']);
});

test('what another process announced is found without being told', async () => {
  const { receiver, store, until } = await scene({ pace: { lookMs: 1 } });
  await announceAs(store, {});
  await until(1);
  expect(receiver.received).toHaveLength(1);
});

test('more events than a page go out in their order, one after another', async () => {
  const { receiver, store, sender, until } = await scene();
  let open = 0;
  let together = 0;
  receiver.react = (_, answer) => {
    open += 1;
    together = Math.max(together, open);
    setImmediate(() => {
      open -= 1;
      answer.writeHead(200).end('taken');
    });
  };
  const names = Array.from({ length: 120 }, (_, index) => `n${index}`);
  await announceAs(store, ...names.map((subject) => ({ subject })));
  sender.wake();
  await until(120);
  expect([together, subjectsOf(receiver.received)]).toEqual([1, names]);
});

test('while another process holds the lease nothing is sent', async () => {
  const { receiver, store, target, sender, until, clock } = await scene();
  await announceAs(store, {});
  const name = `webhook:${targetKey(target)}`;
  const times = { now, until: new Date(now.getTime() + 1000) };
  const lease = await store.lease({ name, holder: 'other' }, times);
  await looked(sender);
  expect([lease === null, receiver.received]).toEqual([false, []]);
  clock.now = times.until;
  sender.wake();
  expect(await until(1)).toEqual(['taken']);
});

test('two processes send each event once between them, in order', async () => {
  const one = await scene({ pace: { lookMs: 1 } });
  const { receiver, store, target } = one;
  const two = await startSending(receiver, {
    ...{ store, pace: { lookMs: 1 }, task: { holder: 'two' } },
  });
  const names = Array.from({ length: 50 }, (_, index) => `n${index}`);
  for (const subject of names) {
    await announceAs(store, { subject });
    one.sender.wake();
    two.sender.wake();
  }
  await receiver.until(50);
  while ((await webhookState(store, target))?.pending !== 0) await new Promise(setImmediate);
  expect(subjectsOf(receiver.received)).toEqual(names);
  expect(one.outcomes.length + two.outcomes.length).toBe(50);
});

test('the lease goes on as long as there is something to send', async () => {
  const { receiver, store, target, sender, until, clock } = await scene();
  const name = `webhook:${targetKey(target)}`;
  const others: unknown[] = [];
  receiver.react = (request, answer) => {
    // Each answer takes nearly as long as it may.
    clock.now = new Date(clock.now.getTime() + 9_000);
    const times = { now: clock.now, until: clock.now };
    void store.lease({ name, holder: 'other' }, times).then((lease) => {
      others.push(lease);
      status(200)(request, answer);
    });
  };
  await announceAs(store, {}, {}, {}, {});
  sender.wake();
  await until(4);
  expect(others).toEqual([null, null, null, null]);
});

test('who lost the lease while it sent keeps nothing of it', async () => {
  const { receiver, store, target, sender, until, clock } = await scene();
  const name = `webhook:${targetKey(target)}`;
  let taken: unknown = null;
  receiver.react = (request, answer) => {
    // So long that the lease has ended, and another process took it.
    const later = new Date(now.getTime() + 20_000);
    const times = { now: later, until: new Date(later.getTime() + 20_000) };
    void store.lease({ name, holder: 'other' }, times).then((lease) => {
      taken = lease;
      status(200)(request, answer);
    });
  };
  await announceAs(store, {}, {});
  sender.wake();
  await until(1);
  await looked(sender);
  expect([taken, receiver.received.length]).toEqual([{ name, holder: 'other', term: 2 + 1 }, 1]);
  expect(await webhookState(store, target)).toEqual({ failures: 0, pending: 2 });
  expect(clock.now).toEqual(now);
});

test('a store that fails is told of, and asked again', async () => {
  const inner = await openStore();
  let broken = false;
  const lastEvent = async () => {
    if (broken) throw new Error('the disk is full');
    return inner.lastEvent();
  };
  const { receiver, store, sender, until, log } = await scene({ store: { ...inner, lastEvent } });
  await announceAs(store, {});
  broken = true;
  await looked(sender);
  expect([receiver.received, log]).toEqual([[], ['error: the webhook: events wait for the store']]);
  broken = false;
  sender.wake();
  expect(await until(1)).toEqual(['taken']);
});

test('at the end an attempt may finish, and is kept', async () => {
  const { receiver, store, sender, target } = await scene({ pace: { stopMs: 60_000 } });
  let finish: () => void = () => undefined;
  receiver.react = (request, answer) => {
    finish = () => status(200)(request, answer);
  };
  await announceAs(store, {}, {});
  sender.wake();
  await receiver.until(1);
  const stopped = sender.stop();
  finish();
  await stopped;
  expect(receiver.received).toHaveLength(1);
  expect(await webhookState(store, target)).toEqual({ failures: 0, pending: 1 });
});

test('one that does not finish is cut off, and held against nobody', async () => {
  const { receiver, store, sender, target, outcomes, log } = await scene();
  receiver.react = () => undefined;
  await announceAs(store, {});
  sender.wake();
  await receiver.until(1);
  await sender.stop();
  expect([outcomes, log]).toEqual([[], []]);
  expect(await webhookState(store, target)).toEqual({ failures: 0, pending: 1 });
});
