import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { stateFiles } from '../../../agent/host/state-files.ts';
import { makeNextKey, openIdentity, writeIdentity } from '../../../agent/identity/identity.ts';
import type { SigningKey } from '../../../agent/identity/key.ts';
import { readLedger } from '../../../agent/spool/ledger.ts';
import { addToSpool, openSpool, type Spool } from '../../../agent/spool/spool.ts';
import { reportSchema } from '../../../shared/report.ts';
import { asRoot, describeWith, program, root } from '../../requirements.ts';
import { isSigned, type SignedServer, startServer } from '../delivery/signed-server.ts';
import { muster } from './agent-program.ts';

const recorded = join(root, 'test', 'hosts', 'bookworm-worn-node');
const needs = [asRoot, program('mount', 'mount'), program('flock', 'util-linux')];
const NO_ROOM = /^writing \S+: ENOSPC: no space left on device, write \(what was there/m;

describeWith(needs, 'muster-agent push on a full disk', () => {
  let state: string;
  let spool: Spool;
  let key: SigningKey;
  let server: SignedServer;

  beforeEach(async () => {
    state = mkdtempSync(join(tmpdir(), 'muster-push-full-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', state]);
    server = await startServer();
    const place = await openIdentity(state, stateFiles);
    key = await makeNextKey(place, []);
    const { url: collector } = server;
    await writeIdentity(place, {
      ...{ format: 1, collector, cluster: 'prod', node: 'n1', key: key.id, trust: null },
      enrolledAt: '2026-11-22T11:00:00.000Z',
    });
    spool = await openSpool({ folder: join(state, 'spool'), files: stateFiles });
    writeFileSync(join(state, 'lock'), '');
  });
  afterEach(async () => {
    await server.close();
    execFileSync('umount', [state]);
    rmdirSync(state);
  });

  /** Leaves no room for anything, as a log that grew does. */
  function fill(): void {
    expect(() => writeFileSync(join(state, 'ballast'), Buffer.alloc(512 * 1024))).toThrow(/ENOSPC/);
  }
  const old = (number: number, text = '') =>
    addToSpool(spool, JSON.stringify({ node: 'n1', number, text }), new Date());
  const push = () => muster(['push', '--host', recorded, '--state', state]);
  const spooled = () => readdirSync(spool.folder).filter((name) => name.endsWith('.json'));
  const signer = () => ({ publicKey: key.publicKey, cluster: 'prod', node: 'n1' });
  const isNew = (body = '') => reportSchema.safeParse(JSON.parse(body)).success;

  test('delivers what was there, and the new report from memory, in their order', async () => {
    await old(1);
    await old(2);
    fill();
    const { code, stderr } = await push();
    expect(stderr).toMatch(NO_ROOM);
    expect(stderr).toMatch(
      /\nthe new report has no place on disk: it is sent from memory\ndelivered 3 of n1\n$/,
    );
    expect(code).toBe(0);
    const bodies = server.received.map(({ body }) => body);
    expect(bodies.map((body) => JSON.parse(body).number)).toEqual([1, 2, undefined]);
    expect(isNew(bodies[2])).toBe(true);
    expect(server.received.every((request) => isSigned(request, signer()))).toBe(true);
    const sequences = server.received.map(({ headers }) => Number(headers['muster-sequence']));
    expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => a - b));
    expect(spooled()).toEqual([]);
  });

  test('loses the new report alone when nobody takes it, and says so', async () => {
    const kept = [(await old(1)).name, (await old(2)).name];
    fill();
    await server.close();
    const { code, stderr } = await push();
    expect(code).toBe(75);
    expect(stderr).toMatch(/\n2 reports stay in the spool: http:\S+: connect ECONNREFUSED/);
    expect(stderr).toMatch(
      /\nthe new report is lost, and there is no room to count it: writing \S+: ENOSPC[^\n]+\n$/,
    );
    expect(spooled()).toEqual(kept);

    rmSync(join(state, 'ballast'));
    const { sequence, dropped } = await readLedger(spool);
    expect({ sequence, dropped }).toEqual({ sequence: Number(kept[1]?.slice(0, 16)), dropped: 0 });
    expect((await push()).code).toBe(69);
    expect(spooled()).toHaveLength(3);
  });

  test('keeps the new report where the others made room, when it is not taken', async () => {
    await old(1, 'x'.repeat(100_000));
    fill();
    server.replies.push({ status: 200 }, ...Array(3).fill({ status: 500 }));
    const { code, stderr } = await push();
    expect(code).toBe(75);
    expect(stderr).toMatch(/delivered 1 of n1\nthere is room on disk again: the new report stays/);
    expect(spooled()).toHaveLength(1);
    expect(await push()).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/delivered 2 of/),
    });
    expect(server.received.filter(({ body }) => isNew(body))).toHaveLength(5);
  });

  test('counts a report that is lost as soon as there is room for that much', async () => {
    fill();
    rmSync(join(state, 'ballast'));
    // room for the ledger, and not for a report
    writeFileSync(join(state, 'ballast'), Buffer.alloc(roomBytes() - 8192));
    await server.close();
    const { stderr } = await push();
    expect(stderr).toMatch(/\nthe new report is lost: writing \S+: ENOSPC/);
    expect((await readLedger(spool)).dropped).toBe(1);
  });

  test('goes on above a sequence that the collector has seen', async () => {
    fill();
    const lastSequence = 4_000_000_000;
    server.replies.push({ status: 409, body: { code: 'replayed', detail: '', lastSequence } });
    expect((await push()).code).toBe(0);
    const sequences = server.received.map(({ headers }) => headers['muster-sequence']);
    expect(sequences[1]).toBe(String(lastSequence + 1));
  });

  test('asks nobody again whom the collector told to wait', async () => {
    await old(1);
    fill();
    const wait = { status: 429, headers: { 'retry-after': '900' }, body: { code: 'rate_limited' } };
    server.replies.push(wait);
    const { code, stderr } = await push();
    expect(code).toBe(75);
    expect(server.received).toHaveLength(1);
    expect(stderr).toMatch(
      /\n1 reports stay in the spool: the collector answered 429 rate_limited/,
    );
    expect(stderr).toMatch(/\nthe new report is lost/);
  });

  test('leaves a stranger in the spool where it is, and goes on', async () => {
    writeFileSync(join(spool.folder, 'stranger.json'), 'x');
    mkdirSync(join(spool.folder, 'aside'), { recursive: true });
    fill();
    expect((await push()).code).toBe(0);
    expect(server.received).toHaveLength(1);
    expect(spooled()).toEqual(['stranger.json']);
  });

  /** What the disk still takes, in whole pages. */
  function roomBytes(): number {
    const [, free = '0'] = execFileSync('df', ['--output=avail', '-B1', state], {
      encoding: 'utf8',
    }).split('\n');
    return Number(free);
  }
});
