import { describe, expect, test } from 'vitest';
import { ParseError } from '../../../agent/host/host.ts';
import { networkdInterfaces } from '../../../agent/network/networkd.ts';
import { readNetworkdFiles } from '../../../agent/network/networkd-files.ts';
import type { Device } from '../../../agent/network/networkd-match.ts';
import { bootBridge, bootPlain } from '../../sample-boot.ts';
import { madeHost } from '../recorded-hosts.ts';

const etc = '/etc/systemd/network';
const present: Device[] = [
  { name: 'lo', kind: null, macAddress: '00:00:00:00:00:00' },
  { name: 'eth0', kind: null, macAddress: '52:54:00:00:02:05' },
  { name: 'eth1', kind: null, macAddress: null },
];
const folders = ['/etc', '/run', '/usr/lib', '/usr/local/lib'];
const nothing = Object.fromEntries(
  folders.map((folder) => [folder, { kind: 'not_found', message: 'no such folder' }]),
);

async function made(files: Record<string, string>) {
  const host = await madeHost({ files, snapshot: { failures: nothing } });
  return networkdInterfaces(await readNetworkdFiles(host), present);
}

const br0 = {
  [`${etc}/10-br0.netdev`]: [
    '[NetDev]\nName=br0\nKind=bridge\n',
    '[Bridge]\nSTP=no\nForwardDelaySec=0\nVLANFiltering=yes\n',
  ].join('\n'),
  [`${etc}/20-uplink.network`]: '[Match]\nName=eth0\n\n[Network]\nBridge=br0\n',
  [`${etc}/30-br0.network`]: [
    '[Match]\nName=br0',
    '[Network]\nAddress=192.0.2.5/24\nGateway=192.0.2.1\nDNS=192.0.2.3\n',
  ].join('\n'),
};

