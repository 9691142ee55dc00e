import { describe, expect, test } from 'vitest';
import type { Store } from '../../../collector/store/store.ts';
import type { GateState } from '../../../shared/gate.ts';
import { eventsOf, judgedAt, opened, process } from './processes.ts';
import { gateOf, judgedAs, later, nodeOf, policyWith, reportOf } from './views.ts';

describe('an announcer', () => {
  test('keeps what it first sees, and announces what changes with why', async () => {
    const store = await opened();
    const { judge, told, errors } = process(store);
    await judge(judgedAt(0));
    expect([await store.lastEvent(), (await store.announced('c1')).length]).toEqual([0, 6]);
    await judge(judgedAt(15, { state: 'closed' }));
    await judge(judgedAt(30, { state: 'closed', kernel: 'k2' }));
    const [closed, ...drifted] = await store.events({ after: 0, limit: 9 });
    expect(closed).toMatchObject({
      ...{ cluster: 'c1', type: 'verdict.closed', subject: 'health', at: later(15) },
      ...{ was: 'open', now: 'closed', detail: ['kvm.device n1: no KVM'] },
    });
    expect(drifted.map(({ subject, detail }) => [subject, detail[0]])).toEqual([
      ['n1', 'other facts in: os'],
      ['n2', 'other facts in: os'],
    ]);
    expect(told).toEqual(['verdict.closed', 'drift', 'drift']);
    expect(errors).toEqual([]);
  });

  test('writes nothing while nothing changes', async () => {
    const store = await opened();
    let writes = 0;
    const announce: Store['announce'] = (...all) => {
      writes += 1;
      return store.announce(...all);
    };
    const { judge } = process({ ...store, announce });
    for (let minute = 0; minute < 60; minute++) await judge(judgedAt(minute));
    expect(writes).toBe(1);
  });

  test('holds what happens in a window, and announces after it what remains', async () => {
    const store = await opened();
    const { judge } = process(store);
    const policy = policyWith([['n1'], 10, 40]);
    const at = async (minute: number, state: GateState, kernel: string) => {
      const view = judgedAt(minute, { state, kernel });
      await judge({ ...view, fleet: { ...view.fleet, policy } });
    };
    await at(0, 'open', 'k1');
    await at(15, 'closed', 'k2');
    await at(30, 'closed', 'k1');
    expect(await eventsOf(store)).toEqual(['15 drift n2', '30 drift n2']);
    await at(45, 'closed', 'k1');
    expect(await eventsOf(store)).toEqual([
      '15 drift n2',
      '30 drift n2',
      '45 verdict.closed health',
    ]);
  });

  test('calls no node overdue for what the collector itself has missed', async () => {
    const store = await opened();
    await process(store).judge(judgedAt(0));
    const after = process(store, { holder: 'b' });
    const silent = (minute: number) => {
      const at = later(minute);
      const nodes = ['n1', 'n2'].map((node) => nodeOf(node, reportOf(node), { at }));
      return judgedAs({ at, nodes, gates: [gateOf('open')] });
    };
    await after.judge(silent(600));
    await after.judge(silent(610));
    expect(await eventsOf(store)).toEqual([]);
    const { fleet, ...rest } = silent(621);
    const nodes = fleet.nodes.map((node) =>
      node.node === 'n1' ? nodeOf('n1', reportOf('n1', -615), { at: fleet.now }) : node,
    );
    await after.judge({ ...rest, fleet: { ...fleet, nodes } });
    expect(await eventsOf(store)).toEqual(['621 node.overdue n2']);
  });
});

test('a node that fell silent does not hold up what is told of the others', async () => {
  const store = await opened();
  const { judge } = process(store, { damping: { of: 2, among: 3 } });
  for (const minute of [0, 15, 30, 45, 60, 75]) {
    const silent = nodeOf('n3', reportOf('n3', -Math.min(minute, 15)), { at: later(minute) });
    const judged = judgedAt(minute, { state: minute < 30 ? 'open' : 'closed' });
    const nodes = [...judged.fleet.nodes, silent];
    await judge({ ...judged, fleet: { ...judged.fleet, nodes } });
  }
  expect(await eventsOf(store)).toEqual(['75 verdict.closed health']);
});

describe('an announcement that fails', () => {
  test('is told, does not reject, and is made with the next judgement', async () => {
    const store = await opened();
    let broken = false;
    const { judge, errors, told } = process({
      ...store,
      announce: (...all) =>
        broken ? Promise.reject(new Error('disk is full')) : store.announce(...all),
    });
    await judge(judgedAt(0));
    broken = true;
    await judge(judgedAt(15, { state: 'closed' }));
    expect([errors, told]).toEqual([['Error: disk is full'], []]);
    broken = false;
    await judge(judgedAt(30, { state: 'closed' }));
    expect(await eventsOf(store)).toEqual(['30 verdict.closed health']);
  });

  test('after it was kept is not made again', async () => {
    const store = await opened();
    let breaks = false;
    const { judge, errors } = process({
      ...store,
      announce: async (...all) => {
        const kept = await store.announce(...all);
        if (breaks) throw new Error('the connection broke');
        return kept;
      },
    });
    await judge(judgedAt(0));
    breaks = true;
    await judge(judgedAt(15, { state: 'closed' }));
    breaks = false;
    await judge(judgedAt(30, { state: 'closed' }));
    expect(await eventsOf(store)).toEqual(['15 verdict.closed health']);
    expect(errors).toEqual(['Error: the connection broke']);
  });
});
