import { createHash } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { takeLock } from '../../../agent/host/lock.ts';
import { describeWith, program } from '../../requirements.ts';
import {
  type Received,
  type Reply,
  type SignedServer,
  startServer,
  verifies,
} from '../delivery/signed-server.ts';
import { muster } from './agent-program.ts';

const TOKEN = 'one-time-token';
let state: string;
let server: SignedServer;

beforeEach(async () => {
  state = mkdtempSync(join(tmpdir(), 'muster-enroll-'));
  writeFileSync(join(state, 'token'), `${TOKEN}\n`);
  server = await startServer();
});
afterEach(async () => {
  await server.close();
  rmSync(state, { recursive: true, force: true });
});

const sha256 = (text: string | Buffer) => createHash('sha256').update(text).digest('hex');
const keyIdOf = (publicKey: string) => sha256(Buffer.from(publicKey, 'base64'));

/** What a collector says that takes the node on. */
function welcome(state: 'active' | 'pending' = 'active', lastSequence = 0) {
  return ({ body }: Received): Reply => {
    const { publicKey, node } = JSON.parse(body);
    const key = keyIdOf(publicKey);
    const serverTime = '2026-11-22T12:00:00.000Z';
    return { status: 200, body: { cluster: 'prod', node, key, state, lastSequence, serverTime } };
  };
}

function enroll(...more: string[]) {
  const files = ['--token-file', join(state, 'token'), '--state', state];
  return muster(['enroll', '--collector', server.url, '--node', 'n1', ...files, ...more]);
}

const identityOf = () => JSON.parse(readFileSync(join(state, 'identity', 'identity.json'), 'utf8'));
const keys = () => readdirSync(join(state, 'identity')).filter((name) => name.endsWith('.pem'));
const asked = () => server.received.map(({ body }) => JSON.parse(body));

