import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeNextKey, readIdentity } from '../../../agent/identity/identity.ts';
import { readLedger } from '../../../agent/spool/ledger.ts';
import { addToSpool, spoolEntries } from '../../../agent/spool/spool.ts';
import { bootId, eachDelivering, refusal, start } from './delivering.ts';
import { isSigned, type Reply } from './signed-server.ts';

const here = eachDelivering();

describe('delivery', () => {
  test('sends each report once, oldest first, signed, over one connection', async () => {
    await here.spooled(3);
    const result = await here.run();
    const nothing = {
      ...{ aside: [], left: 0, exit: 'open', reason: null, ended: false },
      looseDelivered: false,
    };
    expect(result).toEqual({ delivered: 3, ...nothing });
    expect(here.sent()).toEqual([1, 2, 3]);
    expect(here.server.received.map((one) => isSigned(one, here.signer()))).toEqual([
      true,
      true,
      true,
    ]);
    expect(here.server.received[0]?.headers).toMatchObject({
      'muster-key': here.key.id,
      'muster-boot-id': bootId,
      'muster-sequence': String(start / 1000),
      'muster-time': '2026-11-22T12:00:00.000Z',
      'content-encoding': 'gzip',
    });
    expect(here.server.connections()).toBe(1);
    expect(await spoolEntries(here.spool)).toEqual([]);
  });

  test.each(['invalid_report', 'too_large', 'wrong_node'])(
    'a report refused as %s is set aside, and the others go on',
    async (code) => {
      await here.spooled(2);
      here.server.replies.push(refusal(400, code));
      const result = await here.run();
      expect(result).toMatchObject({ delivered: 1, left: 0, exit: 'badData' });
      const reason = `the collector answered 400 ${code}: because of ${code}`;
      expect(result.aside.map((one) => one.reason)).toEqual([reason]);
      expect((await readLedger(here.spool)).aside).toBe(1);
    },
  );

  test('a damaged file and a report of another node are set aside without being sent', async () => {
    await here.spooled(1);
    const [entry] = await spoolEntries(here.spool);
    writeFileSync(join(here.spool.folder, entry?.name ?? ''), '{"half');
    await addToSpool(here.spool, '{"node":"n2"}', new Date(start));
    await addToSpool(here.spool, 'no json', new Date(start));
    const result = await here.run();
    expect(result.aside.map(({ reason }) => reason)).toEqual([
      'the file is damaged',
      'a report of n2, and this node is enrolled as n1',
      'it is not JSON',
    ]);
    expect(here.server.received).toEqual([]);
  });

  const ends: [string, Reply, string, RegExp][] = [
    ['bad_signature', refusal(401, 'bad_signature'), 'noPermission', /401 bad_signature/],
    ['not_approved', refusal(403, 'not_approved'), 'noPermission', /403 not_approved/],
    ['another 404', { status: 404, body: {} }, 'unavailable', /404.*is this a collector\?$/],
    ['200 of a portal', { status: 200, body: { hello: 1 } }, 'unavailable', /is no receipt/],
    ['200 for another', { status: 200, body: { digest: 'x' } }, 'unavailable', /is no receipt/],
  ];
  test.each(ends)('%s keeps every report and ends the run', async (...[, reply, exit, reason]) => {
    await here.spooled(3);
    here.server.replies.push(reply);
    const result = await here.run();
    expect(result).toMatchObject({ delivered: 0, left: 3, exit, ended: false });
    expect(result.reason).toMatch(reason);
    expect(here.server.received).toHaveLength(1);
  });

  test('unknown_node alone ends the enrolment; every report is kept', async () => {
    await here.spooled(2);
    here.server.replies.push(refusal(401, 'unknown_node'));
    expect(await here.run()).toMatchObject({ left: 2, exit: 'noPermission', ended: true });
  });

  test('unknown_node to the old key: the next one is tried, and stays when known', async () => {
    const next = await makeNextKey(here.place, [here.key.id]);
    await here.spooled(2);
    here.server.replies.push(refusal(401, 'unknown_node'));
    expect(await here.run()).toMatchObject({ delivered: 2, exit: 'open' });
    const byNext = here.server.received.map((one) => isSigned(one, here.signer(next)));
    expect(byNext).toEqual([false, true, true]);
    expect((await readIdentity(here.place))?.key).toBe(next.id);
    expect(readdirSync(here.place.folder).sort()).toEqual(
      [`${next.id}.pem`, 'identity.json'].sort(),
    );
  });

  test('unknown_node to both keys ends the enrolment and keeps both', async () => {
    await makeNextKey(here.place, [here.key.id]);
    await here.spooled(1);
    here.server.replies.push(refusal(401, 'unknown_node'), refusal(401, 'unknown_node'));
    expect(await here.run()).toMatchObject({ left: 1, ended: true });
    expect((await readIdentity(here.place))?.key).toBe(here.key.id);
  });
});
