import { expect, test } from 'vitest';
import type { ConnectQuestion, Host } from '../../../agent/host/host.ts';
import { recordHost } from '../../../agent/host/recorder.ts';
import { peersProbe } from '../../../agent/probes/peers.ts';
import { peersSchema } from '../../../shared/facts/peers.ts';
import { policySchema } from '../../../shared/policy.ts';
import { madeHost } from '../recorded-hosts.ts';

const policy = policySchema.parse({
  cluster: { name: 'cluster.example.org', address: '192.0.2.4' },
  nodes: [
    { name: 'a.example.org', address: '192.0.2.5', secondaryAddress: '10.0.0.5' },
    { name: 'b.example.org', address: '192.0.2.6', secondaryAddress: '10.0.0.6' },
    { name: 'c.example.org' },
  ],
});
const run = { node: 'a.example.org', probePeers: true };

const link = (ifname: string, mtu: number, local: string) => ({
  ifname,
  flags: ['UP'],
  mtu,
  operstate: 'UP',
  addr_info: [{ family: 'inet', local, prefixlen: 24, scope: 'global' }],
});

const links = {
  command: 'ip',
  args: ['-j', '-d', 'addr', 'show'],
  code: 0,
  stdout: JSON.stringify([link('br0', 1500, '192.0.2.5'), link('eth1', 9000, '10.0.0.5')]),
  stderr: '',
};

const ping = (payload: number, code: number) => ({
  command: 'ping',
  args: `-n -q -M do -s ${payload} -c 1 -W 1 -I 10.0.0.5 10.0.0.6`.split(' '),
  code,
  stdout: '',
  stderr: '',
});

const timed = (source: string, address: string, code: number) => ({
  command: 'ping',
  args: `-n -q -c 3 -i 0.2 -W 1 -I ${source} ${address}`.split(' '),
  code,
  stdout: code === 0 ? 'rtt min/avg/max/mdev = 0.031/0.040/0.052/0.008 ms\n' : '',
  stderr: '',
});
const timings = [timed('192.0.2.5', '192.0.2.6', 0), timed('10.0.0.5', '10.0.0.6', 1)];

const connects = {
  'connect 192.0.2.5 192.0.2.6 22': { outcome: 'open', tookMs: 0.2 },
  'connect 192.0.2.5 192.0.2.6 1811': { outcome: 'refused', tookMs: 0.1 },
  'connect 10.0.0.5 10.0.0.6 22': { outcome: 'refused', tookMs: 0.3 },
  'connect 10.0.0.5 10.0.0.6 1811': { failure: { kind: 'other', message: 'EMFILE' } },
  'connect 192.0.2.5 192.0.2.4 22': { outcome: 'unreachable', tookMs: 0.1 },
  'connect 192.0.2.5 192.0.2.4 1811': { outcome: 'unreachable', tookMs: 0.1 },
};

const host = () =>
  madeHost({ snapshot: { connects }, commands: [links, ...timings, ping(8972, 1), ping(1472, 0)] });

const ok = <T>(value: T) => ({ status: 'ok', value });

test('without the option nothing is asked of anybody', async () => {
  const bare = await madeHost({});
  expect(await peersProbe.collect(bare, policy)).toEqual({ probed: false });
  expect(await peersProbe.collect(bare, policy, { ...run, probePeers: false })).toEqual({
    probed: false,
  });
});

test('each role is told apart, and what could not be told is a reading that failed', async () => {
  const facts = peersSchema.parse(await peersProbe.collect(await host(), policy, run));
  expect(facts).toEqual({
    probed: true,
    mtus: ok({ primary: 1500, secondary: 9000 }),
    paths: [
      {
        peer: 'b.example.org',
        role: 'primary',
        source: '192.0.2.5',
        address: '192.0.2.6',
        ports: [
          { port: 22, answer: ok({ outcome: 'open', tookMs: 0.2 }) },
          { port: 1811, answer: ok({ outcome: 'refused', tookMs: 0.1 }) },
        ],
        pingMs: ok(0.031),
        jumbo: null,
      },
      {
        peer: 'b.example.org',
        role: 'secondary',
        source: '10.0.0.5',
        address: '10.0.0.6',
        ports: [
          { port: 22, answer: ok({ outcome: 'refused', tookMs: 0.3 }) },
          {
            port: 1811,
            answer: {
              status: 'failed',
              error: { kind: 'other', message: 'EMFILE', source: 'connect 10.0.0.5 10.0.0.6 1811' },
            },
          },
        ],
        pingMs: ok(null),
        jumbo: { mtuBytes: 9000, large: ok(false), small: ok(true) },
      },
    ],
    leftOut: 0,
    cluster: {
      address: '192.0.2.4',
      ports: [22, 1811].map((port) => ({
        port,
        answer: ok({ outcome: 'unreachable', tookMs: 0.1 }),
      })),
    },
  });
});

