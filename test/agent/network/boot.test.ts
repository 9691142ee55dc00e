import { expect, test } from 'vitest';
import { readBootManagers } from '../../../agent/network/boot.ts';
import { bootBridge } from '../../sample-boot.ts';
import { type Making, madeHost } from '../recorded-hosts.ts';

const none = { kind: 'not_found', message: 'none' };
const denied = { kind: 'denied', message: 'not allowed' };
const present = [{ name: 'eth0', kind: null, macAddress: null }];
const status = { mode: '0644', sizeBytes: 1, modifiedMs: 0, inode: 1, major: null, minor: null };
const folder = { ...status, type: 'directory' };
const unit = { ...status, type: 'file' };
const devNull = { ...status, type: 'character', major: 1, minor: 3 };
const systemd = { '/etc/systemd/system': folder };
const wants = '/etc/systemd/system/multi-user.target.wants';

/** name, state and interfaces of each, in short. */
async function brief(making: Making): Promise<string[]> {
  const { snapshot, ...rest } = making;
  const failures = { '/etc': none, '/run': none, '/usr': none, '/lib': none };
  const host = await madeHost({ ...rest, snapshot: { failures, ...snapshot } });
  return (await readBootManagers(host, present)).map(({ name, state, interfaces }) =>
    [
      name,
      state.status === 'ok' ? state.value : state.error.kind,
      interfaces.status === 'ok'
        ? interfaces.value.map((one) => one.interface).join(',')
        : interfaces.error.kind,
    ].join(' '),
  );
}

test.each<[string, Making['snapshot'], string]>([
  ['no unit', { stats: systemd }, 'absent'],
  ['a unit', { stats: { ...systemd, '/lib/systemd/system/networking.service': unit } }, 'disabled'],
  [
    'a unit that a target wants',
    {
      stats: { ...systemd, '/usr/lib/systemd/system/networking.service': unit },
      lists: { [wants]: ['cron.service', 'networking.service'] },
    },
    'enabled',
  ],
  [
    'a link of a target to a unit that is gone',
    { stats: systemd, lists: { [wants]: ['networking.service'] } },
    'absent',
  ],
  [
    'a masked unit',
    {
      stats: {
        ...systemd,
        '/etc/systemd/system/networking.service': devNull,
        '/usr/lib/systemd/system/networking.service': unit,
      },
      lists: { [wants]: ['networking.service'] },
    },
    'masked',
  ],
  ['no systemd', {}, 'unsupported'],
])('%s', async (_name, snapshot = {}, state) => {
  expect((await brief({ snapshot }))[0]).toBe(`ifupdown ${state} `);
});

test('each reads its own files, and one that fails leaves the others', async () => {
  const files = {
    '/etc/network/interfaces': 'iface br0 inet manual\n',
    '/etc/systemd/network/1.netdev': '[NetDev]\nName=br1\nKind=bridge\n',
    '/etc/NetworkManager/system-connections/br2': '[connection]\n',
  };
  const failures = {
    ...{ '/etc': none, '/run': none, '/usr': none, '/lib': none },
    '/etc/NetworkManager/system-connections/br2': denied,
  };
  expect(await brief({ files, snapshot: { stats: systemd, failures } })).toEqual([
    'ifupdown absent br0',
    'systemd-networkd absent br1',
    'NetworkManager absent denied',
  ]);
});

test('where ifupdown2 is installed the file is its own', async () => {
  const files = { '/etc/network/interfaces': 'auto br0\niface br0\nbridge-ports eth0\n' };
  expect((await brief({ files, snapshot: { stats: systemd } }))[0]).toBe(
    'ifupdown absent unparsable',
  );
  const stats = { ...systemd, '/usr/share/ifupdown2': folder };
  expect((await brief({ files, snapshot: { stats } }))[0]).toBe('ifupdown2 absent br0');
});

test('which of the two reads the file is not guessed', async () => {
  const files = { '/etc/network/interfaces': 'iface br0 inet manual\n' };
  const stats = { ...systemd, '/usr/share/ifupdown2': { failure: denied } };
  expect((await brief({ files, snapshot: { stats } }))[0]).toBe('ifupdown absent denied');
});

test('a file of systemd-networkd that leads to /dev/null takes the one below it away', async () => {
  const files = {
    '/run/systemd/network/1.netdev': '[NetDev]\nName=br1\nKind=bridge\n',
    '/usr/lib/systemd/network/2.netdev': '[NetDev]\nName=br2\nKind=bridge\n',
  };
  const snapshot = {
    stats: { ...systemd, '/etc/systemd/network/1.netdev': devNull },
    lists: { '/etc/systemd/network': ['1.netdev'] },
    failures: {
      ...{ '/etc': none, '/run': none, '/usr': none, '/lib': none },
      '/etc/systemd/network/1.netdev': { kind: 'other', message: 'not a regular file' },
    },
  };
  expect((await brief({ files, snapshot }))[1]).toBe('systemd-networkd absent br2');
});

test('an interface is told whole', async () => {
  const text = '\n\nauto br0\niface br0 inet static\naddress 192.0.2.5/24\ngateway 192.0.2.1\n';
  const host = await madeHost({
    files: { '/etc/network/interfaces': `${text}bridge_ports eth0\nbridge_fd 0\n` },
    snapshot: { failures: { '/usr': none } },
  });
  const [ifupdown] = await readBootManagers(host, present);
  expect(ifupdown?.interfaces).toEqual({ status: 'ok', value: [bootBridge()] });
});
