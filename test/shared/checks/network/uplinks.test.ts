import type { NetworkInterface } from '../../../../shared/facts/network.ts';
import { tableOf } from '../verdict.ts';

const card: NetworkInterface = {
  name: 'eth0',
  kind: null,
  macAddress: null,
  mtuBytes: 1500,
  up: true,
  operState: 'up',
  carrier: true,
  speedMbps: null,
  duplex: null,
  master: 'br0',
  physical: true,
};
const own = { ...card, name: 'br0', kind: 'bridge', physical: false, master: null };

/** A bridge br0 with these ports, each a change to a working network card. */
const ports = (...changes: Partial<NetworkInterface>[]) => {
  const list = changes.map((change) => ({ ...card, ...change }));
  const bridge = { name: 'br0', stp: false, forwardDelayMs: 0, vlanFiltering: false };
  return {
    network: {
      facts: {
        interfaces: [own, ...list],
        bridges: [{ ...bridge, ports: list.map(({ name }) => name) }],
      },
    },
  };
};
const tap = { name: 'tap0', kind: 'tun', physical: false };
const bond = { name: 'bond0', kind: 'bond', physical: false, speedMbps: 20_000 };

const unread = {
  network: {
    facts: {
      bridges: [{ name: 'br0', ports: null, stp: false, forwardDelayMs: 0, vlanFiltering: false }],
    },
  },
};
const notKnown = 'unknown br0: the ports of br0 could not be read';

tableOf('network.bridge', {
  'ports that could not be read': {
    sections: unread,
    says: 'pass br0: br0 is up; ports: not known',
  },
});

tableOf('network.bridge-address', {
  'ports that could not be read': { sections: unread, says: notKnown },
});

tableOf('network.mtu', {
  'ports that could not be read': { sections: unread, says: notKnown },
});

tableOf('network.bridge-uplink', {
  'ports that could not be read': { sections: unread, says: notKnown },
  'no port': {
    sections: ports(),
    says: 'fail br0: no port in br0, expected an uplink with carrier',
  },
  'guests alone': {
    sections: ports(tap, { name: 'vnet1', kind: 'tun', physical: false }),
    says: 'fail br0: only tap0 (tun) and vnet1 (tun) in br0, expected an uplink with carrier',
  },
  'a bond beside a guest': {
    sections: ports(tap, bond),
    says: 'pass br0: bond0 (bond, 20000 Mbit/s) with carrier in br0',
  },
  'a VLAN whose card has no carrier': {
    sections: ports({ name: 'eth0.7', kind: 'vlan', physical: false, carrier: false }),
    says: 'fail br0: eth0.7 has no carrier in br0, expected an uplink with carrier',
  },
  'a card that is down': {
    sections: ports({ up: false, operState: 'down', carrier: null }),
    says: 'fail br0: eth0 is down in br0, expected an uplink with carrier',
  },
  'a card that is switched off while the cable still tells': {
    sections: ports({ up: false }),
    says: 'fail br0: eth0 is down in br0, expected an uplink with carrier',
  },
  'a carrier that is not told, but an operating state': {
    sections: ports({ carrier: null }),
    says: 'pass br0: eth0 with carrier in br0',
  },
  'one of two cards': {
    sections: ports({ carrier: false }, { name: 'eth2' }),
    says: 'pass br0: eth2 with carrier in br0',
  },
  'the end of a container': {
    sections: ports({ name: 'veth7', kind: 'veth', physical: false }),
    says: 'warn br0: only veth7 (veth) in br0, expected a network card',
  },
  'a device of which it is not known what it is': {
    sections: ports({ physical: null }),
    says: 'unknown br0: whether eth0 is hardware is not known',
  },
  'a bridge without uplink on purpose': {
    sections: ports(),
    policy: { network: { bridges: [{ name: 'br0', uplink: false }] } },
    says: 'skip br0: the policy expects no uplink of br0',
  },
});

tableOf('network.mtu', {
  'a bridge with more than its card': {
    sections: ports({ mtuBytes: 1499 }),
    says:
      'fail br0: br0 has an MTU of 1500 bytes, but eth0 carries 1499; ' +
      "expected no more than the uplink's",
  },
  'a card with more than its bridge': {
    sections: ports({ mtuBytes: 9000 }),
    says: 'pass br0: br0 has an MTU of 1500 bytes, which its uplink carries',
  },
  'a guest with less': {
    sections: ports({ ...tap, mtuBytes: 1400 }),
    says: 'skip br0: br0 has no uplink to compare with',
  },
});

tableOf('network.duplex', {
  'half duplex': {
    sections: ports({ duplex: 'half', speedMbps: 100 }),
    says: 'warn: half duplex on eth0 (100 Mbit/s), expected full',
  },
  'no card with carrier': {
    sections: ports({ duplex: 'half', carrier: false }),
    says: 'skip: no network card has carrier',
  },
});
