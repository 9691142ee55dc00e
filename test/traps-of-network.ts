import { nodeNames } from './collector/seed-cluster.ts';
import type { VisibleTrap } from './trap-cluster.ts';

const addresses = (...last: number[]) =>
  last.map((one, index) => ({ name: nodeNames[index], address: `192.0.2.${one}` }));

const one = 'ganeti01';

const withoutPackages = [
  ...['amd64-microcode', 'arping', 'bridge-utils', 'ganeti-3.1', 'ifupdown', 'ifupdown2'],
  'systemd-timesyncd',
]
  .map((name) => `dpkg-query: no packages found matching ${name}\n`)
  .join('');

/** The guide's own bridged stanza, without the two lines that are added to it here. */
const asInTheGuide = {
  '/etc/network/interfaces': [
    ['auto br0\n', ''],
    [/ +gateway .*\n/, ''],
  ] as [string | RegExp, string][],
};

/** Traps in names, addresses and what makes the network. */
export const trapsOfNetwork: readonly VisibleTrap[] = [
  {
    trap: 1,
    title: 'ganeti02 and ganeti03 are given one address',
    all: { files: { '/etc/hosts': [['192.0.2.7', '192.0.2.6']] } },
    policy: { nodes: addresses(5, 6, 6) },
    gate: 'closed',
    finds: [
      {
        check: 'addresses.duplicate',
        verdict: 'fail',
        subject: '192.0.2.6',
        says: 'belongs to ganeti02.example.org (policy; /etc/hosts of 3 nodes) and ganeti03',
        remedy: 'give each name an address of its own',
      },
      {
        check: 'names.hosts-duplicates',
        verdict: 'fail',
        node: one,
        subject: '192.0.2.6',
        says: 'stands for ganeti02.example.org and ganeti03.example.org',
      },
    ],
  },
  {
    trap: 2,
    title: 'the bridged stanza has neither gateway nor auto, the node is not rebooted yet',
    all: { files: asInTheGuide },
    gate: 'open',
    finds: [
      {
        check: 'network.boot-configuration',
        verdict: 'warn',
        node: one,
        subject: 'br0',
        says: 'no "auto br0"; no "gateway" in any stanza',
        remedy: 'write "auto br0" above "iface br0"',
      },
    ],
  },
  {
    trap: 2,
    title: 'the same after ifup br0: no default route',
    all: {
      files: asInTheGuide,
      commands: { 'ip -j -4 route show table main': [[/\{"dst":"default".*?\},/, '']] },
    },
    gate: 'closed',
    finds: [
      {
        check: 'network.default-route',
        verdict: 'fail',
        node: one,
        says: 'no default route, expected one',
        remedy: 'gateway ADDRESS',
      },
    ],
  },
  {
    trap: 3,
    title: 'a guest-only bridge is "inet static" without an address',
    all: {
      files: {
        '/etc/network/interfaces': [
          [/$/, '\nauto br1\niface br1 inet static\n  bridge_ports eth1\n  bridge_fd 0\n'],
        ],
      },
    },
    policy: {
      network: { bridges: [{ name: 'br0' }, { name: 'br1', hostAddress: false }] },
    },
    gate: 'closed',
    finds: [
      {
        check: 'network.boot-configuration',
        verdict: 'warn',
        node: one,
        subject: 'br1',
        says: 'method static without an address, which ifup refuses',
        remedy: 'a bridge for guests alone takes "inet manual"',
      },
      {
        check: 'network.bridge',
        verdict: 'fail',
        node: one,
        subject: 'br1',
        says: 'no bridge "br1"',
      },
    ],
  },
  {
    trap: 18,
    title: 'a host of systemd-networkd needs no bridge-utils',
    only: {
      ganeti01: {
        files: {
          '/etc/network/interfaces': 'auto lo\niface lo inet loopback\n',
          '/etc/systemd/network/1.netdev':
            '[NetDev]\nName=br0\nKind=bridge\n[Bridge]\nForwardDelaySec=0\n',
          '/etc/systemd/network/2.network': '[Match]\nName=eth0\n[Network]\nBridge=br0\n',
          '/etc/systemd/network/3.network':
            '[Match]\nName=br0\n[Network]\nAddress=192.0.2.5/24\nGateway=192.0.2.1\n',
        },
        snapshot: {
          lists: {
            '/etc/systemd/network': ['1.netdev', '2.network', '3.network'],
            '/etc/systemd/system/multi-user.target.wants': ['systemd-networkd.service'],
          },
          failures: Object.fromEntries(
            ['1.netdev', '2.network', '3.network'].flatMap((name) =>
              ['/etc', '/run', '/usr/local/lib', '/usr/lib'].map((folder) => [
                `${folder}/systemd/network/${name}.d`,
                { kind: 'not_found', message: 'none' },
              ]),
            ),
          ),
        },
        commands: { 'dpkg-query -W': [[/(bridge-utils|ifupdown)\t.*\n/g, '']] },
        ends: { 'dpkg-query -W': { code: 1, stderr: withoutPackages } },
      },
    },
    gate: 'open',
    finds: [
      {
        check: 'network.boot-manager',
        verdict: 'pass',
        node: one,
        subject: 'br0',
        says: 'br0 is made by systemd-networkd (/etc/systemd/network/3.network)',
      },
      {
        check: 'network.boot-configuration',
        verdict: 'pass',
        node: one,
        subject: 'br0',
        says: 'br0 is brought up at boot by systemd-networkd',
      },
      { check: 'os.packages', verdict: 'pass', node: one, says: '' },
    ],
  },
  {
    trap: 19,
    title: 'VLANs on a bridge that does not filter them',
    policy: { network: { bridges: [{ name: 'br0', vlanAware: true }] } },
    gate: 'closed',
    finds: [
      {
        check: 'network.vlan-filtering',
        verdict: 'fail',
        node: one,
        subject: 'br0',
        says: 'vlan_filtering is off on br0, expected on',
        remedy: 'bridge_vlan_aware yes',
      },
    ],
  },
  {
    trap: 24,
    title: 'a secondary address for two of three nodes',
    policy: {
      nodes: addresses(5, 6, 7).map((node, index) =>
        index < 2 ? { ...node, secondaryAddress: `10.0.0.${5 + index}` } : node,
      ),
    },
    gate: 'closed',
    finds: [{ check: 'addresses.secondary', verdict: 'fail', says: 'ganeti03.example.org' }],
  },
  {
    trap: 25,
    title: "the installer's line gives the node's own name to 127.0.1.1",
    only: {
      ganeti01: {
        files: { '/etc/hosts': [['192.0.2.5', '127.0.1.1']] },
        commands: Object.fromEntries(
          ['ganeti01', 'ganeti01.example.org'].map((name) => [
            `getent ahosts ${name}`,
            [[/192\.0\.2\.5/g, '127.0.1.1']],
          ]),
        ),
      },
    },
    gate: 'closed',
    finds: [
      {
        check: 'names.own-not-loopback',
        verdict: 'fail',
        node: one,
        says: '127.0.1.1',
        remedy: 'take ganeti01 out of',
      },
    ],
  },
];
