import { join } from 'node:path';
import { openSqliteStore } from '../../../collector/store/sqlite.ts';
import type { Delivery, Store } from '../../../collector/store/store.ts';
import { leased, overdue, subject } from './conformance-events.ts';
import { at, cluster, delivery, reported } from './deliveries.ts';
import { change, enrolled, leave, machines } from './enrolments.ts';

const NODES = ['n1', 'n2', 'é3'];
const REPORTS = 500;

/** The path of a store with some of everything, and more reports than go in one batch. */
export async function filledStore(folder: string): Promise<string> {
  const path = join(folder, 'muster.db');
  const store = await openSqliteStore(path);
  for (const node of NODES) await Promise.all(historyOf(node).map((one) => store.deliver(one)));
  await store.deliver(reported(REPORTS + 1, at('11:00:00', 90)));
  await store.deliver({ ...reported(1, at('11:00:00', 90)), cluster: 'c2' });
  await enrolled(store, ['n1', 't1']);
  await enrolled(store, ['n2', 't2'], { machineId: machines.other, state: 'pending' });
  const to = { id: 'key-new', publicKey: 'public-new' };
  await store.rotateKey({ from: 'key-t1', to, validUntil: at('12:00:00') }, change);
  await leave(store, ['n9', 't9']);
  await store.putPolicy(cluster, { text: '# é\n{}\n', digest: 'd1' }, change);
  const waiver = {
    check: 'kvm.*',
    reason: 'x\u0000y',
    owner: 'ops',
    expires: '2027-01-31T00:00:00Z',
  };
  await store.addWaiver(cluster, { ...waiver, verdict: 'fail' }, change);
  const token = { role: 'operator', cluster: null, createdAt: change.at } as const;
  const kept = await store.createToken(
    { ...token, hash: 'h1', name: 'ops', expiresAt: null },
    change,
  );
  const gone = { ...token, hash: 'h2', name: 'gone', expiresAt: at('12:00:00') };
  await store.revokeToken((await store.createToken(gone, change)).id, change);
  await store.touchToken(kept.id, at('11:30:00'));
  await store.openSession({ hash: 's1', token: kept.id, expiresAt: at('22:00:00') }, change.at);
  const refusal = { code: 'replayed', lastAt: change.at, lastDetail: 'x' };
  await store.countRejection({ ...refusal, cluster, node: 'n1' });
  await store.countRejection({ ...refusal, cluster: null, node: null });
  const counts = { fails: 1, unknowns: 0, warns: 2 };
  const standing = { at: at('11:00:00'), was: null, verdict: 'fail', ...counts } as const;
  await store.noteStandings(cluster, [
    { ...standing, node: null },
    { ...standing, node: 'n1' },
  ]);
  const lease = await leased(store, 'announce');
  const announced = { cluster, subjects: [subject], gone: [], events: [overdue, overdue] };
  await store.announce(lease, announced);
  const told = { after: 1, failures: 2, firstFailedAt: change.at, nextAt: null };
  await store.putDelivered(lease, 't1', told);
  await store.retain({ fullMs: 1, maximumMs: null }, at('11:00:00'));
  await store.close();
  return path;
}

/** All that a store says of what `filledStore` put in, in any engine. */
export async function allOf(store: Store) {
  const clusters = await store.clusters();
  const nodes = [...NODES, 'n1.example.org'];
  const pairs = clusters.flatMap((of) => nodes.map((node) => [of, node] as const));
  const histories = await each(pairs, ([of, node]) => store.history(of, node, { limit: 2000 }));
  const waivers = await each(clusters, (of) => store.waivers(of));
  return {
    clusters,
    histories,
    bodies: await each(histories, (list) => store.bodies(list.map(({ id }) => id))),
    current: await each(clusters, (of) => store.current(of)),
    changes: await each(pairs, ([of, node]) => store.lastChange(of, node)),
    series: await each(pairs, ([of, node]) => store.series(of, node, new Date(0))),
    policies: await each(clusters, (of) => store.policy(of)),
    waivers,
    tokens: await store.tokens(),
    byHash: [await store.tokenByHash('h1'), await store.enrolmentTokenByHash('t9')],
    session: await store.session('s1'),
    leaves: await store.enrolmentTokens(),
    keys: new Set(await store.nodeKeys()),
    last: await store.lastSequence(1),
    standings: await each(clusters, (of) => store.standings(of)),
    recent: await each(clusters, (of) => store.recentChanges(of, new Date(0))),
    rejections: await store.rejections(),
    events: await store.events({ after: 0, limit: 9 }),
    announced: await each(clusters, (of) => store.announced(of)),
    delivered: await store.delivered('t1'),
    // What PostgreSQL cannot hold is told by the sign for it.
    audit: (await store.auditLog({ limit: 999 })).map((entry) => ({
      ...entry,
      subject: entry.subject.replaceAll('\u0000', '\ufffd'),
    })),
  };
}

async function each<T, Result>(list: readonly T[], ask: (one: T) => Promise<Result>) {
  const answers: Result[] = [];
  for (const one of list) answers.push(await ask(one));
  return answers;
}

function historyOf(node: string): Delivery[] {
  return Array.from({ length: REPORTS }, (_, index) => {
    const collectedAt = at(`${String(index % 24).padStart(2, '0')}:00:00`, Math.floor(index / 24));
    const sections = { cpu: { node, state: index % 7 }, kvm: { state: index % 3 } };
    const body = { collectedAt: collectedAt.toISOString(), tookMs: { cpu: index }, sections };
    const figures = {
      ...{ vgFreeBytes: index, vgSizeBytes: 2 ** 43, memoryAvailableBytes: null },
      clockOffsetMs: -0.25,
    };
    const came = { node, collectedAt, receivedAt: collectedAt, figures };
    return delivery(index + 1, body, came);
  });
}
