import { failed, ok } from '../../../sample-report.ts';
import { tableOf } from '../verdict.ts';

const plan = (secondaryAddress?: string, secondaryNetwork?: string) => ({
  nodes: [
    {
      name: 'ganeti01.example.org',
      address: '192.0.2.5',
      ...(secondaryAddress === undefined ? {} : { secondaryAddress }),
    },
  ],
  network: secondaryNetwork === undefined ? {} : { secondaryNetwork },
});
const eth1 = (speedMbps: number | null) => ({
  network: {
    facts: {
      interfaces: [
        {
          name: 'eth1',
          kind: null,
          macAddress: null,
          mtuBytes: 1500,
          up: true,
          operState: 'up',
          carrier: true,
          speedMbps,
          duplex: 'full',
          master: null,
          physical: true,
        },
      ],
    },
  },
});

tableOf('network.secondary-address', {
  'none planned': {
    policy: plan(),
    says: 'skip: the policy gives ganeti01.example.org no secondary address',
  },
  'its own, in the planned network': {
    policy: plan('10.0.0.5', '10.0.0.0/24'),
    says: 'pass: 10.0.0.5 is on eth1',
  },
  'outside the planned network': {
    policy: plan('10.0.0.5', '10.0.0.0/30'),
    says: 'fail: 10.0.0.5 does not lie in 10.0.0.0/30, the replication network',
  },
  'an IPv6 address': {
    policy: plan('2001:db8::5'),
    says: 'fail: 2001:db8::5 is not IPv4, which Ganeti demands of a secondary address',
  },
  'on no interface': {
    policy: plan('10.0.0.6'),
    says: 'fail: 10.0.0.6 is on no interface of the node',
  },
  'on the interface of the primary': {
    policy: plan('192.0.2.5'),
    says: 'fail: 192.0.2.5 is on br0 together with the primary 192.0.2.5',
  },
});

tableOf('network.secondary-speed', {
  'just enough': {
    policy: plan('10.0.0.5'),
    sections: eth1(10_000),
    says: 'pass: eth1 runs at 10000 Mbit/s',
  },
  'just below': {
    policy: plan('10.0.0.5'),
    sections: eth1(9_999),
    says: 'warn: eth1 runs at 9999 Mbit/s, expected at least 10000 Mbit/s',
  },
  faster: {
    policy: plan('10.0.0.5'),
    sections: eth1(25_000),
    says: 'pass: eth1 runs at 25000 Mbit/s',
  },
  'a driver that does not tell': {
    policy: plan('10.0.0.5'),
    sections: eth1(null),
    says: 'unknown: the driver does not tell the speed of eth1',
  },
  'an address that is not here': {
    policy: plan('10.0.0.6'),
    says: 'skip: 10.0.0.6 is not here: see network.secondary-address',
  },
});

const route = (name: string, destination: string, gateway: string | null) => ({
  family: 'inet' as const,
  destination,
  gateway,
  interface: name,
  source: null,
  metric: null,
  type: null,
});
const routes = (...list: ReturnType<typeof route>[]) => ({
  network: { facts: { routes: ok(list) } },
});

tableOf('network.secondary-isolated', {
  'routes of other interfaces, and its own subnet': {
    policy: plan('10.0.0.5'),
    sections: routes(route('br0', 'default', '192.0.2.1'), route('eth1', '10.0.0.0/24', null)),
    says: 'pass: no route of eth1 has a gateway',
  },
  'a default route and another': {
    policy: plan('10.0.0.5'),
    sections: routes(
      route('eth1', 'default', '10.0.0.1'),
      route('eth1', '10.1.0.0/16', '10.0.0.2'),
    ),
    says:
      'warn: eth1 leads on to default by 10.0.0.1 and 10.1.0.0/16 by 10.0.0.2, ' +
      'expected the replication network to end there',
  },
  'routes that are not known': {
    policy: plan('10.0.0.5'),
    sections: { network: { facts: { routes: failed('denied', 'ip: denied') } } },
    says: 'unknown: ip: denied',
  },
  'an address that is not here': {
    policy: plan('10.0.0.6'),
    says: 'skip: 10.0.0.6 is not here: see network.secondary-address',
  },
  'no secondary address planned': {
    says: 'skip: the policy gives ganeti01.example.org no secondary address',
  },
});
