import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SequenceTaken } from '../../../collector/store/store.ts';
import { sampleReport } from '../../sample-report.ts';
import type { OpenStore } from './conformance.ts';
import { at, cluster, delivery, reported } from './deliveries.ts';

/** Reports come in once, in their order, and go out as they came. */
export function reportsConform(open: OpenStore): void {
  acceptance(open);
  order(open);
  texts(open);
}

function acceptance(open: OpenStore): void {
  test('a report delivered again gives the first receipt and is stored once', async () => {
    const store = await open();
    const one = reported(1, at('11:00:00'));
    const first = await store.deliver(one);
    expect(first).toEqual({
      id: first.id,
      digest: one.digest,
      receivedAt: at('11:00:00'),
      repeated: false,
      late: false,
    });
    const again = { ...one, sequence: 7, enrolment: 2, receivedAt: at('13:00:00') };
    expect(await store.deliver(again)).toEqual({ ...first, repeated: true });
    expect(await store.history(cluster, 'n1', { limit: 9 })).toHaveLength(1);
  });

  test('the same report twice at one time is stored once', async () => {
    const store = await open();
    const both = [reported(1, at('11:00:00')), reported(1, at('11:00:00'))];
    const receipts = await Promise.all(both.map((one) => store.deliver(one)));
    expect(receipts.map(({ repeated }) => repeated)).toEqual([false, true]);
    expect(receipts[0]?.id).toBe(receipts[1]?.id);
  });

  test('a sequence used by another report is refused, and its neighbours are stored', async () => {
    const store = await open();
    await store.deliver(delivery(3, { a: 1 }));
    const outcomes = await Promise.allSettled([
      store.deliver(delivery(4, { a: 2 })),
      store.deliver(delivery(3, { a: 3 })),
      store.deliver(delivery(5, { a: 4 })),
      store.deliver(delivery(3, { a: 5 }, { node: 'n2' })),
      store.deliver(delivery(3, { a: 6 }, { enrolment: 2 })),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
      'fulfilled',
    ]);
    const refused = await store.deliver(delivery(4, { a: 7 })).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(SequenceTaken);
    expect(refused).toMatchObject({ lastSequence: 5 });
    expect(await store.history(cluster, 'n1', { limit: 9 })).toHaveLength(4);
  });

  test('equal reports of two clusters are two', async () => {
    const store = await open();
    const one = reported(1, at('11:00:00'));
    await store.deliver(one);
    expect(await store.deliver({ ...one, cluster: 'c2' })).toMatchObject({ repeated: false });
    expect(await store.clusters()).toEqual([cluster, 'c2']);
  });
}

