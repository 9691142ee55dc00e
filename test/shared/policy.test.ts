import { describe, expect, test } from 'vitest';
import { defaultPolicy, policyNames, policyNode, policySchema } from '../../shared/policy.ts';
import { GIB, MIB } from '../../shared/units.ts';
import { samplePolicy } from '../sample-report.ts';

describe('the policy', () => {
  test("without a file is the guide's values", () => {
    expect(defaultPolicy()).toEqual({
      cluster: { sshSetup: true, etcHosts: true },
      nodes: [],
      storage: {
        volumeGroup: 'gnt',
        minimumSize: 20_480 * MIB,
        minimumFree: 10 * GIB,
        diskTemplates: ['plain', 'drbd'],
        usermodeHelper: '/bin/true',
      },
      network: {
        bridges: [{ name: 'br0', hostAddress: true, uplink: true, vlanAware: false }],
        masterNetdev: 'br0',
      },
      hvparams: { vhost_net: true },
      qemu: { planned: '7.2' },
      thresholds: {
        rootMinimum: 10e9,
        rootAdvised: 60e9,
        filesystemFreePercent: 10,
        maximumAge: 7_200_000,
        latency: 1,
        memoryMinimum: 2 * GIB,
      },
      severity: {},
      reference: { groups: {} },
      rules: [],
      windows: [],
    });
  });

  test.each([
    ['a key it does not know', { storage: { volumegroup: 'gnt' } }],
    ['a size without a unit', { storage: { minimumFree: '10' } }],
    ['a duration without a unit', { thresholds: { maximumAge: '15' } }],
    ['an address that is none', { cluster: { address: '192.0.2.256' } }],
    ['a node without a name', { nodes: [{ address: '192.0.2.5' }] }],
    ['a severity that is none', { severity: { 'storage.size': 'pass' } }],
    ['a percentage above 100', { thresholds: { filesystemFreePercent: 101 } }],
  ])('refuses %s', (_what, input) => {
    expect(policySchema.safeParse(input).success).toBe(false);
  });

  test('finds a node by its exact name alone', () => {
    const policy = samplePolicy();
    expect(policyNode(policy, 'ganeti02.example.org')?.address).toBe('192.0.2.6');
    expect(policyNode(policy, 'ganeti02')).toBe(undefined);
  });

  test('names all nodes, then the cluster, each once', () => {
    expect(policyNames(samplePolicy())).toEqual([
      'ganeti01.example.org',
      'ganeti02.example.org',
      'ganeti03.example.org',
      'ganeti-cluster01.example.org',
    ]);
    const twice = samplePolicy({ nodes: [{ name: 'a' }, { name: 'a' }], cluster: undefined });
    expect(policyNames(twice)).toEqual(['a']);
  });
});
