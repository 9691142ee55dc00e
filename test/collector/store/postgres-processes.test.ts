import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { openPostgresStore } from '../../../collector/store/postgres.ts';
import { parseAddress } from '../../../collector/store/postgres-address.ts';
import { connectionsTo } from '../../../collector/store/postgres-connections.ts';
import { announce } from '../../../collector/store/postgres-events.ts';
import { SequenceTaken, type Store } from '../../../collector/store/store.ts';
import { type PostgresServer, postgres, startPostgres } from '../../postgres-server.ts';
import { describeWith } from '../../requirements.ts';
import { leased, overdue, subject } from './conformance-events.ts';
import { at, cluster, delivery, reported } from './deliveries.ts';
import { change, enrolled, leave, machines, wanted } from './enrolments.ts';

/** A store keeps nothing in memory that decides: two of them are as good as two processes. */
describeWith([postgres], 'several collectors over one database', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
    await server.run('postgres', 'CREATE DATABASE shared');
    await (await openPostgresStore(server.url('shared'))).close();
  });
  beforeEach(() => server.empty('shared'));
  afterAll(() => server.end());

  async function open(): Promise<Store> {
    const store = await openPostgresStore(server.url('shared'));
    onTestFinished(() => store.close());
    return store;
  }

  /** Two of them, taken in turns. */
  async function openBoth() {
    const both = [await open(), await open()] as const;
    return (index: number): Store => both[index % 2 === 0 ? 0 : 1];
  }

  const rows = async (table: string) =>
    (await server.run<{ rows: number }>('shared', `SELECT count(*)::int AS rows FROM ${table}`))[0]
      ?.rows;

  test('the same report brought to both at once is stored once', async () => {
    const both = [await open(), await open()];
    for (let sequence = 1; sequence <= 20; sequence++) {
      const one = reported(sequence, at('11:00:00'), { tookMs: { cpu: sequence } });
      const receipts = await Promise.all(both.map((store) => store.deliver(one)));
      expect(receipts.map(({ repeated }) => repeated).sort()).toEqual([false, true]);
      expect(receipts[0]?.id).toBe(receipts[1]?.id);
    }
    expect(await rows('reports')).toBe(20);
  });

  test('a sequence goes to one of two reports, and the other is refused', async () => {
    const both = [await open(), await open()];
    for (let sequence = 1; sequence <= 20; sequence++) {
      const outcomes = await Promise.allSettled(
        both.map((store, index) => store.deliver(delivery(sequence, { sequence, index }))),
      );
      const refused = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
      expect(refused).toEqual([new SequenceTaken(sequence)]);
      expect(refused[0]).toMatchObject({ lastSequence: sequence });
    }
    expect(await rows('reports')).toBe(20);
  });

  test('reports brought to both in any order make one history', async () => {
    const turn = await openBoth();
    const sequences = Array.from({ length: 40 }, (_, index) => ((index * 17) % 40) + 1);
    const receipts = await Promise.all(
      sequences.map((sequence, index) =>
        turn(index).deliver(reported(sequence, at('11:00:00'), { tookMs: { cpu: sequence } })),
      ),
    );
    const newest = receipts[sequences.indexOf(40)];
    expect(newest).toMatchObject({ late: false });
    const current = { id: newest?.id, node: 'n1', collectedAt: at('11:00:00') };
    expect(await turn(0).current(cluster)).toEqual([current]);
    const history = await turn(1).history(cluster, 'n1', { limit: 99 });
    expect(history.map(({ sequence }) => sequence)).toEqual(sequences.sort((a, b) => b - a));
  });

  test('what many nodes say alike is kept once, whoever comes first', async () => {
    const turn = await openBoth();
    const nodes = Array.from({ length: 30 }, (_, index) => `n${index}`);
    await Promise.all(
      nodes.map((node, index) => turn(index).deliver({ ...reported(1, at('11:00:00')), node })),
    );
    expect([await rows('reports'), await rows('skeletons')]).toEqual([30, 1]);
    const current = await turn(0).current(cluster);
    const bodies = await turn(1).bodies(current.map(({ id }) => id));
    expect(new Set(bodies)).toEqual(new Set([reported(1, at('11:00:00')).json.toString()]));
  });

  test('an enrolment token serves one of many who bring it at once', async () => {
    const turn = await openBoth();
    for (let round = 0; round < 5; round++) {
      const node = `n${round}`;
      const machineId = String(round).repeat(64);
      await leave(turn(0), [node, `t${round}`]);
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          turn(index).enroll(wanted(node, `t${round}`, { key: `k${round}-${index}`, machineId })),
        ),
      );
      const refused = answers.filter((answer) => answer && 'refused' in answer);
      expect(refused).toEqual(Array(7).fill({ refused: 'used_token' }));
    }
    const keys = await turn(0).nodeKeys();
    expect(keys.map(({ enrolment }) => enrolment)).toEqual([1, 2, 3, 4, 5]);
  });

  test('of two nodes with one machine id that come at once, one is refused', async () => {
    const [one, other] = [await open(), await open()];
    await leave(one, ['n1', 't1']);
    await leave(one, ['n2', 't2']);
    const answers = await Promise.all([
      one.enroll(wanted('n1', 't1')),
      other.enroll(wanted('n2', 't2', { machineId: machines.one })),
    ]);
    expect(answers.filter((answer) => 'refused' in answer)).toHaveLength(1);
    expect(await rows('node_keys')).toBe(1);
  });

  test('a token that is revoked while it is used: the key is kept or the token gone', async () => {
    const [one, other] = [await open(), await open()];
    const token = await leave(one, ['n1', 't1']);
    const [answer, revoked] = await Promise.all([
      one.enroll(wanted('n1', 't1')),
      other.revokeEnrolmentToken(token.id, change),
    ]);
    expect('refused' in answer).toBe(revoked);
    expect(await rows('node_keys')).toBe(revoked ? 0 : 1);
  });

  test('a session and a revocation hold for both at once', async () => {
    const [one, other] = [await open(), await open()];
    const made = { hash: 'h', name: 'ops', role: 'admin', cluster: null, expiresAt: null } as const;
    const token = await one.createToken({ ...made, createdAt: change.at }, change);
    await one.openSession({ hash: 's', token: token.id, expiresAt: at('22:00:00') }, change.at);
    expect(await other.session('s')).toEqual({ token, expiresAt: at('22:00:00') });
    await other.revokeToken(token.id, change);
    expect([await one.session('s'), await one.tokenByHash('h')]).toEqual([null, null]);
  });

  test('a key that one revokes is of no use to the other', async () => {
    const [one, other] = [await open(), await open()];
    await enrolled(one, ['n1', 't1']);
    await other.revokeKeys(cluster, 'n1', change);
    expect(await one.nodeKey('key-t1')).toMatchObject({ state: 'revoked' });
  });

  test('a change that both judge is noted once', async () => {
    const both = [await open(), await open()];
    const counts = { fails: 0, unknowns: 0, warns: 0 };
    const passed = {
      node: 'n1',
      at: at('10:00:00'),
      was: null,
      verdict: 'pass',
      ...counts,
    } as const;
    const failed = {
      ...passed,
      at: at('11:00:00'),
      was: 'pass',
      verdict: 'fail',
      fails: 1,
    } as const;
    await both[0]?.noteStandings(cluster, [passed]);
    await Promise.all(both.map((store) => store.noteStandings(cluster, [failed])));
    // Its memory is older than the database.
    await both[1]?.noteStandings(cluster, [{ ...failed, at: at('12:00:00'), was: null, fails: 2 }]);
    expect(await both[0]?.standingHistory(cluster, 'n1', 9)).toEqual([
      { ...failed, at: at('12:00:00'), was: 'fail', fails: 2 },
      failed,
      passed,
    ]);
  });

  test('refusals that both count add up', async () => {
    const turn = await openBoth();
    const refusal = { code: 'replayed', cluster, node: 'n1', lastAt: change.at, lastDetail: 'x' };
    await Promise.all(
      Array.from({ length: 40 }, (_, index) => turn(index).countRejection(refusal)),
    );
    expect(await turn(0).rejections()).toEqual([{ ...refusal, count: 40 }]);
  });

  test('of many that want a lease at once, one has it', async () => {
    const turn = await openBoth();
    for (let round = 1; round <= 20; round++) {
      const times = { now: at('10:00:00', round), until: at('11:00:00', round) };
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          turn(index).lease({ name: 'announce', holder: `h${round}-${index}` }, times),
        ),
      );
      const got = answers.filter((answer) => answer !== null);
      expect(got.map(({ term }) => term)).toEqual([round]);
    }
  });

  test('who loses the lease while it announces keeps all or nothing, and ids follow', async () => {
    const [one, other] = [await open(), await open()];
    const announcement = { cluster, subjects: [subject], gone: [], events: [overdue] };
    let last = 0;
    for (let round = 1; round <= 20; round++) {
      const lease = await leased(one, 'announce');
      const times = { now: at('12:00:00'), until: at('12:00:00') };
      const [kept, taken] = await Promise.all([
        one.announce(lease, announcement),
        other.lease({ name: 'announce', holder: 'b' }, times),
      ]);
      // Whoever has taken it sees what was announced before, and nothing comes after.
      const seen = await other.events({ after: last, limit: 9 });
      expect(seen).toHaveLength(kept ? 1 : 0);
      if (taken === null) throw new Error('the lease had ended');
      expect(await one.announce(lease, announcement)).toBe(false);
      expect(await other.announce(taken, announcement)).toBe(true);
      const next = await other.lastEvent();
      expect(next).toBeGreaterThan(seen.at(-1)?.id ?? last);
      last = next;
      await other.release(taken);
    }
  });

  test('who wants the lease waits for an announcement under way', async () => {
    const [one, other] = [await open(), await open()];
    const ways = await connectionsTo(parseAddress(server.url('shared'), {}), null);
    onTestFinished(() => ways.close());
    const lease = await leased(one, 'announce');
    const times = { now: at('12:00:00'), until: at('13:00:00') };
    const order: string[] = [];
    const waiting = () => server.run('shared', 'SELECT 1 FROM pg_locks WHERE NOT granted');
    let taking: Promise<unknown> = Promise.resolve();
    await ways.transaction(async (on) => {
      await announce(on, lease, { cluster, subjects: [], gone: [], events: [overdue] });
      taking = other
        .lease({ name: 'announce', holder: 'b' }, times)
        .then(() => order.push('taken'));
      while (order.length === 0 && (await waiting()).length === 0);
      order.push('announced');
    });
    await taking;
    expect(order).toEqual(['announced', 'taken']);
  });
});
