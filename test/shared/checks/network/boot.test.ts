import type { Stanza } from '../../../../shared/facts/network.ts';
import { failed, ok } from '../../../sample-report.ts';
import { tableOf } from '../verdict.ts';

const stanza: Stanza = {
  interface: 'br0',
  family: 'inet',
  method: 'static',
  atBoot: true,
  addresses: ['192.0.2.5/24'],
  gateway: '192.0.2.1',
  bridgePorts: ['eth0'],
};
const configured = (...stanzas: Stanza[]) => ({ network: { facts: { ifupdown: ok(stanzas) } } });
const guestOnly = { network: { bridges: [{ name: 'br0', hostAddress: false }] } };
const would = 'the stanza of br0 in /etc/network/interfaces would not survive a reboot: ';

tableOf('network.boot-configuration', {
  'auto, address and gateway': {
    sections: configured(stanza),
    says: 'pass br0: br0 is brought up at boot by /etc/network/interfaces',
  },
  "the guide's stanza": {
    sections: configured({ ...stanza, atBoot: false, gateway: null }),
    says: `warn br0: ${would}no "auto br0"; no "gateway" in any stanza`,
  },
  'the gateway stands with another interface': {
    sections: configured({ ...stanza, gateway: null }, { ...stanza, interface: 'eth1' }),
    says: 'pass br0: br0 is brought up at boot by /etc/network/interfaces',
  },
  'address and gateway by dhcp': {
    sections: configured({ ...stanza, method: 'dhcp', addresses: [], gateway: null }),
    says: 'pass br0: br0 is brought up at boot by /etc/network/interfaces',
  },
  'a guest-only bridge needs no gateway': {
    policy: guestOnly,
    sections: configured({ ...stanza, method: 'manual', addresses: [], gateway: null }),
    says: 'pass br0: br0 is brought up at boot by /etc/network/interfaces',
  },
  "the guide's guest-only bridge, static without an address": {
    policy: guestOnly,
    sections: configured({ ...stanza, addresses: [], gateway: null }),
    says: `warn br0: ${would}method static without an address, which ifup refuses`,
  },
  'no stanza of the bridge': {
    sections: configured({ ...stanza, interface: 'eth0' }),
    says: 'skip br0: /etc/network/interfaces has no stanza of br0: something else makes it',
  },
  'no such file': {
    sections: { network: { facts: { ifupdown: ok(null) } } },
    says: 'skip: there is no /etc/network/interfaces: ifupdown does not make the network',
  },
  'a file that could not be read': {
    sections: { network: { facts: { ifupdown: failed('denied', 'not allowed') } } },
    says: 'unknown: not allowed',
  },
});
