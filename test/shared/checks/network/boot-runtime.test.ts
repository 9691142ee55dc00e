import type { BootInterface, Bridge } from '../../../../shared/facts/network.ts';
import { bootBridge, bootOf, bootPlain, card } from '../../../sample-boot.ts';
import { failed, ok } from '../../../sample-report.ts';
import { sampleBond } from '../../../sample-setup.ts';
import { tableOf } from '../verdict.ts';

const file = 'ifupdown (/etc/network/interfaces:4)';
const changes = `warn br0: the next boot changes br0 as ${file} has it: `;
const same = `pass br0: br0 runs as ${file} has it`;

const boot = (...ifupdown: BootInterface[]) => ({
  network: { facts: { boot: bootOf({ ifupdown }) } },
});
const running = (change: Partial<Bridge>) => ({
  network: {
    facts: {
      boot: bootOf({ ifupdown: [bootBridge()] }),
      bridges: [{ ...bridge, ...change }],
    },
  },
});
const bridge: Bridge = {
  name: 'br0',
  ports: ['eth0'],
  stp: false,
  forwardDelayMs: 0,
  vlanFiltering: false,
};
const addresses = (...value: [address: string, prefixLength: number][]) => ({
  network: {
    facts: {
      boot: bootOf({ ifupdown: [bootBridge()] }),
      addresses: ok(
        value.map(([address, prefixLength]) => ({
          interface: 'br0',
          family: address.includes(':') ? ('inet6' as const) : ('inet' as const),
          address,
          prefixLength,
          scope: 'global',
        })),
      ),
    },
  },
});

tableOf('network.boot-runtime', {
  'the same now and then': { sections: boot(bootBridge()), says: same },
  'another port': {
    sections: boot(bootBridge({ ports: ['eth7'] })),
    says: `${changes}eth0 is in br0 now, not at boot; eth7 is in br0 at boot, not now`,
  },
  'ports of guests are nobody else than guests': {
    sections: {
      network: {
        facts: {
          boot: bootOf({ ifupdown: [bootBridge()] }),
          bridges: [{ ...bridge, ports: ['eth0', 'tap0', 'veth7'] }],
          interfaces: [
            card,
            { ...card, name: 'tap0', kind: 'tun' },
            { ...card, name: 'veth7', kind: 'veth' },
            { ...card, name: 'br0', kind: 'bridge' },
          ],
        },
      },
    },
    says: same,
  },
  'STP by hand': {
    sections: running({ stp: true }),
    says: `${changes}STP of br0 is on now, off at boot`,
  },
  'a forward delay by hand': {
    sections: boot(bootBridge({ forwardDelayMs: 15_000 })),
    says: `${changes}forward delay of br0 is 0 ms now, 15000 ms at boot`,
  },
  'VLAN filtering by hand': {
    sections: running({ vlanFiltering: true }),
    says: `${changes}VLAN filtering of br0 is on now, off at boot`,
  },
  'what the kernel does not tell is not known': {
    sections: running({ stp: null }),
    says: 'unknown br0: the STP of br0 is not known',
  },
  'ports that could not be read': {
    sections: running({ ports: null }),
    says: 'unknown br0: the ports of br0 are not known',
  },
  'ports that are named in a way not understood': {
    sections: boot(bootBridge({ ports: null })),
    says: 'unknown br0: how the files name the ports of br0 is not known',
  },
  'an MTU that is stated': {
    sections: boot(bootBridge({ mtuBytes: 9000 })),
    says: `${changes}the MTU of br0 is 1500 bytes now, 9000 at boot`,
  },
  'an address that was set by hand': {
    sections: addresses(['192.0.2.5', 24], ['192.0.2.77', 24]),
    says: `${changes}192.0.2.77/24 is on br0 now, not at boot`,
  },
  'an address with another length': {
    sections: addresses(['192.0.2.5', 16]),
    says:
      `${changes}192.0.2.5/16 is on br0 now, not at boot; ` +
      '192.0.2.5/24 is on br0 at boot, not now',
  },
  'the address of the cluster is Ganeti’s, that of a router the router’s': {
    policy: { cluster: { address: '192.0.2.4' } },
    sections: addresses(
      ['192.0.2.5', 24],
      ['192.0.2.4', 24],
      ['192.0.2.9', 32],
      ['2001:db8::5', 64],
    ),
    says: same,
  },
  'an address of IPv6 in two spellings': {
    sections: boot(bootBridge({ addresses: ['192.0.2.5/24', '2001:DB8:0::5/64'] })),
    says: `${changes}2001:DB8:0::5/64 is on br0 at boot, not now`,
  },
  'addresses that are not known': {
    sections: {
      network: {
        facts: {
          boot: bootOf({ ifupdown: [bootBridge()] }),
          addresses: failed('timed_out', 'ip'),
        },
      },
    },
    says: 'unknown br0: the addresses of br0 are not known',
  },
  'an address by dhcp may be any': {
    sections: boot(bootBridge({ method: 'dhcp', addresses: [], gateway: null })),
    says: same,
  },
  'another gateway': {
    sections: boot(bootBridge({ gateway: '192.0.2.254' })),
    says: `${changes}the default route is 192.0.2.1 on br0 now, 192.0.2.254 on br0 at boot`,
  },
  'no default route now is for another check': {
    sections: {
      network: { facts: { boot: bootOf({ ifupdown: [bootBridge()] }), routes: ok([]) } },
    },
    says: same,
  },
  'a port may have the MTU of what it is a port of': {
    sections: {
      network: {
        facts: {
          boot: bootOf({ ifupdown: [bootBridge(), bootPlain('eth0')] }),
          interfaces: [
            { ...card, master: 'br0', mtuBytes: 9000 },
            { ...card, name: 'br0', kind: 'bridge', mtuBytes: 9000 },
          ],
        },
      },
    },
    says: same,
  },
  'nothing makes it': {
    sections: boot(bootPlain('eth0')),
    says: 'skip br0: nothing makes br0 at boot: see network.boot-manager',
  },
  'it does not run': {
    policy: { network: { bridges: [{ name: 'br7' }] } },
    sections: boot(bootBridge({ interface: 'br7' })),
    says: 'skip br7: no br7 now: see network.bridge',
  },
});

