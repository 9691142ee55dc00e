import { describe, expect, test } from 'vitest';
import type { CpuFacts } from '../../../../shared/facts/cpu.ts';
import { sampleHardware } from '../../../sample-hardware.ts';
import { type Change, nodeNames, ok, seedPolicy, seedReport } from '../../seed-cluster.ts';
import { judged } from '../judging.ts';

const third = 'ganeti03.example.org';
const FULL = 'expected 2 × 10000 Mbit/s as on the other 2';

describe('fleet.disk-models', () => {
  const model = (name: string | null): Change => {
    return ({ disks }) => {
      const disk = { name: 'sda', sizeBytes: 2 ** 30, rotational: false, model: name };
      disks.disks = ok([disk, { ...disk, name: 'sdb', model: 'B' }]);
    };
  };
  const reports = (names: (string | null)[]) =>
    names.map((name, index) => seedReport(index + 1, model(name)));

  test.each<[(string | null)[], string]>([
    [['A', 'A', 'A'], 'pass disk models A + B on 3 nodes'],
    [['A', 'A', 'B'], `warn disk models 2 × B on ${third}; expected A + B as on the other 2`],
    [
      ['A', 'A', null],
      `warn disk models B + a disk without a model on ${third}; expected A + B as on the other 2`,
    ],
  ])('of %j', (names, expected) => {
    expect(judged('fleet.disk-models', reports(names))).toEqual([expected]);
  });
});

describe('fleet.network-speed', () => {
  const port = (change: object) => ({
    ...{ name: 'eno1', kind: null, macAddress: null, mtuBytes: 1500, up: true, operState: 'up' },
    ...{ carrier: true, speedMbps: 10_000, duplex: 'full', master: null, physical: true },
    ...change,
  });
  const reports = (...changes: object[]) =>
    changes.map((change, index) =>
      seedReport(index + 1, ({ network }) => {
        network.interfaces = [port({}), port(change), port({ physical: false, speedMbps: 1 })];
      }),
    );

  test.each<[string, object, string]>([
    ['equal ports', {}, 'pass links 2 × 10000 Mbit/s on 3 nodes'],
    [
      'a slow port',
      { speedMbps: 1000 },
      `warn links 1000 Mbit/s + 10000 Mbit/s on ${third}; ${FULL}`,
    ],
    [
      'a half-duplex port',
      { duplex: 'half' },
      `warn links 10000 Mbit/s + 10000 Mbit/s half duplex on ${third}; ${FULL}`,
    ],
    [
      'a port without a link',
      { carrier: null, speedMbps: null },
      `warn links 10000 Mbit/s + no link on ${third}; ${FULL}`,
    ],
    [
      'a port that does not tell',
      { speedMbps: null, duplex: null },
      `warn links 10000 Mbit/s + a speed not told on ${third}; ${FULL}`,
    ],
  ])('%s on the third node', (_, change, expected) => {
    expect(judged('fleet.network-speed', reports({}, {}, change))).toEqual([expected]);
  });

  test('as the policy declares, of the ports with a link', () => {
    const policy = seedPolicy({ reference: { networkSpeed: 10_000 } });
    const found = reports({}, { carrier: false }, { speedMbps: 1000 });
    expect(judged('fleet.network-speed', found, policy)).toEqual([
      `warn links 1000 Mbit/s + 10000 Mbit/s on ${third}; ` +
        'expected 10000 Mbit/s on every port with a link, as the policy declares',
    ]);
  });
});

describe('CPUs', () => {
  const reports = (...changes: Partial<CpuFacts>[]) =>
    changes.map((change, index) => {
      const report = seedReport(index + 1);
      const cpu = { status: 'ok' as const, facts: { ...sampleHardware.cpu.facts, ...change } };
      return { ...report, sections: { ...report.sections, cpu } };
    });

  test('fleet.cpus finds a socket that is not seen', () => {
    expect(judged('fleet.cpus', reports({}, {}, { sockets: 2, cores: 8 }))).toEqual([
      `warn CPUs 2 × 4 cores, 8 threads on ${third}; ` +
        'expected 1 × 4 cores, 8 threads as on the other 2',
    ]);
    expect(judged('fleet.cpus', reports({}, {}, { sockets: null }))).toEqual([
      `unknown CPUs not known of ${third} (it does not tell)`,
    ]);
  });

  test('fleet.cpus holds them against the policy', () => {
    const policy = seedPolicy({ reference: { sockets: 1, cores: 4 } });
    expect(judged('fleet.cpus', reports({}, {}, { cores: 3 }), policy)).toEqual([
      `warn CPUs 1 × 3 cores, 8 threads on ${third}; ` +
        'expected sockets 1, cores 4, as the policy declares',
    ]);
  });

  test('fleet.microcode asks for what the policy declares, and is silent without', () => {
    expect(judged('fleet.microcode', reports({}, {}, {}))).toEqual([
      'skip the policy declares no microcode; cpu.microcode-equal compares like CPUs',
    ]);
    const policy = seedPolicy({ reference: { microcode: '0x2007006' } });
    const [kind] = sampleHardware.cpu.facts.kinds;
    const old = { kinds: kind === undefined ? [] : [{ ...kind, microcode: '0x1' }] };
    expect(judged('fleet.microcode', reports({}, {}, old), policy)).toEqual([
      `warn microcode 0x1 on ${third}; expected 0x2007006, as the policy declares`,
    ]);
  });
});

test.each<[string, object, string]>([
  // a module of sixteen is missing
  ['memory.similar', { memory: '64 GiB' }, 'warn memory 60 GiB on'],
  ['memory.similar', { memory: '61 GiB' }, 'pass memory 61 GiB, as the policy declares'],
  ['memory.similar', { memory: '128 GiB' }, 'warn memory 60 GiB'],
  ['fleet.product', { product: 'Rack 1' }, 'pass product Rack 1, as'],
  ['fleet.product', { product: 'Rack' }, 'warn product Example Rack 1 on'],
  ['fleet.firmware', { firmware: '1.0' }, 'pass firmware 1.0, as'],
  ['fleet.firmware', { firmware: '1.1' }, 'warn firmware 1.0 of 2024-01-01 on'],
  ['fleet.disks', { disks: [{ size: '480 GiB' }] }, 'pass disks 480 GiB, as'],
  ['fleet.disks', { disks: [{ size: '480 GiB', kind: 'flash' }] }, 'pass disks 480 GiB flash, as'],
  [
    'fleet.disks',
    { disks: [{ size: '480 GiB', kind: 'rotating' }] },
    'warn disks 480 GiB flash on',
  ],
  ['fleet.disks', { disks: [{ size: '480 GiB', count: 2 }] }, 'warn disks 480 GiB flash on'],
  ['fleet.disks', { disks: [{ size: '490 GiB' }] }, 'warn disks 480 GiB flash on'],
])('%s against the reference %j', (id, reference, begin) => {
  const reports = nodeNames.map((_, index) => seedReport(index + 1));
  const [only, ...others] = judged(id, reports, seedPolicy({ reference }));
  expect(others).toEqual([]);
  expect(only?.startsWith(begin) ? begin : only).toBe(begin);
});
