import { expect, test } from 'vitest';
import { type Collection, collectReport } from '../../agent/collect.ts';
import { type Host, HostError } from '../../agent/host/host.ts';
import { type Probe, reading } from '../../agent/probe.ts';
import { defaultPolicy } from '../../shared/policy.ts';
import { type Facts, reportSchema, type Section } from '../../shared/report.ts';
import { now } from '../helpers.ts';
import { madeHost } from './recorded-hosts.ts';

const time: Facts['time'] = {
  synchronised: { status: 'ok', value: true },
  source: 'chrony',
  offsetMs: 0.5,
  timezone: 'Etc/UTC',
  clocksource: 'tsc',
};
const memory: Facts['memory'] = {
  totalBytes: 1024,
  availableBytes: null,
  swapTotalBytes: 0,
  swapFreeBytes: 0,
  hugepages: { status: 'ok', value: [] },
  numaNodes: { status: 'ok', value: [] },
};

function probe<S extends Section>(
  section: S,
  collect: Probe<S>['collect'],
  timeoutMs = 1000,
): Probe<S> {
  return { section, timeoutMs, collect };
}

function identityOf(hostname: string, fqdn: string | null): Probe<'identity'> {
  const missing = new HostError('exit_code', 'hostname --fqdn', 'no name');
  return probe('identity', async () => ({
    hostname,
    fqdn: await reading('hostname', async () => {
      if (fqdn === null) throw missing;
      return fqdn;
    }),
    machineIdHash: null,
    bootId: null,
  }));
}

async function collect(probes: Probe<Section>[], more: Partial<Collection> = {}) {
  const host = more.host ?? (await madeHost({}));
  const asked = { policy: defaultPolicy(), now, version: '1.2.3', privileged: false };
  return await collectReport({ ...asked, probes, ...more, host });
}

test('a report holds the facts of each probe, and passes its own schema', async () => {
  const report = await collect(
    [probe('time', async () => time), probe('memory', async () => memory)],
    { node: 'node1.example.org' },
  );
  expect(reportSchema.parse(report)).toEqual(report);
  expect({ ...report, tookMs: Object.keys(report.tookMs) }).toEqual({
    schema: 1,
    node: 'node1.example.org',
    collectedAt: '2026-03-01T12:00:00.000Z',
    agent: { version: '1.2.3', privileged: false, origin: 'recorded' },
    tookMs: ['time', 'memory'],
    sections: { time: { status: 'ok', facts: time }, memory: { status: 'ok', facts: memory } },
  });
});

test.each<[string, Probe<'memory'>, unknown]>([
  [
    'a reading that fails',
    probe('memory', (host) => host.read('/proc/meminfo').then(() => memory)),
    {
      kind: 'not_recorded',
      message: '/proc/meminfo is not part of the recording',
      source: '/proc/meminfo',
    },
  ],
  [
    'a mistake of the probe',
    probe('memory', () => {
      throw new TypeError('x is undefined');
    }),
    { kind: 'other', message: 'x is undefined', source: 'probe memory' },
  ],
  [
    'a probe that hangs',
    probe('memory', () => new Promise(() => undefined), 20),
    {
      kind: 'timed_out',
      message: 'probe memory: no answer within 20 ms',
      source: 'probe memory',
    },
  ],
  [
    'facts that are not as the schema says',
    probe('memory', async () => ({ ...memory, totalBytes: -1 })),
    {
      kind: 'unparsable',
      message: 'memory.totalBytes: Too small: expected number to be >=0',
      source: 'probe memory',
    },
  ],
  [
    'facts with a field too many',
    probe('memory', async () => Object.assign({ secret: 'x' }, memory)),
    { kind: 'unparsable', message: 'memory: Unrecognized key: "secret"', source: 'probe memory' },
  ],
  [
    'a failure with an endless message',
    probe('memory', async () => {
      throw new HostError('other', 's'.repeat(600), 'm'.repeat(5000));
    }),
    { kind: 'other', message: `${'m'.repeat(490)} …`, source: `${'s'.repeat(490)} …` },
  ],
])('%s fails its section alone', async (_title, failing, error) => {
  const report = await collect([failing, probe('time', async () => time)]);
  expect(reportSchema.parse(report).sections).toEqual({
    memory: { status: 'failed', error },
    time: { status: 'ok', facts: time },
  });
});

