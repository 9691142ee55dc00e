import { describe, expect, test } from 'vitest';
import { ParseError } from '../../../agent/host/host.ts';
import { keyfileInterfaces, readProfiles } from '../../../agent/network/keyfile.ts';
import type { Device } from '../../../agent/network/networkd-match.ts';
import { bootBridge, bootPlain } from '../../sample-boot.ts';
import { madeHost } from '../recorded-hosts.ts';

const etc = '/etc/NetworkManager/system-connections';
const present: Device[] = [
  { name: 'lo', kind: null, macAddress: '00:00:00:00:00:00' },
  { name: 'eth0', kind: null, macAddress: '52:54:00:00:02:05' },
  { name: 'eth1', kind: null, macAddress: '52:54:00:00:02:06' },
  { name: 'tap0', kind: 'tun', macAddress: null },
];
const nothing = Object.fromEntries(
  ['/etc', '/run', '/usr/lib'].map((folder) => [folder, { kind: 'not_found', message: 'none' }]),
);

async function profiles(files: Record<string, string>) {
  return await readProfiles(await madeHost({ files, snapshot: { failures: nothing } }));
}

async function made(files: Record<string, string>) {
  return keyfileInterfaces(await profiles(files), present);
}

const bridge = [
  '[connection]\nid=br0\nuuid=6d757374-6572-4000-8000-00000000000b\ntype=bridge',
  'interface-name=br0\n\n[bridge]\nstp=false\nforward-delay=0\n',
  '[ipv4]\nmethod=manual\naddress1=192.0.2.5/24,192.0.2.1\n\n[ipv6]\nmethod=disabled\n',
].join('\n');
const port = (more: string) => `[connection]\ntype=ethernet\ninterface-name=eth0\n${more}\n`;

describe('what NetworkManager makes', () => {
  test.each([
    'controller=br0\nport-type=bridge',
    'master=6d757374-6572-4000-8000-00000000000b\nslave-type=bridge',
  ])('a bridge and its port, which names it: %j', async (owner) => {
    const files = { [`${etc}/br0.nmconnection`]: bridge, [`${etc}/p`]: port(owner) };
    expect(await made(files)).toEqual([
      bootBridge({ source: `${etc}/br0.nmconnection` }),
      bootPlain('eth0', { source: `${etc}/p` }),
    ]);
  });

  test('STP is on where it is not stated, the forward delay that of the kernel', async () => {
    const plain = '[connection]\ntype=bridge\ninterface-name=br0\nautoconnect=false\n';
    expect(await made({ [`${etc}/b`]: plain })).toEqual([
      bootPlain('br0', {
        source: `${etc}/b`,
        kind: 'bridge',
        atBoot: false,
        stp: true,
        forwardDelayMs: 15_000,
        vlanAware: false,
      }),
    ]);
  });

  test('the older words for addresses, an MTU, a bond', async () => {
    const files = {
      [`${etc}/1`]: '[connection]\ntype=bond\ninterface-name=bond0\n[bond]\nmode=1\n',
      [`${etc}/2`]: port('master=bond0\n[802-3-ethernet]\nmtu=9000'),
      [`${etc}/3`]: [
        '[connection]\ntype=802-3-ethernet\ninterface-name=eth1',
        '[ipv4]\nmethod=manual\naddresses=10.0.0.5/24;10.0.0.6/24;\ngateway=10.0.0.1',
      ].join('\n'),
    };
    expect(await made(files)).toEqual([
      bootPlain('bond0', {
        source: `${etc}/1`,
        kind: 'bond',
        ports: ['eth0'],
        bondMode: 'active-backup',
      }),
      bootPlain('eth0', { source: `${etc}/2`, mtuBytes: 9000 }),
      bootPlain('eth1', {
        source: `${etc}/3`,
        method: 'static',
        addresses: ['10.0.0.5/24', '10.0.0.6/24'],
        gateway: '10.0.0.1',
      }),
    ]);
  });

  test('a profile without an interface is for its address, or any free card', async () => {
    const any = '[connection]\ntype=ethernet\n[ipv4]\nmethod=auto\n';
    const names = async (files: Record<string, string>) =>
      (await made(files)).map((one) => `${one.interface} ${one.method}`);
    expect(await names({ [`${etc}/any`]: any })).toEqual(['eth0 dhcp', 'eth1 dhcp']);
    expect(await names({ [`${etc}/any`]: any, [`${etc}/p`]: port('') })).toEqual([
      'eth1 dhcp',
      'eth0 none',
    ]);
    const mac = `${any}[ethernet]\nmac-address=52:54:00:00:02:06\n`;
    expect(await names({ [`${etc}/any`]: mac })).toEqual(['eth1 dhcp']);
  });

  test('radio, tunnels, backups and hidden files are none of it', async () => {
    const files = {
      [`${etc}/wifi`]: '[connection]\ntype=wifi\ninterface-name=wlan0\n',
      [`${etc}/vpn`]: '[connection]\ntype=wireguard\ninterface-name=wg0\n',
      [`${etc}/.br0`]: bridge,
      [`${etc}/br0~`]: bridge,
    };
    expect(await made(files)).toEqual([]);
  });
});

test('of the secrets in a profile nothing is kept, wherever they stand', async () => {
  const secret = 'tr0ub4dor';
  const text = [
    `# ${secret}`,
    `[connection]\ntype=ethernet\ninterface-name=eth0\nid=${secret}`,
    `[802-1x]\npassword=${secret}\nprivate-key-password=${secret}\ntype=${secret}`,
    `[wifi-security]\npsk=${secret}`,
    `[${secret}]\nmethod=${secret}`,
    `[ipv4]\nmethod=auto\ndhcp-client-id=${secret}\naddressX=${secret}`,
  ].join('\n');
  const found = await profiles({ [`${etc}/eth0`]: text });
  const values = found.flatMap(({ sections }) => sections.flatMap(({ entries }) => entries));
  expect(values.map(({ key, value }) => `${key}=${value}`)).toEqual([
    'type=ethernet',
    'interface-name=eth0',
    'method=auto',
  ]);
  expect(JSON.stringify(keyfileInterfaces(found, present))).not.toContain(secret);
});

test('an error quotes nothing of a profile', async () => {
  const damaged = profiles({ [`${etc}/w`]: '[wifi-security]\npsk tr0ub4dor\n' });
  await expect(damaged).rejects.toThrow(ParseError);
  await expect(damaged).rejects.toThrow(`${etc}/w:2: expected "[section]" or "key=value"`);
});

test.each([
  ['binary', '[connection]\0'],
  ['no section', 'type=bridge\n'],
  ['a bad MTU', port('[ethernet]\nmtu=big')],
  ['a bad truth', '[connection]\ntype=bridge\ninterface-name=b\nautoconnect=perhaps\n'],
])('a profile is refused: %s', async (_what, text) => {
  await expect(made({ [`${etc}/p`]: text })).rejects.toThrow(ParseError);
});
