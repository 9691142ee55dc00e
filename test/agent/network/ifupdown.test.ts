import { describe, expect, test } from 'vitest';
import { ParseError } from '../../../agent/host/host.ts';
import { type Dialect, ifupdownInterfaces } from '../../../agent/network/ifupdown.ts';
import { parseInterfaces } from '../../../agent/network/interfaces-file.ts';
import { namedPorts } from '../../../agent/network/port-names.ts';
import { bootBridge, bootPlain } from '../../sample-boot.ts';

const present = ['lo', 'eth0', 'eth1', 'enp3s0', 'p2', 'tap0'];

function made(lines: string[], dialect: Dialect = 'ifupdown') {
  const files = [parseInterfaces(`${lines.join('\n')}\n`, '/f')];
  return ifupdownInterfaces(files, { dialect, present });
}

const bridge = bootBridge({ source: '/f:2', addresses: ['192.0.2.5/24'], forwardDelayMs: 15_000 });
const head = ['auto br0', 'iface br0 inet static', 'address 192.0.2.5/24', 'gateway 192.0.2.1'];

describe('what ifupdown makes', () => {
  test("the guide's bridge, with what is not stated as the kernel has it", () => {
    expect(made([...head, 'bridge_ports eth0'])).toEqual([bridge]);
    expect(
      made([...head, 'bridge_ports eth0', 'bridge_stp on', 'bridge_fd 2.5', 'mtu 9000']),
    ).toEqual([{ ...bridge, stp: true, forwardDelayMs: 2500, mtuBytes: 9000 }]);
    expect(made([...head, 'bridge-ports none', 'bridge-vlan-aware yes', 'bridge-fd 0'])).toEqual([
      { ...bridge, ports: [], vlanAware: true, forwardDelayMs: 0 },
    ]);
  });

  test('all stanzas of an interface are one', () => {
    const six = ['iface br0 inet6 static', 'address 2001:db8::5/64', 'gateway 2001:db8::1'];
    expect(made([...head, 'bridge_ports eth0', ...six])).toEqual([
      { ...bridge, addresses: ['192.0.2.5/24', '2001:db8::5/64'] },
    ]);
  });

  test.each([
    ['netmask 255.255.255.0', '192.0.2.5/24'],
    ['netmask 26', '192.0.2.5/26'],
    ['netmask 255.0.255.0', '192.0.2.5'],
    ['mtu 1500', '192.0.2.5'],
  ])('an address with "%s" is %s', (line, address) => {
    const [one] = made(['iface eth0 inet static', 'address 192.0.2.5', line]);
    expect(one?.addresses).toEqual([address]);
  });

  test('a stanza takes from the one it inherits what it does not state itself', () => {
    const [, heir] = made([
      'iface base inet static',
      'address 192.0.2.5/24',
      'bridge_ports eth0',
      'iface br1 inherits base',
      'bridge_ports eth1',
    ]);
    expect(heir).toMatchObject({ interface: 'br1', ports: ['eth1'], addresses: ['192.0.2.5/24'] });
    const own = ['iface b inherits a', 'address 192.0.2.6/24'];
    const [, other] = made(['iface a inet static', 'address 192.0.2.5/24', ...own]);
    expect(other?.addresses).toEqual(['192.0.2.6/24']);
    expect(() => made(['iface br1 inherits base'])).toThrow(ParseError);
    expect(() => made(['iface a inherits b', 'iface b inherits a'])).toThrow(ParseError);
  });

  test.each<[string[], boolean]>([
    [['auto br0'], true],
    [['auto lo br0'], true],
    [['allow-auto br0'], true],
    [['auto /br*'], true],
    [['auto br*'], false],
    [['auto br00'], false],
    // the device of a bridge appears when ifup makes it, and not before
    [['allow-hotplug br0'], false],
    [[], false],
  ])('%j brings a bridge up at boot: %j', (lines, atBoot) => {
    const [one] = made([...lines, 'iface br0 inet manual', 'bridge_ports none']);
    expect(one?.atBoot).toBe(atBoot);
  });

  test('a card comes up when its device appears', () => {
    expect(made(['allow-hotplug eth0', 'iface eth0 inet dhcp'])).toEqual([
      bootPlain('eth0', { source: '/f:2', method: 'dhcp' }),
    ]);
  });

  test('what ifup refuses is a fault', () => {
    const refused = ['method static without an address, which ifup refuses'];
    expect(made(['iface br1 inet static', 'bridge_ports eth1'])[0]?.faults).toEqual(refused);
    const twice = ['iface br1 inet static', 'address 192.0.2.5/24', 'address 192.0.2.6/24'];
    expect(made(twice)[0]?.faults).toEqual([
      'two "address" lines in one stanza, which ifup takes for one',
    ]);
    expect(made(twice, 'ifupdown2')[0]?.faults).toEqual([]);
  });

  test('without family ifup refuses the whole file, and ifupdown2 makes both', () => {
    const lines = ['auto br0', 'iface br0', 'address 192.0.2.5/24', 'bridge-ports eth0'];
    expect(() => made(lines)).toThrow('/f:2: no family or method; ifup refuses the whole file');
    expect(made(lines, 'ifupdown2')).toEqual([{ ...bridge, gateway: null }]);
  });

  test('a bond names its slaves, or they name it', () => {
    const bond = { kind: 'bond' as const, ports: ['eth0', 'eth1'] };
    expect(
      made(['iface bond0 inet manual', 'bond-slaves eth0 eth1', 'bond-mode 4']).at(0),
    ).toMatchObject({ ...bond, bondMode: '802.3ad' });
    expect(
      made([
        'iface bond0 inet manual',
        'bond_mode active-backup',
        'bond-slaves none',
        'iface eth0 inet manual',
        'bond-master bond0',
        'iface eth1 inet manual',
        'bond-master bond0',
      ]).at(0),
    ).toMatchObject({ ...bond, bondMode: 'active-backup' });
  });

  test('a VLAN is one by its name or its option', () => {
    const kinds = made(['iface eth0.100 inet manual', 'iface v inet manual', 'vlan-raw-device e']);
    expect(kinds.map(({ kind }) => kind)).toEqual(['vlan', 'vlan']);
  });

  test.each(['bridge_fd soon', 'bridge_stp maybe', 'mtu jumbo', 'mtu 0'])(
    'a value that is none is an error: %s',
    (line) => {
      expect(() => made([...head, 'bridge_ports eth0', line])).toThrow(ParseError);
    },
  );
});

test.each<[string, string[] | null]>([
  ['eth0 eth7', ['eth0', 'eth7']],
  ['none', []],
  ['all', ['eth0', 'eth1', 'enp3s0', 'p2']],
  ['regex eth.* noregex tap0', ['eth0', 'eth1', 'tap0']],
  ['regex th0', []],
  ['glob eth*', ['eth0', 'eth1']],
  ['glob eth0 noglob x', null],
  ['glob swp[1-10]', null],
  ['regex (a+)+$', null],
  ['regex [', null],
])('bridge_ports %s are %j', (words, ports) => {
  expect(namedPorts(words.split(' '), present)).toEqual(ports);
});
