import { describe, expect, test } from 'vitest';
import { openConnection } from '../../../agent/delivery/connection.ts';
import { RUN_LIMIT_MS } from '../../../agent/delivery/deliver.ts';
import { readLedger } from '../../../agent/spool/ledger.ts';
import { eachDelivering, refusal, start } from './delivering.ts';
import { isSigned, type Reply } from './signed-server.ts';

const here = eachDelivering();
const OK: Reply = { status: 200 };

describe('time', () => {
  test("a wrong clock is signed over once with the collector's time, and told", async () => {
    await here.spooled(2);
    const serverTime = '2026-11-22T12:20:30.000Z';
    here.server.replies.push(refusal(422, 'clock_skew', { serverTime }));
    expect(await here.run()).toMatchObject({ delivered: 2, exit: 'open' });
    const times = here.server.received.map(({ headers }) => headers['muster-time']);
    expect(times).toEqual(['2026-11-22T12:00:00.000Z', serverTime, serverTime]);
    expect(here.server.received.every((one) => isSigned(one, here.signer()))).toBe(true);
    expect(here.warnings).toEqual([
      "the clock of this node is 1230 s behind the collector's: " +
        "signed with the collector's time; the times in the reports stay as they are\n",
    ]);
  });

  test('a clock error that stays keeps the report and lets the others pass', async () => {
    await here.spooled(2);
    const skew = refusal(422, 'clock_skew', { serverTime: '2026-11-22T11:00:00.000Z' });
    here.server.replies.push(skew, skew);
    const result = await here.run();
    expect(result).toMatchObject({ delivered: 1, left: 1, exit: 'tryAgain', ended: false });
    expect(here.sent()).toEqual([1, 1, 2]);
  });

  test('and the clock is told of once, however often the collector says so', async () => {
    await here.spooled(3);
    const skew = refusal(422, 'clock_skew', { serverTime: '2026-11-22T11:00:00.000Z' });
    for (let number = 0; number < 9; number++) here.server.replies.push(skew);
    await here.run();
    expect(here.sent()).toEqual([1, 1, 2, 3]);
    expect(here.warnings).toHaveLength(1);
  });

  test('Retry-After is obeyed when the run has the time for it', async () => {
    await here.spooled(2);
    here.server.replies.push({ ...refusal(429, 'rate_limited'), headers: { 'retry-after': '60' } });
    expect(await here.run()).toMatchObject({ delivered: 2, exit: 'open' });
    // half of what may come on top: chance is a half in these tests
    expect(here.pauses).toEqual([75_000]);
  });

  test('and else is left to a later run, which asks nobody before it is time', async () => {
    await here.spooled(1);
    here.server.replies.push({ ...refusal(503, 'unavailable'), headers: { 'retry-after': '600' } });
    const result = await here.run();
    expect(result).toMatchObject({ left: 1, exit: 'tryAgain' });
    expect(result.reason).toMatch(/^the collector answered 503 unavailable.*\(in 600 s again\)$/);
    expect((await readLedger(here.spool)).notBefore).toBe('2026-11-22T12:10:00.000Z');

    here.timeMs = start + 599_000;
    expect((await here.run()).reason).toMatch(
      /asked not to be asked before 2026-11-22T12:10:00.000Z$/,
    );
    expect(here.server.received).toHaveLength(1);
    here.timeMs = start + 600_000;
    expect(await here.run()).toMatchObject({ delivered: 1, exit: 'open' });
  });

  test('a note of a clock that was far ahead holds nobody up', async () => {
    await here.spooled(1);
    here.timeMs = start + 10 * 24 * 3_600_000;
    here.server.replies.push({
      ...refusal(503, 'unavailable'),
      headers: { 'retry-after': '9999999' },
    });
    await here.run();
    here.timeMs = start;
    expect(await here.run()).toMatchObject({ delivered: 1 });
  });

  test('a run ends in time, whatever is asked of it', async () => {
    await here.spooled(9);
    for (let number = 0; number < 30; number++) {
      here.server.replies.push({
        ...refusal(429, 'rate_limited'),
        headers: { 'retry-after': '50' },
      });
    }
    await here.run();
    expect(here.timeMs - start).toBeLessThanOrEqual(RUN_LIMIT_MS);
  });
});