test('probes run side by side', async () => {
  const order: string[] = [];
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const waiting = probe('memory', async () => {
    order.push('memory asks');
    await gate;
    order.push('memory ends');
    return memory;
  });
  const releasing = probe('time', async () => {
    order.push('time ends');
    release();
    return time;
  });
  await collect([waiting, releasing]);
  expect(order).toEqual(['memory asks', 'time ends', 'memory ends']);
});

test('only the sections asked for are read', async () => {
  const refused = probe('memory', () => Promise.reject(new Error('was asked')));
  const report = await collect([refused, probe('time', async () => time)], { sections: ['time'] });
  expect(report.sections).toEqual({ time: { status: 'ok', facts: time } });
  expect(Object.keys(report.tookMs)).toEqual(['time']);
});

test.each<{ by: string; name: string; probes: Probe<Section>[]; node?: string }>([
  {
    by: 'the name given',
    name: 'given',
    probes: [identityOf('node1', 'node1.example.org')],
    node: 'given',
  },
  {
    by: 'the FQDN',
    name: 'node1.example.org',
    probes: [identityOf('node1', 'node1.example.org')],
  },
  { by: 'the host name without FQDN', name: 'node1', probes: [identityOf('node1', null)] },
  { by: 'the host name, not localhost', name: 'node1', probes: [identityOf('node1', 'localhost')] },
  {
    by: 'the host name, not a name below localhost',
    name: 'node1',
    probes: [identityOf('node1', 'localhost.localdomain')],
  },
  { by: "the kernel's name when no section holds one", name: 'kernel-name', probes: [] },
])('the node is called by $by', async ({ name, probes, node }) => {
  const host = await madeHost({ files: { '/proc/sys/kernel/hostname': 'kernel-name\n' } });
  expect((await collect(probes, { host, node })).node).toBe(name);
});

test('a recording without any name is called by its folder', async () => {
  const host = await madeHost({});
  expect((await collect([], { host })).node).toBe(host.folder);
});

test('a host that tells no name at all is called unnamed', async () => {
  const host: Host = { ...(await madeHost({})), origin: 'live' };
  expect((await collect([], { host })).node).toBe('unnamed');
});

test('a recording says itself when and as whom it was taken', async () => {
  const snapshot = { takenAt: '2025-11-05T06:07:08Z', privileged: true };
  const report = await collect([], { host: await madeHost({ snapshot }) });
  expect(report.collectedAt).toBe('2025-11-05T06:07:08Z');
  expect(report.agent).toEqual({ version: '1.2.3', privileged: true, origin: 'recorded' });
});

test.each([
  [true, true],
  [undefined, false],
])(
  'what runs last runs after all others, and is told of the run (%s)',
  async (asked, probePeers) => {
    const order: string[] = [];
    const peers: Probe<'peers'> = {
      ...probe('peers', async (_host, _policy, run) => {
        order.push(`peers of ${run?.node}, ${run?.probePeers}`);
        return { probed: false };
      }),
      last: true,
    };
    const slow = probe('time', async () => {
      await new Promise((resolve) => setImmediate(resolve));
      order.push('time');
      return time;
    });
    const named = identityOf('node1', 'node1.example.org');
    const report = await collect([peers, slow, named], { probePeers: asked });
    expect(order).toEqual(['time', `peers of node1.example.org, ${probePeers}`]);
    expect(report.sections.peers).toEqual({ status: 'ok', facts: { probed: false } });
  },
);
