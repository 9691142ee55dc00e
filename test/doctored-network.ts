import type { BootInterface } from '../shared/facts/network.ts';
import type { Doctoring } from './doctoring.ts';
import { bootBridge, bootOf, bootPlain } from './sample-boot.ts';
import { ok } from './sample-report.ts';

const secondary = {
  nodes: [{ name: 'ganeti01.example.org', address: '192.0.2.5', secondaryAddress: '10.0.0.5' }],
};

const bridge = {
  name: 'br0',
  ports: ['eth0'],
  stp: false,
  forwardDelayMs: 0,
  vlanFiltering: false,
};

const withBridge = (change: Partial<Omit<typeof bridge, 'ports'>> & { ports?: string[] }) => ({
  network: { facts: { bridges: [{ ...bridge, ...change }] } },
});

const card = {
  name: 'eth0',
  kind: null,
  macAddress: null,
  mtuBytes: 1500,
  up: true,
  operState: 'up',
  carrier: true,
  speedMbps: 1000,
  duplex: 'full',
  master: 'br0',
  physical: true,
};

const boot = (...ifupdown: BootInterface[]) => ({
  network: { facts: { boot: bootOf({ ifupdown }) } },
});

/** For every check of the network a host that it must not pass. */
export const doctoredNetwork: Record<string, Doctoring> = {
  'network.bridge': { verdict: 'fail', policy: { network: { bridges: [{ name: 'br1' }] } } },
  'network.boot-configuration': {
    verdict: 'warn',
    // the stanza of the guide: neither "auto" nor a gateway
    sections: boot(bootBridge({ atBoot: false, gateway: null })),
  },
  'network.boot-manager': { verdict: 'warn', sections: boot(bootPlain('eth0')) },
  'network.boot-runtime': { verdict: 'warn', sections: boot(bootBridge({ ports: ['eth7'] })) },
  'network.stp': { verdict: 'warn', sections: withBridge({ stp: true }) },
  'network.forward-delay': { verdict: 'warn', sections: withBridge({ forwardDelayMs: 15_000 }) },
  'network.vlan-filtering': {
    verdict: 'fail',
    policy: { network: { bridges: [{ name: 'br0', vlanAware: true }] } },
    passes: {
      sections: withBridge({ vlanFiltering: true }),
      policy: { network: { bridges: [{ name: 'br0', vlanAware: true }] } },
    },
  },
  'network.bridge-address': {
    verdict: 'fail',
    sections: { network: { facts: { addresses: ok([]) } } },
  },
  'network.bridge-uplink': { verdict: 'fail', sections: withBridge({ ports: [] }) },
  'network.mtu': {
    verdict: 'fail',
    sections: {
      network: {
        facts: {
          interfaces: [
            card,
            { ...card, name: 'br0', kind: 'bridge', physical: false, mtuBytes: 9000 },
          ],
        },
      },
    },
  },
  'network.duplex': {
    verdict: 'warn',
    sections: { network: { facts: { interfaces: [{ ...card, duplex: 'half' }] } } },
  },
  'network.default-route': {
    verdict: 'fail',
    sections: { network: { facts: { routes: ok([]) } } },
  },
  'network.master-netdev': { verdict: 'fail', policy: { network: { masterNetdev: 'br7' } } },
  'network.node-address': {
    verdict: 'fail',
    policy: { nodes: [{ name: 'ganeti01.example.org', address: '192.0.2.77' }] },
  },
  'network.cluster-address': { verdict: 'fail', policy: { cluster: { address: '192.0.2.5' } } },
  'network.cluster-subnet': { verdict: 'fail', policy: { cluster: { address: '198.51.100.4' } } },
  'network.secondary-address': {
    verdict: 'fail',
    policy: { ...secondary, network: { secondaryNetwork: '10.0.1.0/24' } },
    passes: { policy: { ...secondary, network: { secondaryNetwork: '10.0.0.0/24' } } },
  },
  'network.secondary-speed': {
    verdict: 'warn',
    policy: secondary,
    sections: { network: { facts: { interfaces: [{ ...card, name: 'eth1' }] } } },
    passes: { policy: secondary },
  },
  'network.secondary-isolated': {
    verdict: 'warn',
    policy: secondary,
    sections: {
      network: {
        facts: {
          routes: ok([
            {
              family: 'inet',
              destination: 'default',
              gateway: '10.0.0.1',
              interface: 'eth1',
              source: null,
              metric: null,
              type: null,
            },
          ]),
        },
      },
    },
    passes: { policy: secondary },
  },
};
