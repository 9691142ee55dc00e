import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { collectReport } from '../../../agent/collect.ts';
import { openRecordedHost } from '../../../agent/host/recorded.ts';
import { probes } from '../../../agent/probes/index.ts';
import { takeSnapshot } from '../../../agent/snapshot.ts';
import { defaultPolicy } from '../../../shared/policy.ts';
import { now } from '../../helpers.ts';
import { madeHost } from '../recorded-hosts.ts';

const secret = 'tr0ub4dor';
const none = { kind: 'not_found', message: 'none' };
const files = {
  '/etc/network/interfaces': [
    `# ${secret}`,
    'auto br0',
    'iface br0 inet static',
    'address 192.0.2.5/24',
    `wpa-psk ${secret} \\`,
    `  ${secret}`,
    `up wg set wg0 private-key ${secret}`,
    'bridge_ports eth0',
    `source /etc/network/more`,
    `mapping eth0`,
    `map ${secret}`,
  ].join('\n'),
  '/etc/network/more': `iface eth1 inet dhcp\n${secret} ${secret}\n`,
  '/etc/systemd/network/1.netdev': [
    '[NetDev]\nName=br1\nKind=bridge',
    `[WireGuard]\nPrivateKey=${secret}`,
    `[Bridge]\nSTP=yes\nKey=${secret}`,
  ].join('\n'),
  '/etc/systemd/network/1.network': `[Match]\nName=br1\n[WLAN]\nPassword=\\\n${secret}\n`,
  '/etc/systemd/network/1.network.d/x.conf': `[Network]\nDHCP=yes\nDescription=${secret}\n`,
  '/etc/NetworkManager/system-connections/br2': [
    `;${secret}`,
    '[connection]\ntype=bridge\ninterface-name=br2',
    `[802-1x]\npassword=${secret}`,
    `[${secret}]\nx=y`,
  ].join('\n'),
  // refused as a whole, now and when it is replayed
  '/run/NetworkManager/system-connections/bad': '[connection]\ntype=bridge\ninterface-name=br3\n',
};

const lo = { ifname: 'lo', flags: ['UP'], mtu: 65_536, operstate: 'UNKNOWN', addr_info: [] };
const links = JSON.stringify([lo]);
const all = { policy: defaultPolicy(), probes, now, version: '1.2.3', privileged: true };
const asked = { ...all, sections: ['network'] as const };

test.each([
  ['as they are', {}],
  ['one damaged', { '/run/NetworkManager/system-connections/bad': `[a]\n${secret}\n` }],
  ['one binary', { '/etc/network/interfaces': `\0${secret}` }],
])('a snapshot holds no secret of the network files, %s, and replays the same', async (_, more) => {
  const host = await madeHost({
    files: { ...files, ...more },
    commands: [
      { command: 'ip', args: ['-j', '-d', 'addr', 'show'], code: 0, stdout: links, stderr: '' },
    ],
    snapshot: { failures: { '/etc': none, '/run': none, '/usr': none } },
  });
  const folder = mkdtempSync(join(tmpdir(), 'muster-secrets-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const report = await takeSnapshot({ ...asked, host, folder, scrub: false });
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const written = paths
    .filter((path) => statSync(join(folder, path)).isFile())
    .map((path) => [path, readFileSync(join(folder, path), 'utf8')] as const);
  expect(written.map(([path]) => path)).toContain('etc/systemd/network/1.netdev');
  expect(written.filter(([, text]) => text.includes(secret))).toEqual([]);
  expect(JSON.stringify(report)).not.toContain(secret);
  const replayed = await collectReport({ ...asked, host: await openRecordedHost(folder) });
  expect(replayed.sections).toEqual(report.sections);
});