const bonded = (change: Partial<BootInterface>, mode = sampleBond.mode) => ({
  network: {
    facts: {
      boot: bootOf({
        ifupdown: [
          bootBridge({ ports: ['bond0'] }),
          bootPlain('bond0', {
            kind: 'bond',
            ports: sampleBond.slaves.map(({ name }) => name),
            ...change,
          }),
        ],
      }),
      bridges: [{ ...bridge, ports: ['bond0'] }],
      bonds: ok([{ ...sampleBond, name: 'bond0', mode }]),
    },
  },
});

tableOf('network.boot-runtime', {
  'a bond below the bridge, the same': {
    sections: bonded({ bondMode: 'active-backup' }, 'fault-tolerance (active-backup)'),
    says: same,
  },
  'a bond of another mode': {
    sections: bonded({ bondMode: '802.3ad' }, 'fault-tolerance (active-backup)'),
    says: `${changes}the mode of bond0 is active-backup now, 802.3ad at boot`,
  },
  'a bond with a slave more': {
    sections: bonded({ ports: [...sampleBond.slaves.map(({ name }) => name), 'eth9'] }),
    says: `${changes}eth9 is in bond0 at boot, not now`,
  },
});

const replicated = {
  nodes: [{ name: 'ganeti01.example.org', address: '192.0.2.5', secondaryAddress: '10.0.0.5' }],
};
const second: Partial<BootInterface> = {
  source: '/s:9',
  method: 'static',
  addresses: ['10.0.0.5/24'],
};
const jumbo = (mtuBytes: number | null) => ({
  network: {
    facts: {
      boot: bootOf({ ifupdown: [bootBridge(), bootPlain('eth1', { ...second, mtuBytes })] }),
      interfaces: [
        { ...card, master: 'br0' },
        { ...card, name: 'eth1', mtuBytes: 9000 },
        { ...card, name: 'br0', kind: 'bridge' },
      ],
    },
  },
});

tableOf('network.boot-runtime', {
  'jumbo frames of the replication network, written down': {
    policy: replicated,
    sections: jumbo(9000),
    says: [same, 'pass eth1: eth1 runs as ifupdown (/s:9) has it'],
  },
  'jumbo frames by hand': {
    policy: replicated,
    sections: jumbo(null),
    says: [
      same,
      'warn eth1: the next boot changes eth1 as ifupdown (/s:9) has it: ' +
        'the MTU of eth1 is 9000 bytes now, 1500 at boot',
    ],
  },
  'the replication network by hand': {
    policy: replicated,
    sections: boot(bootBridge()),
    says: [same, 'warn eth1: eth1 carries the replication network, and nothing makes it at boot'],
  },
});
