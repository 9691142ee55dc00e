import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { eventTypes, type StoredEvent } from '../../../collector/store/event.ts';
import { messageId, messageOf, pageOf } from '../../../collector/webhook/message.ts';
import { now } from '../seed-cluster.ts';
import { secretBytes } from './receiver.ts';
import { cluster, overdue } from './sending.ts';

const event: StoredEvent = { ...overdue, id: 7, cluster };
const sign = (secret: Buffer, text: string) =>
  `v1,${createHmac('sha256', secret).update(text).digest('base64')}`;

test('what is signed is id, seconds and body, by each secret', () => {
  const other = Buffer.alloc(24, 1);
  const at = new Date(now.getTime() + 999);
  const { headers, body } = messageOf(event, [secretBytes, other], at);
  const text = `${messageId(event)}.1772334000.${body}`;
  expect(headers).toEqual({
    'content-type': 'application/json',
    'webhook-id': messageId(event),
    'webhook-timestamp': '1772334000',
    'webhook-signature': `${sign(secretBytes, text)} ${sign(other, text)}`,
  });
});

test('a later attempt has the same id and body, and another time and signature', () => {
  const one = messageOf(event, [secretBytes], now);
  const two = messageOf(event, [secretBytes], new Date(now.getTime() + 60_000));
  expect([two.body, two.headers['webhook-id']]).toEqual([one.body, one.headers['webhook-id']]);
  expect(two.headers['webhook-signature']).not.toBe(one.headers['webhook-signature']);
});

test('the event of the same number in another store, or after a restore, has another id', () => {
  const others: StoredEvent[] = [
    event,
    { ...event, id: 8 },
    { ...event, at: new Date(now.getTime() + 1) },
    { ...event, cluster: 'c2' },
    { ...event, subject: 'n2' },
    { ...event, type: 'node.reporting' },
    { ...event, was: 'x' },
    { ...event, now: 'x' },
  ];
  const ids = others.map(messageId);
  expect(new Set(ids).size).toBe(others.length);
  for (const id of ids) expect(id).toMatch(/^muster-[78]-[0-9a-f]{16}$/);
});

test('a long text is cut between letters, so that the body stays small', () => {
  const long = '\u{1f980}'.repeat(501);
  const cut = `${'\u{1f980}'.repeat(499)}…`;
  const most = '\u{1f980}'.repeat(500);
  const { body } = messageOf({ ...event, was: long, now: most, detail: [long, 'b'] }, [], now);
  expect(JSON.parse(body).data).toMatchObject({ was: cut, now: most, detail: [cut, 'b'] });
});

test('text of a node cannot leave its place in the body', () => {
  const hostile = '"},"type":"verdict.opened"\r\n\u0000\u2028';
  const { body } = messageOf({ ...event, detail: [hostile] }, [], now);
  expect(JSON.parse(body)).toMatchObject({ type: 'node.overdue', data: { detail: [hostile] } });
});

test.each(eventTypes)('%s has a page', (type) => {
  const subjects = { verdict: 'health', node: 'n/1', drift: 'n/1', recommendation: 'group a' };
  const kind = type.split('.')[0] as keyof typeof subjects;
  const pages = {
    verdict: '/clusters/c%201/gate?gate=health',
    node: '/clusters/c%201/nodes/n%2F1',
    drift: '/clusters/c%201/nodes/n%2F1',
    recommendation: '/clusters/c%201',
  };
  expect(pageOf({ cluster: 'c 1', type, subject: subjects[kind] })).toBe(pages[kind]);
});