describe('what systemd-networkd makes', () => {
  test('a bridge with its port, address and gateway', async () => {
    expect(await made(br0)).toEqual([
      bootBridge({ source: `${etc}/30-br0.network`, vlanAware: true }),
      bootPlain('eth0', { source: `${etc}/20-uplink.network` }),
    ]);
  });

  test('what is not stated is as the kernel has it', async () => {
    const files = { ...br0, [`${etc}/10-br0.netdev`]: '[NetDev]\nName=br0\nKind=bridge\n' };
    const [bridge] = await made(files);
    expect(bridge).toMatchObject({ stp: false, forwardDelayMs: 15_000, vlanAware: false });
  });

  test.each([
    ['4', 4000],
    ['4s', 4000],
    ['2.5 sec', 2500],
    ['500ms', 500],
  ])('a forward delay of %s is %d ms', async (text, forwardDelayMs) => {
    const netdev = `[NetDev]\nName=br0\nKind=bridge\n[Bridge]\nForwardDelaySec=${text}\n`;
    const [bridge] = await made({ [`${etc}/10-br0.netdev`]: netdev });
    expect(bridge).toMatchObject({ forwardDelayMs });
  });

  test('a device without a network stays down', async () => {
    const [bridge] = await made({ [`${etc}/1.netdev`]: '[NetDev]\nName=br0\nKind=bridge\n' });
    expect(bridge).toMatchObject({ atBoot: false, faults: ['no .network file brings br0 up'] });
  });

  test('a bond with its slaves and MTU', async () => {
    const files = {
      [`${etc}/1.netdev`]: '[NetDev]\nName=bond0\nKind=bond\nMTUBytes=9000\n[Bond]\nMode=802.3ad\n',
      [`${etc}/2.network`]: '[Match]\nName=eth*\n[Network]\nBond=bond0\n',
      [`${etc}/3.network`]: '[Match]\nName=bond0\n[Network]\nDHCP=ipv4\n',
    };
    expect((await made(files))[0]).toEqual(
      bootPlain('bond0', {
        source: `${etc}/3.network`,
        kind: 'bond',
        ports: ['eth0', 'eth1'],
        bondMode: '802.3ad',
        mtuBytes: 9000,
        method: 'dhcp',
      }),
    );
  });

  test('the file of an earlier folder stands in for that of a later one', async () => {
    const network = (address: string) => `[Match]\nName=eth0\n[Network]\nAddress=${address}\n`;
    const files = {
      '/usr/lib/systemd/network/50-a.network': network('192.0.2.1/24'),
      '/run/systemd/network/50-a.network': network('192.0.2.2/24'),
      '/run/systemd/network/60-b.network': network('192.0.2.3/24'),
    };
    const addresses = async (more: Record<string, string>) =>
      (await made({ ...files, ...more })).map((one) => one.addresses);
    expect(await addresses({})).toEqual([['192.0.2.2/24']]);
    // an empty file takes the one below it away
    expect(await addresses({ [`${etc}/50-a.network`]: '' })).toEqual([['192.0.2.3/24']]);
  });

  test('drop-ins come after the file, and an empty value takes back those before', async () => {
    const files = {
      [`${etc}/5.network`]: '[Match]\nName=eth0\n[Network]\nAddress=192.0.2.2/24\n',
      '/run/systemd/network/5.network.d/x.conf': '[Network]\nAddress=\nAddress=192.0.2.9/24\n',
      [`${etc}/5.network.d/readme`]: '[Network]\nAddress=192.0.2.7/24\n',
    };
    expect((await made(files)).map((one) => one.addresses)).toEqual([['192.0.2.9/24']]);
  });

  test.each([
    ['[Link]\nUnmanaged=yes\n', []],
    ['[Link]\nActivationPolicy=manual\n', [false]],
    ['[Link]\nActivationPolicy=always-up\n', [true]],
    ['', [true]],
  ])('after %j it comes up: %j', async (link, atBoot) => {
    const found = await made({ [`${etc}/5.network`]: `[Match]\nName=eth0\n${link}` });
    expect(found.map((one) => one.atBoot)).toEqual(atBoot);
  });

  test('a route may be the gateway, one of its own is not', async () => {
    const routes = '[Route]\nDestination=10.0.0.0/8\nGateway=192.0.2.9\n[Route]\nGateway=192.0.2.1';
    const [one] = await made({ [`${etc}/5.network`]: `[Match]\nName=eth0\n${routes}\n` });
    expect(one?.gateway).toBe('192.0.2.1');
  });
});

describe('the [Match] of a file', () => {
  const matched = async (match: string) =>
    (await made({ [`${etc}/5.network`]: `[Match]\n${match}\n` })).map((one) => one.interface);

  test.each<[string, string[]]>([
    ['Name=eth0', ['eth0']],
    ['Name=eth9', ['eth9']],
    ['Name=eth? br*', ['eth0', 'eth1']],
    ['Name=!eth0 x', ['eth1']],
    ['MACAddress=52-54-00-00-02-05\nName=eth0', ['eth0']],
    ['MACAddress=52:54:00:00:02:06\nName=eth0', []],
    ['Type=ether', ['eth0', 'eth1']],
    ['Type=wlan', []],
    ['Kind=bridge\nName=*', []],
    ['Name=host0x*\nVirtualization=container', []],
    ['', []],
  ])('%j is about %j', async (match, names) => {
    expect(await matched(match)).toEqual(names);
  });

  test.each([
    'Name=eth0\nDriver=igb',
    'MACAddress=52:54:00:00:02:06',
    'Name=eth[0-9]',
    'Host=ganeti01',
  ])('%j is not understood, and nothing is guessed', async (match) => {
    await expect(matched(match)).rejects.toThrow(ParseError);
  });
});

test.each([
  ['no section', 'Name=br0\n'],
  ['no name', '[NetDev]\nKind=bridge\n'],
  ['no pair', '[NetDev]\nName\n'],
  ['binary', '[NetDev]\0\n'],
  ['a bad truth', '[NetDev]\nName=br0\nKind=bridge\n[Bridge]\nSTP=perhaps\n'],
])('a .netdev file is refused: %s', async (_what, text) => {
  await expect(made({ [`${etc}/1.netdev`]: text })).rejects.toThrow(ParseError);
});
