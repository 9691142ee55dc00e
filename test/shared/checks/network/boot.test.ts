import { expect, test } from 'vitest';
import type { BootManager } from '../../../../shared/facts/network.ts';
import { bootBridge, bootOf, bootPlain } from '../../../sample-boot.ts';
import { failed, ok } from '../../../sample-report.ts';
import { said, tableOf } from '../verdict.ts';

type Made = Parameters<typeof bootOf>[0];

const made = (managers: Made) => ({ network: { facts: { boot: bootOf(managers) } } });
const guestOnly = { network: { bridges: [{ name: 'br0', hostAddress: false }] } };
const file = 'ifupdown (/etc/network/interfaces:4)';
const nothing = 'warn br0: nothing makes br0 at boot';
const twice = 'warn br0: two programs would make the same interface at boot';
const networkd = '/etc/systemd/network/20-br0.network';

/** The managers with one of them changed. */
const changed = (name: BootManager['name'], change: Partial<BootManager>, managers: Made = {}) => ({
  network: {
    facts: {
      boot: bootOf(managers).map((one) => (one.name === name ? { ...one, ...change } : one)),
    },
  },
});

tableOf('network.boot-manager', {
  'one program makes it': {
    sections: made({ ifupdown: [bootBridge()] }),
    says: `pass br0: br0 is made by ${file}`,
  },
  'nobody makes it': { sections: made({}), says: nothing },
  'its program is disabled': {
    sections: changed('ifupdown', { state: ok('disabled'), interfaces: ok([bootBridge()]) }),
    says: `${nothing}: /etc/network/interfaces:4 has it, but ifupdown is disabled`,
  },
  'its program is not installed': {
    sections: changed('ifupdown', { state: ok('absent'), interfaces: ok([bootBridge()]) }),
    says: `${nothing}: /etc/network/interfaces:4 has it, but ifupdown is not installed`,
  },
  'two make the bridge': {
    sections: made({
      ifupdown: [bootBridge()],
      'systemd-networkd': [bootBridge({ source: networkd })],
    }),
    says: `${twice}: br0: ${file} and systemd-networkd (${networkd})`,
  },
  'another one has its port': {
    sections: made({
      ifupdown: [bootBridge(), bootPlain('eth0')],
      NetworkManager: [bootPlain('eth0', { source: '/p' }), bootPlain('eth1')],
    }),
    says: `${twice}: eth0: ${file} and NetworkManager (/p)`,
  },
  'two stanzas of one program are no quarrel': {
    sections: made({ NetworkManager: [bootBridge(), bootBridge({ source: '/p' })] }),
    says: 'pass br0: br0 is made by NetworkManager (/etc/network/interfaces:4)',
  },
  'no bridge, now or then': {
    policy: { network: { bridges: [{ name: 'br7' }] } },
    sections: made({}),
    says: 'skip br7: no br7 now or at boot: see network.bridge',
  },
  'no bridge in the policy': {
    policy: { network: { bridges: [] } },
    says: 'skip: the policy names no bridge',
  },
  'a file of an enabled program that could not be read': {
    sections: changed(
      'NetworkManager',
      { state: ok('enabled'), interfaces: failed('denied', 'not allowed') },
      { ifupdown: [bootBridge()] },
    ),
    says: 'unknown: not allowed',
  },
  'a file of a disabled program does not matter': {
    sections: changed(
      'NetworkManager',
      { interfaces: failed('denied', 'not allowed') },
      { ifupdown: [bootBridge()] },
    ),
    says: `pass br0: br0 is made by ${file}`,
  },
  'whether the program runs is not known': {
    sections: changed(
      'ifupdown',
      { state: failed('unsupported', 'no systemd') },
      { ifupdown: [bootBridge()] },
    ),
    says: 'unknown: no systemd',
  },
  'a program without interfaces is not missed': {
    sections: changed(
      'NetworkManager',
      { state: failed('denied', 'not allowed') },
      { ifupdown: [bootBridge()] },
    ),
    says: `pass br0: br0 is made by ${file}`,
  },
});

const would = `warn br0: br0 of ${file} would not survive a reboot: `;
const up = `pass br0: br0 is brought up at boot by ${file}`;

tableOf('network.boot-configuration', {
  'auto, address and gateway': { sections: made({ ifupdown: [bootBridge()] }), says: up },
  "the guide's stanza": {
    sections: made({ ifupdown: [bootBridge({ atBoot: false, gateway: null })] }),
    says: `${would}no "auto br0"; no "gateway" in any stanza`,
  },
  'the gateway stands with another interface': {
    sections: made({
      ifupdown: [bootBridge({ gateway: null }), bootPlain('eth1', { gateway: '10.0.0.1' })],
    }),
    says: up,
  },
  'address and gateway by dhcp': {
    sections: made({ ifupdown: [bootBridge({ method: 'dhcp', addresses: [], gateway: null })] }),
    says: up,
  },
  'no address': {
    sections: made({ ifupdown: [bootBridge({ method: 'none', addresses: [] })] }),
    says: `${would}it gets no address`,
  },
  'a guest-only bridge needs neither': {
    policy: guestOnly,
    sections: made({
      ifupdown: [bootBridge({ method: 'none', addresses: [], gateway: null })],
    }),
    says: up,
  },
  "the guide's guest-only bridge, static without an address": {
    policy: guestOnly,
    sections: made({
      ifupdown: [bootBridge({ method: 'none', addresses: [], faults: ['static, no address'] })],
    }),
    says: `${would}static, no address`,
  },
  'no bridge in the file': {
    sections: made({ ifupdown: [bootPlain('br0', { addresses: ['192.0.2.5/24'] })] }),
    says: `${would}it is no bridge there; no "gateway" in any stanza`,
  },
  'a bond below it that nothing brings up': {
    sections: made({
      ifupdown: [
        bootBridge({ ports: ['bond0'] }),
        bootPlain('bond0', { kind: 'bond', atBoot: false }),
      ],
    }),
    says: `${would}its port bond0 does not come up`,
  },
  'a card below it is brought up by ifupdown itself': {
    sections: made({ ifupdown: [bootBridge(), bootPlain('eth0', { atBoot: false })] }),
    says: up,
  },
  'a port that NetworkManager does not connect': {
    sections: made({ NetworkManager: [bootBridge(), bootPlain('eth0', { atBoot: false })] }),
    says: `${would.replace('ifupdown', 'NetworkManager')}its port eth0 does not come up`,
  },
  'a bridge of systemd-networkd that stays down': {
    sections: made({ 'systemd-networkd': [bootBridge({ atBoot: false, gateway: null })] }),
    says: [
      would.replace('ifupdown', 'systemd-networkd'),
      'it stays down; no "Gateway=" in any .network file',
    ].join(''),
  },
  'nothing makes it': {
    sections: made({}),
    says: 'skip br0: nothing makes br0 at boot: see network.boot-manager',
  },
});

test.each(['network.boot-manager', 'network.boot-configuration', 'network.boot-runtime'])(
  '%s is unknown of a report that does not tell of the next boot',
  (id) => {
    expect(said(id, { network: { facts: { boot: undefined } } }, {})).toEqual([
      'unknown: the report does not tell what the next boot makes',
    ]);
  },
);