describeWith([program('flock', 'util-linux')], 'muster-agent enroll', () => {
  test('makes a key that never leaves, proves to have it, and remembers all', async () => {
    server.replies.push(welcome());
    const { code, stderr } = await enroll();
    expect(stderr).toMatch(
      /^enrolled as n1 of prod, key [0-9a-f]{16}…\nnext: muster-agent push\n$/,
    );
    expect(code).toBe(0);

    const [request] = server.received;
    expect(request?.path).toBe('/api/v1/enroll');
    expect(request?.headers.authorization).toBe(`Bearer ${TOKEN}`);
    const { node, publicKey, proof, machineId } = asked()[0];
    const text = ['muster-enrolment-v1', sha256(TOKEN), publicKey, node].join('\n');
    expect(verifies(publicKey, text, proof)).toBe(true);
    const id = readFileSync('/etc/machine-id', 'utf8').trim();
    expect(machineId).toBe(sha256(`muster-machine-v1\n${id}`));

    const key = keyIdOf(publicKey);
    expect(identityOf()).toEqual({
      ...{ format: 1, collector: server.url, cluster: 'prod', node: 'n1', key, trust: null },
      enrolledAt: '2026-11-22T12:00:00.000Z',
    });
    const mode = (path: string) => statSync(join(state, path)).mode & 0o777;
    expect(mode('identity')).toBe(0o700);
    expect(mode(`identity/${key}.pem`)).toBe(0o600);
    expect(mode('identity/identity.json')).toBe(0o600);
    expect(request?.body).not.toContain('PRIVATE');
  });

  test('a lost answer is asked for again with the same key', async () => {
    server.replies.push({ status: 0, hangUp: true }, welcome());
    const first = await enroll();
    expect(first.code).toBe(69);
    expect(first.stderr).toMatch(/The same command can be repeated: nothing is lost\.$/);
    expect((await enroll()).code).toBe(0);
    const [one, two] = asked();
    expect(two).toEqual(one);
    expect(keys()).toEqual([`${keyIdOf(one.publicKey)}.pem`]);
  });

  test('an enrolment is not replaced by accident, and with --again by a new key', async () => {
    server.replies.push(welcome(), welcome());
    await enroll();
    const refused = await enroll();
    expect(refused.code).toBe(64);
    expect(refused.stderr).toMatch(
      /^this node is enrolled as n1 with http:\S+ since 2026-11-22T12:00:00.000Z; --again enrols/,
    );
    expect(server.received).toHaveLength(1);
    expect((await enroll('--again')).code).toBe(0);
    const [one, two] = asked();
    expect(two.publicKey).not.toBe(one.publicKey);
    expect(keys()).toEqual([`${keyIdOf(two.publicKey)}.pem`]);
  });

  test('an enrolment that fails leaves the one that there is', async () => {
    server.replies.push(welcome(), { status: 0, hangUp: true });
    await enroll();
    const before = identityOf();
    expect((await enroll('--again')).code).toBe(69);
    expect(identityOf()).toEqual(before);
    expect(keys()).toContain(`${before.key}.pem`);
  });

  test('a key that the collector has seen before gives way to a new one', async () => {
    const known: Reply = { status: 409, body: { code: 'key_exists', detail: '' } };
    server.replies.push({ status: 0, hangUp: true }, known, welcome());
    await enroll();
    expect((await enroll()).code).toBe(0);
    const [, old, fresh] = asked();
    expect(fresh.publicKey).not.toBe(old.publicKey);
    expect(keys()).toEqual([`${keyIdOf(fresh.publicKey)}.pem`]);
  });

  test('pending is told, and no failure', async () => {
    server.replies.push(welcome('pending'));
    const { code, stderr } = await enroll();
    expect(code).toBe(0);
    expect(stderr).toContain('pending: waits for "muster node approve n1" at the collector');
  });

  test('the first report goes out above what the collector has seen of the node', async () => {
    const last = 4_000_000_000;
    server.replies.push(welcome('active', last));
    await enroll();
    const ledger = JSON.parse(readFileSync(join(state, 'spool', 'ledger'), 'utf8'));
    expect(ledger.sequence).toBe(last);
  });

  const refusals: [string, number, number, RegExp][] = [
    ['unknown_token', 401, 77, /Ask for a new token: muster token create/],
    ['expired_token', 401, 77, /Ask for a new token/],
    ['used_token', 401, 77, /Ask for a new token/],
    ['wrong_node', 403, 77, /The token is for another node/],
    ['node_exists', 409, 77, /Another machine is enrolled under this name/],
    ['cloned_machine', 409, 77, /the same \/etc\/machine-id.*systemd-machine-id-setup/],
    ['rate_limited', 429, 75, /Try again later; the token stays good/],
    ['internal', 500, 75, /Try again later/],
    ['invalid_request', 400, 65, /did not understand the request/],
  ];
  test.each(refusals)('%s: says what to do', async (...[code, status, exit, message]) => {
    server.replies.push({ status, body: { code, detail: 'told' } });
    const ended = await enroll();
    expect(ended.code).toBe(exit);
    expect(ended.stderr).toMatch(new RegExp(`^the collector answered ${status} ${code}: told\n`));
    expect(ended.stderr).toMatch(message);
  });

  test('an answer that is not for this key is none', async () => {
    server.replies.push({ status: 200, body: { hello: 1 } });
    const { code, stderr } = await enroll();
    expect(code).toBe(69);
    expect(stderr).toMatch(/is there a proxy in between\?$/);
  });

  const wrong: [string, string[], number, RegExp][] = [
    [
      'a CA that is not there',
      ['--ca', '/nowhere/ca.pem'],
      66,
      /^reading the CA, \/nowhere\/ca.pem/,
    ],
    [
      'a fingerprint of no form',
      ['--fingerprint', 'ab:cd'],
      64,
      /^--fingerprint: expected sha256:/,
    ],
    ['both', ['--ca', 'x', '--fingerprint', `sha256:${'a'.repeat(64)}`], 64, /^either --ca or/],
  ];
  test.each(wrong)('%s is named before anything is sent', async (...[, more, code, message]) => {
    const ended = await enroll(...more);
    expect(ended.code).toBe(code);
    expect(ended.stderr).toMatch(message);
    expect(server.received).toEqual([]);
    expect(keys()).toEqual([]);
  });

  test('a file that holds no token is named', async () => {
    writeFileSync(join(state, 'token'), 'not a token\n');
    const { code, stderr } = await enroll();
    expect(code).toBe(78);
    expect(stderr).toMatch(/token: no token; expected one word/);
  });

  test('a key that others could read is not used', async () => {
    server.replies.push({ status: 0, hangUp: true });
    await enroll();
    chmodSync(join(state, 'identity', keys()[0] ?? ''), 0o640);
    const { code, stderr } = await enroll();
    expect(code).toBe(78);
    expect(stderr).toMatch(/has mode 0640; others could read this key/);
  });

  test('two agents at once: the second leaves it to the first', async () => {
    const lock = await takeLock(join(state, 'lock'));
    const second = await enroll();
    expect(second.code).toBe(75);
    expect(second.stderr).toMatch(/another muster-agent is at work on it/);
    await lock?.release();
    server.replies.push(welcome());
    expect((await enroll()).code).toBe(0);
  });

  test('a damaged identity is told, and replaced when asked', async () => {
    mkdirSync(join(state, 'identity'), { recursive: true });
    writeFileSync(join(state, 'identity', 'identity.json'), '{"format":1');
    const told = await enroll();
    expect(told.code).toBe(78);
    expect(told.stderr).toMatch(/identity\.json is damaged; enrol this node again/);
    server.replies.push(welcome());
    expect((await enroll('--again')).code).toBe(0);
  });
});
