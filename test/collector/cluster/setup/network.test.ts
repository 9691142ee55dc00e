import type { Facts } from '../../../../shared/report.ts';
import { type Changes, first, guest, plainInstance, second, third } from './installed.ts';
import { table } from './table.ts';

const withoutBridge = ({ network }: Facts) => {
  network.bridges = [];
};

table('network.links', [
  ['are there', {}, ['pass br0 on all nodes']],
  [
    'a bridge is missing',
    { hosts: { 3: withoutBridge } },
    [`fail no bridge br0 on ${third}, expected it for the cluster`],
  ],
  [
    'a bridge is missing where the guest may go',
    { hosts: { 2: withoutBridge } },
    [`fail no bridge br0 on ${second}, expected it for the cluster and ${guest}`],
  ],
  [
    'a guest has a bridge of its own',
    {
      instance: ({ nics }) => {
        for (const nic of nics) nic.link = 'br9';
      },
    },
    [`fail no bridge br9 on ${first} and ${second}, expected it for ${guest}`],
  ],
  [
    'a network has one',
    {
      config: ({ groups, cluster }) => {
        const { ipolicy } = cluster;
        const rest = { allocPolicy: null, exclusiveStorage: null, ipolicy, tags: [], uuid: 'g' };
        const network = { network: 'office', mode: 'bridged', link: 'br1', vlan: '' };
        groups.push({ ...rest, name: 'default', networks: [network] });
      },
    },
    [`fail no bridge br1 on ${first}, ${second} and ${third}, expected it for network office`],
  ],
  [
    'a routed link is a table, and no bridge',
    {
      config: ({ cluster, instances }) => {
        cluster.nicparams = { mode: 'routed', link: '100', vlan: '' };
        for (const one of instances) one.nics = [];
      },
    },
    ['skip no guest is attached to a bridge'],
  ],
  [
    'a switch',
    {
      config: ({ cluster, instances }) => {
        cluster.nicparams = { mode: 'openvswitch', link: 'eth1', vlan: '' };
        for (const one of instances) one.nics = [];
      },
    },
    ['pass eth1 on all nodes'],
  ],
]);

/** A guest with this VLAN, on bridges that filter. */
function tagged(vlan: string, change: (facts: Facts) => void = () => undefined): Changes {
  const filtering = (facts: Facts) => {
    for (const bridge of facts.network.bridges) bridge.vlanFiltering = true;
    change(facts);
  };
  return {
    instance: ({ nics }) => {
      for (const nic of nics) nic.vlan = vlan;
    },
    hosts: { 1: filtering, 2: filtering },
  };
}

/** An interface of the node for a VLAN. */
const classic =
  (name: string, kind = 'vlan') =>
  ({ network }: Facts) => {
    const [base] = network.interfaces;
    if (base) network.interfaces.push({ ...base, name, kind });
  };
const both = `${first} and ${second}, for ${guest}`;

table('network.guest-vlans', [
  ['can be made', tagged('.100'), ['pass VLANs .100 on br0']],
  ['on a node that the guest never comes to', { ...tagged('.100') }, ['pass VLANs .100 on br0']],
  [
    'a bridge that filters none',
    tagged('.100', ({ network }) => {
      for (const bridge of network.bridges) bridge.vlanFiltering = false;
    }),
    [`fail br0 does not filter VLANs, expected it to on ${both}`],
  ],
  ['VLAN 1', tagged('.1:100'), [`fail VLAN 1 of br0 carries the node itself on ${both}`]],
  ['VLAN 11 is not VLAN 1', tagged(':11:100'), ['pass VLANs :11:100 on br0']],
  [
    'an interface over a port has it',
    tagged('.100', classic('eth0.100')),
    [`fail VLAN 100 is the interface eth0.100, expected it free on ${both}`],
  ],
  [
    'an interface over another link has it',
    tagged('.100', classic('eth1.100')),
    ['pass VLANs .100 on br0'],
  ],
  [
    'an interface of that name is none',
    tagged('.100', classic('eth0.100', 'dummy')),
    ['pass VLANs .100 on br0'],
  ],
]);

const withMac = (mac: string): Changes => ({
  config: ({ instances }) => {
    const [one] = instances;
    const db = plainInstance('db.example.org', third ?? '');
    instances.push({ ...db, nics: (one?.nics ?? []).map((nic) => ({ ...nic, mac })) });
  },
});

table('network.guest-macs', [
  ['are used once', withMac('aa:00:00:11:22:34'), ['pass 2 interfaces, each address used once']],
  [
    'used by two guests, however it is spelled',
    withMac('AA:00:00:11:22:33'),
    [
      `warn used twice: aa:00:00:11:22:33 of ${guest} and db.example.org; expected an address ` +
        'for each',
    ],
  ],
  [
    'used by a node',
    {
      ...withMac('52:54:00:00:02:09'),
      hosts: {
        2: ({ network }) => {
          for (const one of network.interfaces) {
            if (one.name === 'eth1') one.macAddress = '52:54:00:00:02:09';
          }
        },
      },
    },
    [
      `warn used twice: 52:54:00:00:02:09 of db.example.org and eth1 of ${second}; expected an ` +
        'address for each',
    ],
  ],
]);
