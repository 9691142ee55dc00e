import { expect, test } from 'vitest';
import type { NewEvent } from '../../../collector/store/event.ts';
import type { Store } from '../../../collector/store/store.ts';
import { now } from '../seed-cluster.ts';
import { bearer, openTestApp } from '../test-app.ts';
import { overdue } from '../webhook/sending.ts';

const hostile = '<script>alert(1)</script>';

async function announce(store: Store, cluster: string, ...events: Partial<NewEvent>[]) {
  const until = new Date(now.getTime() + 1000);
  const lease = await store.lease({ name: 'announce', holder: 'test' }, { until, now });
  if (lease === null) throw new Error('the lease is another one’s');
  const added = events.map((event) => ({ ...overdue, ...event }));
  await store.announce(lease, { cluster, subjects: [], gone: [], events: added });
}

/** Two clusters, whose events are mixed. */
async function scene() {
  const opened = await openTestApp();
  await announce(opened.store, 'c1', { subject: 'n1' });
  await announce(opened.store, 'c2', { subject: 'n2' }, { subject: 'n3' });
  await announce(opened.store, 'c1', { subject: 'n4', detail: [hostile] });
  const ask = async (query: string, headers: Record<string, string> = opened.as.reader) => {
    const answer = await opened.app.inject({ url: `/api/v1/events${query}`, headers });
    return { status: answer.statusCode, ...answer.json() };
  };
  const shown = async (query: string, headers?: Record<string, string>) => {
    const { status, events, last } = await ask(query, headers);
    return { status, subjects: events?.map(({ subject }: NewEvent) => subject), last };
  };
  return { ...opened, ask, shown };
}

test('the feed has every event as it was announced, oldest first', async () => {
  const { ask } = await scene();
  const { events, ...rest } = await ask('');
  expect(rest).toEqual({ status: 200, last: 4 });
  expect(events).toHaveLength(4);
  expect(events[0]).toEqual({
    id: 1,
    at: now.toISOString(),
    cluster: 'c1',
    type: 'node.overdue',
    subject: 'n1',
    was: 'reporting',
    now: 'overdue',
    detail: ['its last report is of 2026-03-01T00:00:00Z'],
    page: '/clusters/c1/nodes/n1',
  });
});

test('whoever has read an event reads on after it, and when nothing came stays there', async () => {
  const { shown } = await scene();
  const of = (subjects: string[], last: number) => ({ status: 200, subjects, last });
  expect(await shown('?limit=2')).toEqual(of(['n1', 'n2'], 2));
  expect(await shown('?limit=2&after=2')).toEqual(of(['n3', 'n4'], 4));
  expect(await shown('?after=4')).toEqual(of([], 4));
  expect(await shown('?after=0&cluster=c2')).toEqual(of(['n2', 'n3'], 3));
  expect(await shown('?after=2&cluster=c2')).toEqual(of(['n3'], 3));
  expect(await shown('?after=3&cluster=c2')).toEqual(of([], 3));
  expect(await shown('?cluster=nobody')).toEqual(of([], 0));
});

test('a token of one cluster sees no other', async () => {
  const { store, shown, ask } = await scene();
  const headers = await bearer(store, 'reader', { cluster: 'c1' });
  const own = { status: 200, subjects: ['n1', 'n4'], last: 4 };
  expect(await shown('', headers)).toEqual(own);
  expect(await shown('?cluster=c1', headers)).toEqual(own);
  expect(await ask('?cluster=c2', headers)).toMatchObject({ status: 403, code: 'forbidden' });
});

test.each(['after=-1', 'after=x', 'after=1.5', 'after=1e99', 'limit=0', 'limit=1001', 'cluster='])(
  '"%s" is refused',
  async (query) => {
    const { ask } = await scene();
    expect(await ask(`?${query}`)).toMatchObject({ status: 400, code: 'invalid_request' });
  },
);

test('the interface describes what the feed answers', async () => {
  const { app, as, ask } = await scene();
  const document = (await app.inject({ url: '/api/v1/openapi.json', headers: as.reader })).json();
  const { schema } =
    document.paths['/api/v1/events'].get.responses[200].content['application/json'];
  const { events } = await ask('');
  const described = Object.keys(schema.properties.events.items.properties).sort();
  expect(described).toEqual(Object.keys(events[0]).sort());
});

test('the page of operations shows what was announced lately, and obeys none of it', async () => {
  const { app, as, store } = await scene();
  const type = 'recommendation.changed';
  await announce(store, 'c1', { type, subject: '', was: 'none', now: hostile });
  await announce(store, 'c1', { type: 'drift', detail: ['other facts in: memory'] });
  const open = async (headers: Record<string, string>) => {
    const accept = { ...headers, accept: 'text/html' };
    return (await app.inject({ url: '/operations', headers: accept })).body;
  };
  const page = await open(as.reader);
  expect(page).not.toContain('<script>alert');
  expect(itemsOf(page)).toEqual([
    'drift n1 other facts in: memory c1 just now',
    `${type} all nodes none → &lt;script&gt;alert(1)&lt;/script&gt; c1 just now`,
    'node.overdue n4 reporting → overdue c1 just now',
    'node.overdue n3 reporting → overdue c2 just now',
    'node.overdue n2 reporting → overdue c2 just now',
    'node.overdue n1 reporting → overdue c1 just now',
  ]);
  const other = itemsOf(await open(await bearer(store, 'reader', { cluster: 'c2' })));
  expect(other.map((item) => item.split(' ')[1])).toEqual(['n3', 'n2']);
  await announce(store, 'c2', ...Array.from({ length: 30 }, (_, at) => ({ subject: `m${at}` })));
  expect(itemsOf(await open(as.reader)).map((item) => item.split(' ')[1])).toEqual(
    Array.from({ length: 20 }, (_, at) => `m${29 - at}`),
  );
});

test('where nothing was announced the page does not speak of it', async () => {
  const { app, as } = await openTestApp();
  const { body } = await app.inject({ url: '/operations', headers: as.reader });
  expect(body).toContain('Refused deliveries');
  expect(body).not.toContain('Announced');
});

/** The words of each line below "Announced lately". */
function itemsOf(page: string): string[] {
  const [, list = ''] = /Announced lately<\/h2>(.*?)<\/section>/s.exec(page) ?? [];
  return [...list.matchAll(/<li>(.*?)<\/li>/gs)].map(([, item = '']) =>
    item
      .replaceAll(/<[^>]*>/g, '')
      .replaceAll(/\s+/g, ' ')
      .trim(),
  );
}
