import type { Bridge, NetworkFacts } from '../../../shared/facts/network.ts';
import { type Changes, failed, ok } from '../../sample-report.ts';
import { tableOf } from './verdict.ts';

const network = (facts: Changes<NetworkFacts>) => ({ network: { facts } });
const br0: Bridge = {
  name: 'br0',
  ports: ['eth0'],
  stp: false,
  forwardDelayMs: 0,
  vlanFiltering: false,
};
const bridge = (change: Partial<Bridge>) => network({ bridges: [{ ...br0, ...change }] });
const bridges = (...names: string[]) => ({ network: { bridges: names.map((name) => ({ name })) } });
const guestOnly = { network: { bridges: [{ name: 'br0', hostAddress: false }] } };
const address = (name: string, text: string, prefixLength = 24) => ({
  interface: name,
  family: text.includes(':') ? ('inet6' as const) : ('inet' as const),
  address: text,
  prefixLength,
  scope: text.startsWith('fe80:') ? 'link' : 'global',
});
const addresses = (...list: ReturnType<typeof address>[]) => network({ addresses: ok(list) });
const denied = failed('denied', 'ip: denied');
const noBridge = 'no bridge br0: see network.bridge';

tableOf('network.bridge', {
  'two bridges, one missing under a similar name': {
    policy: bridges('br0', 'br00'),
    says: [
      'pass br0: br0 is up; ports: eth0',
      'fail br00: no bridge "br00": the node has br0; the nearest name is br0',
    ],
  },
  'an interface that is no bridge': {
    policy: bridges('eth0'),
    says: 'fail eth0: eth0 is an interface but no bridge, expected a bridge',
  },
  'no bridge on the node': {
    sections: network({ bridges: [] }),
    policy: bridges('br7'),
    says: 'fail br7: no bridge "br7": the node has none',
  },
  'a bridge that the interface list lacks': {
    sections: network({ interfaces: [] }),
    says: 'unknown br0: the interface list does not show br0',
  },
  'no bridge in the policy': { policy: bridges(), says: 'skip: the policy names no bridge' },
});

tableOf('network.stp', {
  on: { sections: bridge({ stp: true }), says: 'warn br0: STP is on on br0, expected off' },
  'not known': {
    sections: bridge({ stp: null }),
    says: 'unknown br0: whether br0 runs STP is not known',
  },
  'no such bridge': { sections: network({ bridges: [] }), says: `skip br0: ${noBridge}` },
});

tableOf('network.forward-delay', {
  'the default of the kernel': {
    sections: bridge({ forwardDelayMs: 15_000 }),
    says: 'warn br0: the forward delay of br0 is 15000 ms, expected 0 ms',
  },
  'hardly any': {
    sections: bridge({ forwardDelayMs: 0.01 }),
    says: 'warn br0: the forward delay of br0 is 0.01 ms, expected 0 ms',
  },
  'not known': {
    sections: bridge({ forwardDelayMs: null }),
    says: 'unknown br0: the forward delay of br0 is not known',
  },
});

const vlanAware = { network: { bridges: [{ name: 'br0', vlanAware: true }] } };
tableOf('network.vlan-filtering', {
  'not asked for': { says: 'skip br0: the policy does not call br0 VLAN-aware' },
  off: { policy: vlanAware, says: 'fail br0: vlan_filtering is off on br0, expected on' },
  on: {
    policy: vlanAware,
    sections: bridge({ vlanFiltering: true }),
    says: 'pass br0: vlan_filtering is on on br0',
  },
  'not known': {
    policy: vlanAware,
    sections: bridge({ vlanFiltering: null }),
    says: 'unknown br0: whether br0 filters VLANs is not known',
  },
});

