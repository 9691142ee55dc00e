import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parseListen } from '../../../collector/commands/serve.ts';
import { openSqliteStore } from '../../../collector/store/sqlite.ts';
import { createToken } from '../../../collector/tokens.ts';
import { root } from '../../requirements.ts';
import { clusterName, seedReport } from '../seed-cluster.ts';
import { gzipped, temporaryFolder } from '../test-app.ts';

interface Served {
  child: ChildProcess;
  port: number;
  /** resolves with how it ended */
  ended: Promise<unknown[]>;
}

function start(...options: string[]): ChildProcess {
  const script = join(root, 'test/collector/commands/serve-process.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script, 'serve', ...options], {
    cwd: root,
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** Starts a collector on a free port and waits until it listens. */
async function serve(database: string, ...options: string[]): Promise<Served> {
  const child = start('--database', database, '--listen', '127.0.0.1:0', ...options);
  const ended = once(child, 'exit');
  if (child.stdout === null) throw new Error('the child has no output');
  for await (const line of createInterface({ input: child.stdout })) {
    const port = /listening at http:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1];
    if (port === undefined) continue;
    child.stdout.resume();
    return { child, port: Number(port), ended };
  }
  throw new Error(`the collector ended early: ${await ended}`);
}

async function agentToken(database: string): Promise<string> {
  const store = await openSqliteStore(database);
  const wanted = { name: 'a', role: 'agent', cluster: clusterName, node: null, expiresAt: null };
  const { secret } = await createToken(store, { ...wanted, role: 'agent' }, new Date());
  await store.close();
  return secret;
}

interface Sent {
  port: number;
  agent: Agent;
  token: string;
}

/** The digest of the receipt; null when the collector was gone before it answered. */
function deliver(to: Sent, report: unknown): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port: to.port,
        path: '/api/v1/reports',
        method: 'POST',
        agent: to.agent,
        headers: {
          authorization: `Bearer ${to.token}`,
          'content-type': 'application/json',
          'content-encoding': 'gzip',
        },
      },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => void chunks.push(chunk));
        answer.on('error', () => resolve(null));
        answer.on('end', () => {
          const body = Buffer.concat(chunks).toString('utf8');
          if (answer.statusCode === 200) resolve(String(JSON.parse(body).digest));
          else reject(new Error(body));
        });
      },
    );
    sent.on('error', () => resolve(null));
    sent.end(gzipped(report));
  });
}

/** Keeps delivering until the collector is gone; gives the digests that were acknowledged. */
async function deliverUntilGone(to: Sent, writer: number, onReceipt: () => void) {
  const acknowledged: string[] = [];
  for (let round = 0; ; round++) {
    const report = { ...seedReport(1), node: `w${writer}r${round}.example.org` };
    const digest = await deliver(to, report);
    if (digest === null) return acknowledged;
    acknowledged.push(digest);
    onReceipt();
  }
}

const WRITERS = 8;

test('a collector killed under load has every report that it acknowledged', async () => {
  const database = join(temporaryFolder(), 'muster.db');
  const token = await agentToken(database);
  const acknowledged: string[] = [];
  for (const killAfter of [1, 60, 150]) {
    const { child, port, ended } = await serve(database);
    const agent = new Agent({ keepAlive: true, maxSockets: WRITERS });
    let receipts = 0;
    const onReceipt = () => {
      receipts += 1;
      if (receipts === killAfter) child.kill('SIGKILL');
    };
    const writers = Array.from({ length: WRITERS }, (_, index) =>
      deliverUntilGone({ port, agent, token }, killAfter * 100 + index, onReceipt),
    );
    acknowledged.push(...(await Promise.all(writers)).flat());
    agent.destroy();
    expect(await ended).toEqual([null, 'SIGKILL']);
  }

  const store = await openSqliteStore(database);
  onTestFinished(() => store.close());
  const current = await store.current(clusterName);
  const bodies = await store.bodies(current.map(({ id }) => id));
  const { createHash } = await import('node:crypto');
  const stored = new Set(bodies.map((body) => createHash('sha256').update(body).digest('hex')));
  expect(acknowledged.length).toBeGreaterThanOrEqual(1 + 60 + 150);
  expect(acknowledged.filter((digest) => !stored.has(digest))).toEqual([]);
}, 60_000);

test.each(['SIGTERM', 'SIGINT'] as const)('%s ends it in order', async (signal) => {
  const { child, ended } = await serve(join(temporaryFolder(), 'muster.db'), '--open-page');
  child.kill(signal);
  expect(await ended).toEqual([0, null]);
});

describe('refuses to start, in words,', () => {
  async function refusal(...options: string[]) {
    const database = join(temporaryFolder(), 'muster.db');
    const child = start('--database', database, ...options);
    let words = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      words += chunk.toString('utf8');
    });
    const [code] = await once(child, 'close');
    return { code, words };
  }

  test('on a port that is taken', async () => {
    const { port } = await serve(join(temporaryFolder(), 'muster.db'));
    const { code, words } = await refusal('--listen', `127.0.0.1:${port}`);
    expect(code).toBe(69);
    expect(words).toBe(
      `cannot listen on 127.0.0.1:${port}: another program listens there; ` +
        'stop it, or choose another port with --listen\n',
    );
  });

  test('beyond loopback without TLS', async () => {
    const { code, words } = await refusal('--listen', '0.0.0.0:0');
    expect(code).toBe(64);
    expect(words).toMatch(/^--listen 0\.0\.0\.0:0: tokens would cross the network unencrypted/);
  });

  test('an open page beyond loopback, whatever else is given', async () => {
    const { code, words } = await refusal('--listen', '[::]:0', '--insecure-bind', '--open-page');
    expect(code).toBe(64);
    expect(words).toMatch(/^--open-page is for loopback/);
  });
});

describe('--listen', () => {
  test.each([
    ['127.0.0.1:8470', '127.0.0.1', 8470],
    ['localhost:0', 'localhost', 0],
    ['[::1]:65535', '::1', 65_535],
  ])('%s', (text, host, port) => {
    expect(parseListen(text)).toEqual({ host, port });
  });

  test.each(['', '8470', ':8470', '::1:8470', '127.0.0.1', '127.0.0.1:65536', 'a:b', '[]:1'])(
    '"%s" is refused',
    (text) => {
      expect(() => parseListen(text)).toThrow(`--listen: expected HOST:PORT, found "${text}"`);
    },
  );
});
