import { expect, test } from 'vitest';
import { madeHost, recordedHost } from '../recorded-hosts.ts';
import { address, bootLines, networkFacts, route } from './network-facts.ts';

const six = { family: 'inet6' } as const;
const ok = <T>(value: T) => ({ status: 'ok', value });

test("the guide's node: a bridge, no default route, nothing at boot", async () => {
  const facts = await networkFacts(await recordedHost('seed-ganeti02'));
  const card = {
    name: 'eth0',
    kind: null,
    macAddress: '52:54:00:00:02:06',
    mtuBytes: 1500,
    up: true,
    operState: 'up',
    carrier: true,
    speedMbps: 1000,
    duplex: 'full',
    master: 'br0',
    physical: true,
  };
  expect(facts).toEqual({
    interfaces: [
      {
        ...card,
        name: 'lo',
        macAddress: '00:00:00:00:00:00',
        mtuBytes: 65536,
        operState: 'unknown',
        speedMbps: null,
        duplex: null,
        master: null,
        physical: false,
      },
      card,
      { ...card, name: 'br0', kind: 'bridge', duplex: null, master: null, physical: false },
    ],
    bridges: [
      { name: 'br0', ports: ['eth0'], stp: false, forwardDelayMs: 0, vlanFiltering: false },
    ],
    addresses: ok([
      address({ interface: 'lo', address: '127.0.0.1', prefixLength: 8, scope: 'host' }),
      address({ ...six, interface: 'lo', address: '::1', prefixLength: 128, scope: 'host' }),
      address({ address: '192.0.2.6' }),
      address({ ...six, address: 'fe80::5054:ff:fe00:206', prefixLength: 64, scope: 'link' }),
    ]),
    routes: ok([
      route('192.0.2.0/24', { source: '192.0.2.6' }),
      route('fe80::/64', { ...six, metric: 256 }),
    ]),
    bonds: ok([]),
    boot: facts.boot,
  });
  expect(bootLines(facts)).toEqual([
    'ifupdown enabled | lo plain at boot none | br0 bridge not at boot static 192.0.2.6/24 of eth0',
    'systemd-networkd disabled',
    'NetworkManager absent',
  ]);
});

test('bond, VLAN, tap, a bridge with STP and a bridge that is down', async () => {
  const facts = await networkFacts(await recordedHost('bookworm-worn-node'));
  const brief = facts.interfaces.map((one) =>
    [one.name, one.kind, one.operState, one.carrier, one.speedMbps, one.master, one.physical].join(
      ' ',
    ),
  );
  expect(brief).toEqual([
    'lo  unknown true   false',
    'eth0  up true 10000 bond0 true',
    'eth1  down false  bond0 true',
    'bond0 bond up true 10000 br0 false',
    'br0 bridge up true 10000  false',
    'br1 bridge down    false',
    'tap0 tun up true 10 br0 false',
    'br0.100 vlan lowerlayerdown false   false',
  ]);
  const link = { up: true, speedMbps: 10_000, linkFailures: 0, aggregatorId: null };
  expect(facts.bonds).toEqual(
    ok([
      {
        name: 'bond0',
        mode: 'fault-tolerance (active-backup)',
        up: true,
        activeSlave: 'eth0',
        aggregatorId: null,
        slaves: [
          { ...link, name: 'eth0' },
          { ...link, name: 'eth1', up: false, speedMbps: null, linkFailures: 3 },
        ],
      },
    ]),
  );
  expect(facts.bridges).toEqual([
    {
      name: 'br0',
      ports: ['bond0', 'tap0'],
      stp: true,
      forwardDelayMs: 15_000,
      vlanFiltering: true,
    },
    { name: 'br1', ports: [], stp: false, forwardDelayMs: 0, vlanFiltering: false },
  ]);
  expect(facts.routes).toEqual(
    ok([
      route('default', { gateway: '203.0.113.1', metric: 10 }),
      route('198.18.0.0/15', { interface: null, type: 'blackhole' }),
      route('198.51.100.0/24', { gateway: '203.0.113.2' }),
      route('198.51.100.0/24', { gateway: '203.0.113.3' }),
      route('203.0.113.0/24', { source: '203.0.113.7' }),
      route('default', { ...six, gateway: 'fe80::1', metric: 1024 }),
    ]),
  );
  expect(bootLines(facts)).toEqual([
    'ifupdown enabled | lo plain at boot none | ' +
      'br0 bridge at boot static 203.0.113.7/24 203.0.113.1 of bond0 | ' +
      'br1 bridge at boot none | eth9 plain at boot none',
    'systemd-networkd disabled',
    'NetworkManager absent',
  ]);
});

test('without ip the interfaces stand in sysfs, the addresses are not known', async () => {
  const facts = await networkFacts(await recordedHost('bookworm-before-setup'));
  expect(
    facts.interfaces.map(({ name, kind, up, carrier, speedMbps, physical }) => [
      name,
      kind,
      up,
      carrier,
      speedMbps,
      physical,
    ]),
  ).toEqual([
    ['eth0', null, true, true, 2500, true],
    ['lo', null, true, true, null, false],
    ['virbr0', 'bridge', false, null, null, false],
  ]);
  expect(facts.bridges).toEqual([
    { name: 'virbr0', ports: [], stp: true, forwardDelayMs: 2000, vlanFiltering: false },
  ]);
  expect(facts.addresses).toMatchObject({ status: 'failed', error: { kind: 'not_found' } });
  expect(facts.routes).toMatchObject({ status: 'failed', error: { kind: 'not_found' } });
});

test('of a bare tree nothing is claimed', async () => {
  await expect(networkFacts(await madeHost({}))).rejects.toMatchObject({ kind: 'not_recorded' });
});

test('an ip that went wrong fails the section, sysfs does not hide it', async () => {
  const ip = { command: 'ip', args: ['-j', '-d', 'addr', 'show'] };
  const cutOff = { ...ip, code: 0, stdout: '[{"ifname":"lo","fl', stderr: '' };
  const making = { like: 'bookworm-before-setup', commands: [cutOff] };
  await expect(networkFacts(await madeHost(making))).rejects.toThrow(/cut off/);
});