tableOf('network.bridge-address', {
  'the address left on the port': {
    sections: addresses(address('eth0', '192.0.2.5'), address('br0', '192.0.2.5')),
    says: 'fail br0: 192.0.2.5/24 on eth0, a port of br0; expected no address on a port',
  },
  'only a link-local address': {
    sections: addresses(address('br0', 'fe80::1', 64), address('eth0', 'fe80::2', 64)),
    says: "fail br0: br0 carries no address, expected the node's",
  },
  'a bridge for guests alone': {
    sections: addresses(address('eth1', '192.0.2.5')),
    policy: guestOnly,
    says: 'pass br0: no port of br0 carries an address',
  },
  'addresses that are not known': {
    sections: network({ addresses: denied }),
    says: 'unknown: ip: denied',
  },
});

const route = { family: 'inet' as const, destination: 'default', gateway: '192.0.2.1' };
const rest = { interface: 'br0', source: null, metric: null };
tableOf('network.default-route', {
  'none, as in the guide': {
    sections: network({
      routes: ok([{ ...route, ...rest, destination: '192.0.2.0/24', type: null }]),
    }),
    says: 'fail: no default route, expected one',
  },
  'one that leads nowhere': {
    sections: network({ routes: ok([{ ...route, ...rest, type: 'unreachable' }]) }),
    says: 'fail: no default route, expected one',
  },
  'one without gateway': {
    sections: network({ routes: ok([{ ...route, ...rest, gateway: null, type: 'unicast' }]) }),
    says: 'pass: default route by no gateway on br0',
  },
  'routes that are not known': {
    sections: network({ routes: denied }),
    says: 'unknown: ip: denied',
  },
});

tableOf('network.master-netdev', {
  missing: {
    policy: { network: { masterNetdev: 'br-lan' } },
    says: 'fail: no interface "br-lan"',
  },
  'a name of 13 characters': {
    sections: network({ interfaces: [named('br-management')] }),
    policy: { network: { masterNetdev: 'br-management' } },
    says: 'pass: the node has br-management',
  },
  'a name of 14 characters': {
    sections: network({ interfaces: [named('br-management1')] }),
    policy: { network: { masterNetdev: 'br-management1' } },
    says: 'fail: "br-management1" has 14 characters, expected at most 13',
  },
});

function named(name: string): NetworkFacts['interfaces'][number] {
  return {
    name,
    kind: 'bridge',
    macAddress: null,
    mtuBytes: 1500,
    up: true,
    operState: 'up',
    carrier: true,
    speedMbps: null,
    duplex: null,
    master: null,
    physical: false,
  };
}

const node = (more: { address?: string; secondaryAddress?: string }) => ({
  nodes: [{ name: 'ganeti01.example.org', ...more }],
});

tableOf('network.node-address', {
  'an address that only begins alike': {
    policy: node({ address: '192.0.2.55' }),
    says: 'fail: 192.0.2.55 is on no interface; the node has 192.0.2.5 and 10.0.0.5',
  },
  'another spelling of an IPv6 address': {
    sections: addresses(address('br0', '2001:db8::5', 64)),
    policy: node({ address: '2001:0db8:0:0::5' }),
    says: 'pass: 2001:0db8:0:0::5 is on br0',
  },
  'a policy without addresses': {
    policy: node({}),
    says: 'skip: the policy gives ganeti01.example.org no address',
  },
});

const cluster = (text: string) => ({ cluster: { address: text } });
tableOf('network.cluster-address', {
  'held before the cluster is made': {
    sections: addresses(address('br0', '192.0.2.5'), address('br0', '192.0.2.4', 32)),
    says: 'fail: 192.0.2.4 is on br0, expected it on no node yet',
  },
});
tableOf('network.cluster-subnet', {
  'on the last address of the subnet': {
    policy: cluster('192.0.2.255'),
    says: 'pass: 192.0.2.255 lies beside 192.0.2.5/24 of br0',
  },
  'one address beyond': {
    policy: cluster('192.0.3.0'),
    says: 'fail: 192.0.3.0 is in no subnet of br0, which has 192.0.2.5/24',
  },
  'nothing but the cluster address itself': {
    sections: addresses(address('br0', '192.0.2.4', 32)),
    says: 'skip: br0 has no address to compare with',
  },
});
