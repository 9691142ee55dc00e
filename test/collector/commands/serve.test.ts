import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parseListen, parseProxies } from '../../../collector/commands/serve-options.ts';
import { openSqliteStore } from '../../../collector/store/sqlite.ts';
import { type SignedClient, signedHeaders } from '../routes/signed-client.ts';
import { clusterName, seedReport } from '../seed-cluster.ts';
import { enrolled, gzipped, temporaryFolder } from '../test-app.ts';
import { serve, start } from './served.ts';

const WRITERS = 8;
const nodeOf = (writer: number) => `w${writer}.example.org`;

async function enrolWriters(database: string): Promise<SignedClient[]> {
  const store = await openSqliteStore(database);
  const clients: SignedClient[] = [];
  for (let writer = 0; writer < WRITERS; writer++) {
    clients.push(await enrolled(store, { node: nodeOf(writer) }));
  }
  await store.close();
  return clients;
}

interface Sent {
  port: number;
  agent: Agent;
  client: SignedClient;
}

/** The digest of the receipt; null when the collector was gone before it answered. */
function deliver({ port, agent, client }: Sent, report: unknown): Promise<string | null> {
  const body = gzipped(report);
  const headers = {
    ...signedHeaders(client, { body, time: new Date() }),
    'content-encoding': 'gzip',
  };
  return new Promise((resolve, reject) => {
    const target = { host: '127.0.0.1', port, path: '/api/v1/reports', method: 'POST' };
    const sent = request({ ...target, agent, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => void chunks.push(chunk));
      answer.on('error', () => resolve(null));
      answer.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        if (answer.statusCode === 200) resolve(String(JSON.parse(text).digest));
        else reject(new Error(text));
      });
    });
    sent.on('error', () => resolve(null));
    sent.end(body);
  });
}

/** Keeps delivering until the collector is gone; gives the digests that were acknowledged. */
async function deliverUntilGone(to: Sent, onReceipt: () => void) {
  const acknowledged: string[] = [];
  for (;;) {
    const tookMs = { cpu: to.client.sequence };
    const collectedAt = new Date().toISOString();
    const report = { ...seedReport(1), node: to.client.node, tookMs, collectedAt };
    const digest = await deliver(to, report);
    if (digest === null) return acknowledged;
    acknowledged.push(digest);
    onReceipt();
  }
}

test('a collector killed under load has every report that it acknowledged', async () => {
  const database = join(temporaryFolder(), 'muster.db');
  const clients = await enrolWriters(database);
  const acknowledged: string[] = [];
  for (const killAfter of [1, 60, 150]) {
    const { child, port, ended } = await serve(database);
    const agent = new Agent({ keepAlive: true, maxSockets: WRITERS });
    let receipts = 0;
    const onReceipt = () => {
      receipts += 1;
      if (receipts === killAfter) child.kill('SIGKILL');
    };
    const writers = clients.map((client) => deliverUntilGone({ port, agent, client }, onReceipt));
    acknowledged.push(...(await Promise.all(writers)).flat());
    agent.destroy();
    expect(await ended).toEqual([null, 'SIGKILL']);
  }

  const store = await openSqliteStore(database);
  onTestFinished(() => store.close());
  const stored = new Set<string>();
  for (let writer = 0; writer < WRITERS; writer++) {
    const past = await store.history(clusterName, nodeOf(writer), { limit: 1000 });
    for (const body of await store.bodies(past.map(({ id }) => id))) {
      stored.add(createHash('sha256').update(body).digest('hex'));
    }
  }
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

  test.each([
    [['--tls-cert', 'a'], 64, /^--tls-cert and --tls-key go together/],
    [['--tls-cert', '/nothing', '--tls-key', '/nothing'], 78, /^reading \/nothing: ENOENT/],
    [['--keep-full', 'long'], 64, /^--keep-full: expected a duration such as 7d, found "long"/],
    [['--keep', '1d'], 64, /^--keep 1d is less than --keep-full 7d/],
    [['--trusted-proxy', 'lb1'], 64, /^--trusted-proxy: expected an address or a network .*"lb1"/],
    [
      ['--announce-after', '3/2'],
      64,
      /^--announce-after: expected N\/M such as 2\/3, up to 20, found "3\/2"/,
    ],
    [['--rate-per-address', '0'], 64, /^--rate-per-address: expected a number, found "0"/],
    [['--webhook', 'http://example.org/'], 64, /^--webhook: expected https, or http to a loopback/],
    [['--webhook', 'https://example.org/'], 64, /^--webhook needs --webhook-secret-file, or/],
  ])('%j', async (options, expected, message) => {
    const { code, words } = await refusal(...options);
    expect([code, words]).toEqual([expected, expect.stringMatching(message)]);
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

describe('--trusted-proxy', () => {
  test.each([
    [undefined, []],
    [['10.0.0.5'], ['10.0.0.5/32']],
    [
      ['10.0.0.0/24', '2001:db8::7'],
      ['10.0.0.0/24', '2001:db8::7/128'],
    ],
    ['10.0.0.5, 2001:db8::/64', ['10.0.0.5/32', '2001:db8::/64']],
    [['::ffff:10.0.0.5'], ['10.0.0.5/32']],
    [['fe80::1%eth0'], ['fe80::1/128']],
  ])('%j', (trustedProxy, networks) => {
    expect(parseProxies(trustedProxy === undefined ? {} : { trustedProxy })).toEqual(networks);
  });

  test.each([
    '',
    'loopback',
    'lb1.example.org',
    '10.0.0',
    '10.0.0.5:443',
    '10.0.0.0/33',
    'fe80::/',
  ])('"%s" is refused', (text) => {
    expect(() => parseProxies({ trustedProxy: [text] })).toThrow(
      `--trusted-proxy: expected an address or a network such as 10.0.0.0/24, found "${text}"`,
    );
  });

  test.each(['0.0.0.0/0', '::/0'])('everybody is no proxy: %s', (text) => {
    const words = `--trusted-proxy: ${text} is everybody, and not a proxy`;
    expect(() => parseProxies({ trustedProxy: `10.0.0.5,${text}` })).toThrow(words);
  });
});
