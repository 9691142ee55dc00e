import { createHash } from 'node:crypto';
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
import { describeWith, program } from '../../requirements.ts';
import {
  isSigned,
  type Received,
  type Reply,
  type SignedServer,
  startServer,
  verifies,
} from '../delivery/signed-server.ts';
import { muster } from './agent-program.ts';

let state: string;
let place: IdentityPlace;
let old: SigningKey;
let server: SignedServer;

beforeEach(async () => {
  state = mkdtempSync(join(tmpdir(), 'muster-rotate-'));
  server = await startServer();
  place = await openIdentity(state, stateFiles);
  old = await makeNextKey(place, []);
  await writeIdentity(place, {
    ...{ format: 1, collector: server.url, cluster: 'prod', node: 'n1', key: old.id, trust: null },
    enrolledAt: '2026-11-22T11:00:00.000Z',
  });
});
afterEach(async () => {
  await server.close();
  rmSync(state, { recursive: true, force: true });
});

const rotate = () => muster(['rotate-key', '--state', state]);
const current = () =>
  JSON.parse(readFileSync(join(place.folder, 'identity.json'), 'utf8')).key as string;
const unknown: Reply = { status: 401, body: { code: 'unknown_node', detail: '' } };

function rotated({ body }: Received): Reply {
  const raw = Buffer.from(JSON.parse(body).publicKey, 'base64');
  const key = createHash('sha256').update(raw).digest('hex');
  const more = { state: 'active', lastSequence: 7, serverTime: '2026-11-22T12:00:00.000Z' };
  return { status: 200, body: { cluster: 'prod', node: 'n1', key, ...more } };
}

describeWith([program('flock', 'util-linux')], 'muster-agent rotate-key', () => {
  test('the old key signs the new one in; then only the new one is left', async () => {
    server.replies.push(rotated);
    const { code, stderr } = await rotate();
    expect(code).toBe(0);
    expect(stderr).toMatch(/^the key of n1 is now [0-9a-f]{16}…\n$/);
    const [request] = server.received;
    if (request === undefined) throw new Error('nothing was sent');
    expect(request.path).toBe('/api/v1/rotate');
    expect(isSigned(request, { publicKey: old.publicKey, cluster: 'prod', node: 'n1' })).toBe(true);
    const { publicKey, proof } = JSON.parse(request.body);
    const text = ['muster-rotation-v1', old.id, current()].join('\n');
    expect(verifies(publicKey, text, proof)).toBe(true);
    expect(readdirSync(place.folder).sort()).toEqual([`${current()}.pem`, 'identity.json'].sort());
    expect(current()).not.toBe(old.id);
  });

  test('a lost answer: the old key stays, and the same new one is introduced again', async () => {
    server.replies.push({ status: 0, hangUp: true }, rotated);
    expect((await rotate()).code).toBe(69);
    expect(current()).toBe(old.id);
    expect((await rotate()).code).toBe(0);
    const [one, two] = server.received.map(({ body }) => JSON.parse(body).publicKey);
    expect(two).toBe(one);
  });

  test('a lost answer, and the old key ended since: the new one is in use', async () => {
    const inUse: Reply = { status: 403, body: { code: 'forbidden', detail: 'in use' } };
    server.replies.push({ status: 0, hangUp: true }, unknown, inUse);
    await rotate();
    expect((await rotate()).code).toBe(0);
    const [, , last] = server.received;
    const next = JSON.parse(last?.body ?? '').publicKey;
    const signer = { publicKey: next, cluster: 'prod', node: 'n1' };
    expect(last !== undefined && isSigned(last, signer)).toBe(true);
    expect(current()).not.toBe(old.id);
  });

  test('a refusal leaves the old key', async () => {
    server.replies.push(unknown, unknown);
    const { code, stderr } = await rotate();
    expect(code).toBe(77);
    expect(stderr).toMatch(/unknown_node\nEnrol this node again: muster-agent enroll --again$/);
    expect(current()).toBe(old.id);
    expect(readdirSync(place.folder)).toContain(`${old.id}.pem`);
  });

  test('a node that is not enrolled is told how to become it', async () => {
    rmSync(place.folder, { recursive: true });
    const { code, stderr } = await rotate();
    expect(code).toBe(78);
    expect(stderr).toMatch(/^this node is not enrolled; enrol it: muster-agent enroll/);
  });
});