test('what was recorded gives the same facts again', async () => {
  const recorder = recordHost(await host());
  const facts = await peersProbe.collect(recorder.host, policy, run);
  const about = { takenAt: null, agentVersion: '1', privileged: true };
  const { snapshot, commands } = recorder.recording(about);
  expect(await peersProbe.collect(await madeHost({ snapshot, commands }), policy, run)).toEqual(
    facts,
  );
});

test('a recording of a run that left the peers alone knows nothing of them', async () => {
  const facts = await peersProbe.collect(await madeHost({ commands: [links] }), policy, run);
  const answers = facts.probed ? facts.paths.flatMap(({ ports }) => ports) : [];
  expect(answers).toHaveLength(4);
  for (const { answer } of answers) {
    expect(answer).toMatchObject({ status: 'failed', error: { kind: 'not_recorded' } });
  }
});

test('without ip no MTU is known, and the ports are tried all the same', async () => {
  const facts = await peersProbe.collect(await madeHost({ snapshot: { connects } }), policy, run);
  expect(facts).toMatchObject({
    mtus: { status: 'failed', error: { kind: 'not_recorded' } },
    paths: [{ jumbo: null, ports: [{ answer: { status: 'ok' } }, {}] }, { jumbo: null }],
  });
});

test('nothing but addresses of the policy is contacted, from no other source', async () => {
  const contacted: string[] = [];
  const recorded = await host();
  const watching: Host = {
    ...recorded,
    connect: (question: ConnectQuestion) => {
      contacted.push(`${question.source} ${question.address} ${question.port}`);
      return recorded.connect(question);
    },
    run: (command, args, options) => {
      if (command !== 'ip') contacted.push(`${args.at(-2)} ${args.at(-1)} ${command}`);
      return recorded.run(command, args, options);
    },
  };
  await peersProbe.collect(watching, policy, run);
  expect(contacted.toSorted()).toEqual([
    '10.0.0.5 10.0.0.6 1811',
    '10.0.0.5 10.0.0.6 22',
    ...Array.from({ length: 3 }, () => '10.0.0.5 10.0.0.6 ping'),
    '192.0.2.5 192.0.2.4 1811',
    '192.0.2.5 192.0.2.4 22',
    '192.0.2.5 192.0.2.6 1811',
    '192.0.2.5 192.0.2.6 22',
    '192.0.2.5 192.0.2.6 ping',
  ]);
});

test('a peer that answers on no port is not pinged', async () => {
  const silent = Object.fromEntries(
    Object.keys(connects).map((key) => [key, { outcome: 'timed_out', tookMs: 2000 }]),
  );
  const recorded = await madeHost({ snapshot: { connects: silent }, commands: [links] });
  expect(await peersProbe.collect(recorded, policy, run)).toMatchObject({
    paths: [
      { pingMs: null, jumbo: null },
      { pingMs: null, jumbo: null },
    ],
  });
});

test('when every peer is dead the run ends in time and says what it did not try', async () => {
  const nodes = Array.from({ length: 65 }, (_, index) => ({
    name: `n${index}.example.org`,
    address: `192.0.2.${index + 1}`,
    secondaryAddress: `10.0.0.${index + 1}`,
  }));
  let tried = 0;
  const dead: Host = {
    ...(await madeHost({})),
    connect: async () => {
      tried += 1;
      return { outcome: 'timed_out', tookMs: 2000 };
    },
  };
  const facts = await peersProbe.collect(dead, policySchema.parse({ nodes }), {
    node: 'n0.example.org',
    probePeers: true,
  });
  // 45 s of four side by side, 2 s each, and those on their way when the time was up
  expect(tried).toBeGreaterThanOrEqual(90);
  expect(tried).toBeLessThanOrEqual(93);
  const last = facts.probed ? facts.paths.at(-1)?.ports[1]?.answer : null;
  expect(last).toMatchObject({
    status: 'failed',
    error: { kind: 'timed_out', message: 'not tried: the tries before it took 45 s' },
  });
});
