import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { stateFiles } from '../../../agent/host/state-files.ts';
import {
  type IdentityPlace,
  makeNextKey,
  openIdentity,
  writeIdentity,
} from '../../../agent/identity/identity.ts';
import type { SigningKey } from '../../../agent/identity/key.ts';
import { writeLedger } from '../../../agent/spool/ledger.ts';
import { openSpool } from '../../../agent/spool/spool.ts';
import { reportSchema } from '../../../shared/report.ts';
import { describeWith, program, root } from '../../requirements.ts';
import { isSigned, type SignedServer, startServer } from '../delivery/signed-server.ts';
import { muster } from './agent-program.ts';

const recorded = join(root, 'test', 'hosts', 'bookworm-worn-node');
let state: string;
let place: IdentityPlace;
let key: SigningKey;
let server: SignedServer;

beforeEach(async () => {
  state = mkdtempSync(join(tmpdir(), 'muster-push-'));
  server = await startServer();
  place = await openIdentity(state, stateFiles);
});
afterEach(async () => {
  await server.close();
  rmSync(state, { recursive: true, force: true });
});

async function enrolled(more: { endedAt?: string } = {}): Promise<void> {
  key = await makeNextKey(place, []);
  await writeIdentity(place, {
    ...{ format: 1, collector: server.url, cluster: 'prod', node: 'n1', key: key.id, trust: null },
    enrolledAt: '2026-11-22T11:00:00.000Z',
    ...more,
  });
}

const push = (...more: string[]) => muster(['push', '--host', recorded, '--state', state, ...more]);
const spooled = () =>
  readdirSync(join(state, 'spool')).filter((name) => name.endsWith('.json')).length;

describeWith([program('flock', 'util-linux')], 'muster-agent push', () => {
  test('delivers a report under the name and the key of the enrolment', async () => {
    await enrolled();
    const { code, stderr } = await push();
    expect(stderr).toBe('delivered 1 of n1\n');
    expect(code).toBe(0);
    const [request] = server.received;
    if (request === undefined) throw new Error('nothing was sent');
    const signer = { publicKey: key.publicKey, cluster: 'prod', node: 'n1' };
    expect(isSigned(request, signer)).toBe(true);
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    expect(request.headers['muster-boot-id']).toBe(boot);
    const report = reportSchema.parse(JSON.parse(request.body));
    expect(report.node).toBe('n1');
    expect(report.agent.spool).toEqual({ dropped: 0, aside: 0 });
    expect(spooled()).toBe(0);
  });

  test('tells the collector what it never got', async () => {
    await enrolled();
    const spool = await openSpool({ folder: join(state, 'spool'), files: stateFiles });
    await writeLedger(spool, { dropped: 5, aside: 2 });
    await push();
    const report = reportSchema.parse(JSON.parse(server.received[0]?.body ?? ''));
    expect(report.agent.spool).toEqual({ dropped: 5, aside: 2 });
  });

  test('the command line may name another address of the collector', async () => {
    await enrolled();
    const other = await startServer();
    expect((await push('--collector', other.url)).code).toBe(0);
    expect(other.received).toHaveLength(1);
    expect(server.received).toEqual([]);
    await other.close();
  });

  test('a node that is not enrolled reads nothing and is told how to become it', async () => {
    const { code, stderr } = await push();
    expect(code).toBe(78);
    expect(stderr).toBe(
      'this node is not enrolled; enrol it: ' +
        'muster-agent enroll --collector URL --token-file FILE',
    );
  });

  test('another name than the enrolled one is refused', async () => {
    await enrolled();
    const { code, stderr } = await push('--node', 'n2');
    expect(code).toBe(64);
    expect(stderr).toMatch(/^--node: this node is enrolled as n1/);
  });

  test('unknown_node ends the enrolment; the reports wait for the next one', async () => {
    await enrolled();
    server.replies.push({ status: 401, body: { code: 'unknown_node', detail: 'revoked' } });
    const first = await push();
    expect(first.code).toBe(77);
    expect(first.stderr).toMatch(/did not know n1 any more at \S+; the reports in the spool are/);
    const second = await push();
    expect(second.code).toBe(77);
    expect(second.stderr).toMatch(/enrol it anew: muster-agent enroll/);
    expect(server.received).toHaveLength(1);
    expect(spooled()).toBe(2);
  });

  test('a clock error ends nothing', async () => {
    await enrolled();
    const skew = { code: 'clock_skew', detail: '', serverTime: '2026-11-22T12:10:00.000Z' };
    server.replies.push({ status: 422, body: skew }, { status: 422, body: skew });
    expect((await push()).code).toBe(75);
    expect(spooled()).toBe(1);
    const { code, stderr } = await push();
    expect(code).toBe(0);
    expect(stderr).toBe('delivered 2 of n1\n');
  });

  test.each(['soon', '10', '-5m', '25h'])('--splay %s is refused', async (splay) => {
    const { code, stderr } = await push('--splay', splay);
    expect(code).toBe(64);
    expect(stderr).toMatch(/^--splay: expected a duration of at most a day, such as 10m/);
  });
});
