import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { leaveToEnrol, openTestApp, type TestApp } from '../collector/test-app.ts';
import { describeWith, program, root } from '../requirements.ts';
import { muster } from './commands/agent-program.ts';

const cluster = 'prod';
const node = 'n1';
const recorded = join(root, 'test', 'hosts', 'bookworm-worn-node');
const agentTime = '2026-11-22T12:00:00.000Z';

/** A node with a state folder of its own, and the real collector, listening. */
async function site(options: { approval?: boolean } = {}) {
  const state = mkdtempSync(join(tmpdir(), 'muster-site-'));
  const collector = await openTestApp(options);
  await collector.app.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => rmSync(state, { recursive: true, force: true }));
  const { port } = collector.app.server.address() as AddressInfo;
  collector.clock.now = new Date(agentTime);
  const url = `http://127.0.0.1:${port}`;
  const own = ['--state', state];
  return {
    ...collector,
    state,
    url,
    push: () => muster(['push', '--host', recorded, ...own]),
    rotate: () => muster(['rotate-key', ...own]),
    async enroll(...more: string[]) {
      const { secret } = await leaveToEnrol(collector.store, { cluster, node, ttlMs: 1e12 });
      const file = join(state, 'token');
      writeFileSync(file, secret.text);
      const asked = ['--collector', url, '--token-file', file, '--node', node];
      return muster(['enroll', ...asked, ...own, ...more]);
    },
  };
}

const change = { by: 'test', at: new Date(agentTime) };
const stored = async ({ store }: TestApp) =>
  (await store.history(cluster, node, { limit: 99 })).length;

describeWith([program('flock', 'util-linux')], 'the agent and the real collector', () => {
  test('enrol, deliver, rotate the key, deliver, are revoked, enrol anew', async () => {
    const here = await site();
    expect(await here.enroll()).toMatchObject({ code: 0 });
    expect(await here.push()).toMatchObject({ code: 0, stderr: 'delivered 1 of n1\n' });
    expect(await here.rotate()).toMatchObject({ code: 0 });
    expect(await here.push()).toMatchObject({ code: 0, stderr: 'delivered 1 of n1\n' });
    expect(await stored(here)).toBe(2);

    await here.store.revokeKeys(cluster, node, change);
    const ended = await here.push();
    expect(ended.code).toBe(77);
    expect(ended.stderr).toMatch(/401 unknown_node: the key of n1 was revoked: enrol it anew\n/);
    expect((await here.push()).code).toBe(77);
    expect(await here.enroll()).toMatchObject({ code: 0 });
    expect(await here.push()).toMatchObject({ code: 0, stderr: 'delivered 3 of n1\n' });
    expect(await stored(here)).toBe(5);
  });

  test('a node set back to an older state goes on, and its report is the newest', async () => {
    const here = await site();
    await here.enroll();
    const ledger = join(here.state, 'spool', 'ledger');
    await here.push();
    const before = readFileSync(ledger, 'utf8');
    await here.push();
    writeFileSync(ledger, before);
    expect(await here.push()).toMatchObject({ code: 0 });
    const history = await here.store.history(cluster, node, { limit: 99 });
    expect(history.map(({ late }) => late)).toEqual([false, false, false]);
    const [current] = await here.store.current(cluster);
    expect(current?.id).toBe(history[0]?.id);
  });

  test.each([20, -20])('clocks that differ by %i min: told, and delivered', async (minutes) => {
    const here = await site();
    await here.enroll();
    here.clock.now = new Date(Date.parse(agentTime) + minutes * 60_000);
    const { code, stderr } = await here.push();
    expect(code).toBe(0);
    expect(stderr).toMatch(/^the clock of this node is 1200 s (behind|ahead of) the collector's/);
  });

  test('a node that waits for approval keeps its reports, and delivers them then', async () => {
    const here = await site({ approval: true });
    expect((await here.enroll()).stderr).toMatch(/pending: waits for "muster node approve n1"/);
    const waiting = await here.push();
    expect(waiting.code).toBe(77);
    expect(waiting.stderr).toMatch(/^1 reports stay in the spool: .*403 not_approved/);
    await here.store.approveKeys(cluster, node, change);
    expect(await here.push()).toMatchObject({ code: 0, stderr: 'delivered 2 of n1\n' });
  });

  test('a key left over from an enrolment that was revoked gives way to a new one', async () => {
    const here = await site();
    await here.enroll();
    await here.store.revokeKeys(cluster, node, change);
    rmSync(join(here.state, 'identity', 'identity.json'));
    expect(await here.enroll()).toMatchObject({ code: 0 });
    expect(await here.push()).toMatchObject({ code: 0 });
  });
});