describe('sequences', () => {
  test('replayed: goes on above the sequence that the collector has seen, once', async () => {
    await here.spooled(3);
    const lastSequence = start / 1000 + 5000;
    here.server.replies.push(refusal(409, 'replayed', { lastSequence }));
    expect(await here.run()).toMatchObject({ delivered: 3, exit: 'open' });
    const sequences = here.server.received.map(({ headers }) => Number(headers['muster-sequence']));
    const above = [1, 2, 3].map((number) => lastSequence + number);
    expect(sequences).toEqual([start / 1000, ...above]);
    expect(here.sent()).toEqual([1, 1, 2, 3]);
    expect((await readLedger(here.spool)).sequence).toBe(lastSequence + 3);
  });

  test('replayed again: the report stays, and the others go on', async () => {
    await here.spooled(2);
    const again = refusal(409, 'replayed', { lastSequence: start / 1000 + 10 });
    here.server.replies.push(again, again);
    expect(await here.run()).toMatchObject({ delivered: 1, left: 1, exit: 'tryAgain' });
    expect(here.sent()).toEqual([1, 1, 2]);
  });
});

describe('trouble', () => {
  test('one report that the collector fails on does not block the others', async () => {
    await here.spooled(4);
    const fails = refusal(500, 'internal');
    here.server.replies.push(fails, fails, fails, OK, OK, OK);
    const result = await here.run();
    expect(result).toMatchObject({ delivered: 3, left: 1, exit: 'tryAgain' });
    expect(result.reason).toBe('the collector answered 500 internal: because of internal');
    // after the failure the newest tells whether anything is taken
    expect(here.sent()).toEqual([1, 1, 1, 4, 2, 3]);
    expect(here.pauses).toEqual([500, 1000]);
  });

  test('nor do several of them, nor one that makes it hang up', async () => {
    await here.spooled(5);
    const { replies } = here.server;
    const byNumber = (one: { body: string }): Reply => {
      const { number } = JSON.parse(one.body);
      if (number === 2) return { status: 0, hangUp: true };
      return number === 1 || number === 3 ? refusal(500, 'internal') : OK;
    };
    for (let count = 0; count < 20; count++) replies.push(byNumber);
    expect(await here.run()).toMatchObject({ delivered: 2, left: 3, exit: 'tryAgain' });
    expect(new Set(here.sent())).toEqual(new Set([1, 2, 3, 4, 5]));
  });

  test('a collector that fails on all is left alone after the second', async () => {
    await here.spooled(50);
    for (let number = 0; number < 30; number++) here.server.replies.push(refusal(500, 'internal'));
    expect(await here.run()).toMatchObject({ delivered: 0, left: 50, exit: 'tryAgain' });
    expect(here.sent()).toEqual([1, 1, 1, 50, 50, 50]);
  });

  test.each([502, 503, 504])('%i ends the run after three attempts', async (status) => {
    await here.spooled(2);
    for (let number = 0; number < 9; number++) here.server.replies.push({ status, body: {} });
    expect(await here.run()).toMatchObject({ delivered: 0, left: 2 });
    expect(here.sent()).toEqual([1, 1, 1]);
  });

  test('a lost answer is asked for again', async () => {
    await here.spooled(1);
    here.server.replies.push({ status: 0, hangUp: true });
    expect(await here.run()).toMatchObject({ delivered: 1, exit: 'open' });
    expect(here.sent()).toEqual([1, 1]);
  });

  test('nobody listening keeps the spool', async () => {
    await here.spooled(2);
    const result = await here.run(openConnection({ collector: 'http://127.0.0.1:9' }));
    expect(result).toMatchObject({ delivered: 0, left: 2, exit: 'unavailable' });
    expect(result.reason).toBe('http://127.0.0.1:9: connect ECONNREFUSED 127.0.0.1:9');
    expect(here.pauses).toEqual([500, 1000]);
  });

  test('what the collector says cannot command a terminal', async () => {
    await here.spooled(1);
    const body = { code: 'bad_signature', detail: '\u001b[2Jgone\r\n\u202eno' };
    here.server.replies.push({ status: 401, body });
    const reason = 'the collector answered 401 bad_signature: [2Jgone   no';
    expect((await here.run()).reason).toBe(reason);
  });
});
