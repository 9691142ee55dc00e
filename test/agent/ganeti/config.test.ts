import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../../agent/ganeti/config.ts';
import { excerptConfig } from '../../../agent/ganeti/config-schema.ts';
import { ganetiConfigSchema } from '../../../shared/facts/ganeti-config.ts';
import { captures, describeWith, reference } from '../../requirements.ts';
import { sampleConfig } from './sample-config.ts';

const parse = (value: unknown) => parseConfig(JSON.stringify(value));

test('the excerpt gives the same facts as the file', () => {
  const text = JSON.stringify(sampleConfig());
  expect(parseConfig(excerptConfig(text))).toEqual(parseConfig(text));
});

test('an instance has its nodes by name, its defaults filled in, and its DRBD disk', () => {
  expect(parse(sampleConfig()).instances).toEqual([
    {
      uuid: 'i-1',
      name: 'vm1.example.org',
      primaryNode: 'n1.example.org',
      secondaryNodes: ['n2.example.org'],
      adminState: 'up',
      os: 'debootstrap+default',
      hypervisor: 'kvm',
      diskTemplate: 'drbd',
      hvparams: { cpu_type: 'host', kvm_extra: '(set, withheld)' },
      beparams: {
        minMemoryMiB: 128,
        maxMemoryMiB: 512,
        vcpus: 2,
        autoBalance: true,
        alwaysFailover: false,
      },
      nics: [
        {
          mac: 'aa:00:00:01:02:03',
          mode: 'bridged',
          link: 'br1',
          vlan: '.5',
          network: 'blue',
        },
      ],
      disks: [
        {
          template: 'drbd',
          sizeMiB: 1024,
          volumeGroup: 'gnt',
          lvNames: ['d-1.disk0_data', 'd-1.disk0_meta'],
          path: null,
          drbd: {
            port: 11000,
            minors: [
              { node: 'n1.example.org', minor: 0 },
              { node: 'n2.example.org', minor: 3 },
            ],
          },
        },
      ],
      networkPort: 11001,
      tags: ['owner:me'],
    },
  ]);
});

test('groups, networks and overrides of an operating system', () => {
  const { cluster, groups } = parse(sampleConfig());
  expect(cluster.hvparams).toEqual({ kvm: { cpu_type: 'EPYC-v3', vhost_net: 'True' } });
  expect(cluster.osHvparams).toEqual({ debootstrap: { kvm: { disk_cache: 'none' } } });
  expect(groups).toEqual([
    {
      uuid: 'g-1',
      name: 'default',
      allocPolicy: 'preferred',
      ipolicy: { vcpuRatio: 2.5, spindleRatio: null, diskTemplates: null, ranges: [] },
      exclusiveStorage: null,
      networks: [{ network: 'blue', mode: 'bridged', link: 'br1', vlan: '' }],
      tags: [],
    },
  ]);
});

describe('an instance', () => {
  const own = (changes: object) => {
    const config = sampleConfig();
    Object.assign(config.instances['i-1'], changes);
    return parse(config).instances[0];
  };

  test('without disks is diskless', () => {
    expect(own({ disks: [] })).toMatchObject({ diskTemplate: 'diskless', secondaryNodes: [] });
  });

  test('whose nodes are gone keeps what refers to them', () => {
    expect(own({ primary_node: 'n-9' })).toMatchObject({
      primaryNode: 'n-9',
      secondaryNodes: ['n1.example.org', 'n2.example.org'],
    });
  });

  test('of a volume, of a file and of a pool in one is mixed', () => {
    const disks = [
      { dev_type: 'plain', logical_id: ['gnt', 'x.disk0'], size: 10 },
      { dev_type: 'file', logical_id: ['loop', '/srv/x'], size: 20 },
      { dev_type: 'rbd', logical_id: ['rbd', 'x.rbd.disk2'], size: 30 },
    ];
    const none = { volumeGroup: null, lvNames: [], path: null, drbd: null };
    expect(own({ disks })).toMatchObject({
      diskTemplate: 'mixed',
      disks: [
        { ...none, template: 'plain', sizeMiB: 10, volumeGroup: 'gnt', lvNames: ['x.disk0'] },
        { ...none, template: 'file', sizeMiB: 20, path: '/srv/x' },
        { ...none, template: 'rbd', sizeMiB: 30 },
      ],
    });
  });

  test.each([
    ['a disk that is not there', { disks: ['d-9'] }, 'refers to a disk that is not there'],
    ['a drbd disk on one node', { disks: [{ ...DRBD, logical_id: ['n-1'] }] }, 'a drbd disk'],
    ['a drbd disk without identifier', { disks: [DRBD] }, 'a drbd disk without nodes and minors'],
    ['no name', { name: null }, 'instances.i-1.name'],
    ['memory in words', { beparams: { maxmem: '1G' } }, 'instances.i-1.beparams.maxmem'],
  ])('with %s is refused', (_title, changes, message) => {
    expect(() => own(changes)).toThrow(message);
  });
});