function order(open: OpenStore): void {
  test('a report below the newest of its enrolment is history, never current', async () => {
    const store = await open();
    const newer = await store.deliver(reported(5, at('11:00:00')));
    const late = await store.deliver(reported(4, at('11:30:00')));
    expect(late).toMatchObject({ late: true, repeated: false });
    expect(await store.deliver(reported(4, at('11:30:00')))).toEqual({ ...late, repeated: true });
    const current = { id: newer.id, node: 'n1', collectedAt: at('11:00:00') };
    expect(await store.current(cluster)).toEqual([current]);
  });

  test('a later enrolment counts as newer, whatever its sequences', async () => {
    const store = await open();
    await store.deliver(reported(50, at('11:00:00')));
    const again = { ...reported(1, at('10:00:00')), enrolment: 2 };
    const { id, late } = await store.deliver(again);
    expect(late).toBe(false);
    expect(await store.current(cluster)).toEqual([{ id, node: 'n1', collectedAt: at('10:00:00') }]);
    expect(await store.deliver(reported(51, at('12:00:00')))).toMatchObject({ late: true });
  });

  test('nodes come sorted, each with its own newest', async () => {
    const store = await open();
    for (const [index, node] of ['n3', 'n1', 'n2', 'n1'].entries()) {
      await store.deliver(delivery(index + 1, { node, index }, { node }));
    }
    const current = await store.current(cluster);
    expect(current.map(({ node }) => node)).toEqual(['n1', 'n2', 'n3']);
    const bodies = await store.bodies(current.map(({ id }) => id));
    expect(bodies.map((body) => JSON.parse(body).index)).toEqual([3, 2, 0]);
    expect(await store.current('c2')).toEqual([]);
  });

  test('history goes from the newest back, page by page', async () => {
    const store = await open();
    for (const sequence of [1, 2, 4, 3]) {
      await store.deliver(reported(sequence, at(`11:0${sequence}:00`)));
    }
    await store.deliver({ ...reported(1, at('11:05:00')), enrolment: 2 });
    const first = await store.history(cluster, 'n1', { limit: 2 });
    expect(first.map(({ sequence, late }) => [sequence, late])).toEqual([
      [1, false],
      [4, false],
    ]);
    const [newest, older] = first;
    expect(newest).toMatchObject({
      bootId: '1c8b2c0e-7b5a-4b5e-9d0a-0f5d5c1f7c11',
      collectedAt: at('11:05:00'),
      receivedAt: at('11:05:00'),
      digest: reported(1, at('11:05:00')).digest,
    });
    const second = await store.history(cluster, 'n1', { before: older?.id ?? 0, limit: 9 });
    expect(second.map(({ sequence, late }) => [sequence, late])).toEqual([
      [3, true],
      [2, false],
      [1, false],
    ]);
    expect(await store.history(cluster, 'n2', { limit: 9 })).toEqual([]);
    expect(await store.history('c2', 'n1', { limit: 9 })).toEqual([]);
  });
}

function texts(open: OpenStore): void {
  const report = sampleReport();
  test.each([
    ['a report', JSON.stringify(report)],
    ['a report with spaces', JSON.stringify(report, null, 2)],
    ['numbers spelt in another way', '{"tookMs":{"cpu":1.0},"sections":{"time":{"a":1e3}}}'],
    ['a key twice', '{"sections":{"cpu":1,"cpu":2}}'],
    ['keys that look like numbers', '{"sections":{"2":{},"1":{}}}'],
    ['a key named as the prototype', '{"__proto__":{"a":1},"sections":{"__proto__":{}}}'],
    [
      'the marks that stand for parts',
      '{"a":"\\u0000","collectedAt":"x","sections":{"b":"\\u0001"}}',
    ],
    ['another spelling of letters', '{"sections":{"a":"\\u00e9\\/"}}'],
    ['letters of many scripts', '{"sections":{"a":"é𝄞漢"}}'],
    ['no report', '[1,2]'],
    ['no JSON', 'neither {nor}'],
    ['nothing', ''],
    ['nesting deeper than the stack', `${'['.repeat(200_000)}${']'.repeat(200_000)}`],
  ])('%s comes out as it went in', async (_, json) => {
    const store = await open();
    const { id } = await store.deliver(delivery(1, json));
    const { id: second } = await store.deliver(delivery(2, `${json} `));
    expect(await store.bodies([second, id])).toEqual([`${json} `, json]);
  });

  test('any JSON comes out as it went in', async () => {
    const store = await open();
    let sequence = 0;
    const anything = fc.record({
      collectedAt: fc.json(),
      sections: fc.dictionary(fc.string(), fc.jsonValue()),
    });
    const property = fc.asyncProperty(
      fc.oneof(
        fc.json(),
        anything.map((one) => JSON.stringify(one)),
      ),
      async (json) => {
        sequence += 1;
        const body = `${json}`;
        const { id } = await store.deliver(delivery(sequence, body));
        expect(await store.bodies([id])).toEqual([body]);
      },
    );
    await fc.assert(property, { numRuns: 200 });
  });

  test('a report that is not there is an error', async () => {
    const store = await open();
    await expect(store.bodies([99])).rejects.toThrow('there is no report 99 in the store');
  });
}
