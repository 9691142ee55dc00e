import { describe, expect, test } from 'vitest';
import { excerptHvparams, parseSsconf } from '../../../agent/ganeti/ssconf.ts';

const least = { cluster_name: 'c.example.org\n', master_node: 'n1.example.org\n' };

test('every node has its addresses and flags, whatever the order of the files', () => {
  const facts = parseSsconf(
    {
      ...least,
      node_list: 'n1.example.org\nn2.example.org\nn3.example.org\n',
      node_primary_ips: 'n2.example.org 192.0.2.2\nn1.example.org 192.0.2.1\n',
      node_secondary_ips: 'n1.example.org 198.51.100.1\nn2.example.org 198.51.100.2\n',
      node_vm_capable: 'n2.example.org=False\nn1.example.org=True\n',
      online_nodes: 'n1.example.org\n',
      offline_nodes: 'n2.example.org\n',
    },
    null,
  );
  const unknown = { primaryAddress: null, secondaryAddress: null, vmCapable: null, online: null };
  expect(facts.nodes).toEqual([
    {
      name: 'n1.example.org',
      primaryAddress: '192.0.2.1',
      secondaryAddress: '198.51.100.1',
      vmCapable: true,
      online: true,
    },
    {
      name: 'n2.example.org',
      primaryAddress: '192.0.2.2',
      secondaryAddress: '198.51.100.2',
      vmCapable: false,
      online: false,
    },
    { name: 'n3.example.org', ...unknown },
  ]);
});

test('what a release does not write is null or empty', () => {
  expect(parseSsconf(least, null)).toEqual({
    clusterName: 'c.example.org',
    releaseVersion: null,
    masterNode: 'n1.example.org',
    masterAddress: null,
    masterNetdev: null,
    masterCandidates: [],
    nodes: [],
    instances: [],
    nodeGroups: [],
    hypervisors: [],
    hvparamsKvm: null,
    clusterTags: [],
    candidateCertificates: [],
  });
});

test('lists, groups with a space in the name, and digests in one spelling', () => {
  const facts = parseSsconf(
    {
      ...least,
      release_version: '3.1.0~rc2\n',
      master_ip: '192.0.2.9\n',
      master_netdev: 'br0\n',
      master_candidates: 'n2\nn1\n',
      instance_list: 'vm1\n\nvm2\n',
      hypervisor_list: 'kvm\nxen-pvm\n',
      cluster_tags: 'htools:iextags:dns\n',
      nodegroups: 'd4f3 default\n5f10 rack two\n',
      master_candidates_certs: 'b3da=AA:0F\n',
    },
    { cpu_type: 'host' },
  );
  expect(facts).toMatchObject({
    releaseVersion: '3.1.0~rc2',
    masterAddress: '192.0.2.9',
    masterNetdev: 'br0',
    masterCandidates: ['n2', 'n1'],
    instances: ['vm1', 'vm2'],
    hypervisors: ['kvm', 'xen-pvm'],
    clusterTags: ['htools:iextags:dns'],
    nodeGroups: [
      { uuid: 'd4f3', name: 'default' },
      { uuid: '5f10', name: 'rack two' },
    ],
    candidateCertificates: [{ node: 'b3da', sha1: 'aa:0f' }],
    hvparamsKvm: { cpu_type: 'host' },
  });
});

test('the excerpt of parameters keeps an equals sign in a value, and no secret', () => {
  const text = 'cpu_type=host,level=13\nkvm_extra=-x pw\nvhost_net=True\nvga=\n';
  expect(JSON.parse(excerptHvparams(text))).toEqual({
    cpu_type: 'host,level=13',
    kvm_extra: '(set, withheld)',
    vhost_net: 'True',
    vga: '',
  });
});

describe('a damaged file', () => {
  test.each([
    ['an empty name of the cluster', { ...least, cluster_name: '\n' }, 'ssconf_cluster_name'],
    ['two masters', { ...least, master_node: 'n1\nn2\n' }, 'ssconf_master_node'],
    ['no master', { cluster_name: 'c' }, 'ssconf_master_node'],
    ['an address without a node', { ...least, node_primary_ips: ' 192.0.2.1' }, 'node_primary_ips'],
    ['a node without an address', { ...least, node_primary_ips: 'n1' }, 'node_primary_ips'],
    ['a flag without a node', { ...least, node_vm_capable: '=True' }, 'node_vm_capable'],
    ['binary data', { ...least, node_list: 'n1\0' }, 'node_list: binary data'],
  ])('with %s is refused', (_title, texts, message) => {
    expect(() => parseSsconf(texts, null)).toThrow(message);
  });

  test('of parameters is refused without a word of it', () => {
    expect(() => excerptHvparams('planted')).toThrow('ssconf_hvparams_kvm: a line without "="');
    expect(() => excerptHvparams('a=b\n\0')).toThrow('binary data');
  });
});