const DRBD = { dev_type: 'drbd', size: 1, children: [] };

describe('damage', () => {
  const text = JSON.stringify(sampleConfig());

  test.each([
    ['an empty file', '', 'it is empty'],
    ['a file that was cut off', text.slice(0, -1), 'damaged, cut off or not JSON'],
    ['binary data', '\0\u0001', 'damaged, cut off or not JSON'],
    ['another JSON', '[]', 'not as expected at the top'],
    ['no cluster', text.replace('"cluster":', '"clusters":'), 'not as expected at cluster'],
    [
      'no link for NICs',
      text.replace('"link":"br0"', '"lin":"br0"'),
      'nicparams lack mode or link',
    ],
    ['no default memory', text.replace('"minmem":128', '"min":128'), 'beparams lack minmem'],
  ])('%s is refused', (_title, damaged, message) => {
    expect(() => parseConfig(damaged)).toThrow(message);
  });

  test('is told of without a word of the file', () => {
    expect(() => excerptConfig(`{"planted": "planted"`)).toThrow(/^(?!.*planted)/);
    const wrong = JSON.stringify({ ...sampleConfig(), version: 'planted' });
    expect(() => excerptConfig(wrong)).toThrow(/^(?!.*planted).*version/);
  });
});

describeWith([captures], 'configurations of real clusters', () => {
  const read = (...path: string[]) => readFileSync(reference('captures', ...path), 'utf8');

  test.each('2.7 2.8 2.9 2.10 2.11 2.12 2.13 2.14 2.15 2.16 3.0 3.1'.split(' '))(
    'of Ganeti %s, whose instances are the same',
    (release) => {
      const text = read('ganeti-test-data', `cluster_config_${release}.json`);
      const config = parseConfig(text);
      expect(parseConfig(excerptConfig(text))).toEqual(config);
      expect(ganetiConfigSchema.parse(config)).toEqual(config);
      const instances = [...config.instances].sort((a, b) => (a.name < b.name ? -1 : 1));
      expect(instances.map((one) => [one.name, one.primaryNode, one.secondaryNodes])).toEqual([
        ['instance1.example.com', 'node1.example.com', ['node3.example.com']],
        ['instance2.example.com', 'node3.example.com', []],
        ['instance3.example.com', 'node2.example.com', []],
      ]);
      expect(instances.map((one) => one.diskTemplate)).toEqual(['drbd', 'plain', 'plain']);
      expect(instances[0]?.disks).toEqual([
        {
          template: 'drbd',
          sizeMiB: 1024,
          volumeGroup: 'xenvg',
          lvNames: [
            '5c390722-6a7a-4bb4-9cef-98d896a8e6b1.disk0_data',
            '5c390722-6a7a-4bb4-9cef-98d896a8e6b1.disk0_meta',
          ],
          path: null,
          drbd: {
            port: 32100,
            minors: [
              { node: 'node1.example.com', minor: 0 },
              { node: 'node3.example.com', minor: 0 },
            ],
          },
        },
      ]);
      expect(config.cluster).toMatchObject({
        masterNode: 'node1.example.com',
        volumeGroup: 'xenvg',
      });
      const another = config.groups.find(({ name }) => name === 'another');
      expect(another).toMatchObject({
        exclusiveStorage: true,
        ipolicy: { vcpuRatio: 3.14, spindleRatio: 5.2, diskTemplates: ['plain'] },
      });
      expect(another?.ipolicy.ranges[0]).toMatchObject({ min: { vcpus: 2 }, max: { nics: 18 } });
      expect(JSON.stringify(config)).not.toContain('d3c3fd475fcbaf5fd177fb245ac43b71247ada38');
      expect(excerptConfig(text)).not.toContain('d3c3fd475fcbaf5fd177fb245ac43b71247ada38');
    },
  );
});
