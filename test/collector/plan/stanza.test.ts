import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Change, mended, renamed, stanzaOf } from '../../../collector/plan/stanza.ts';
import type { BootInterface } from '../../../shared/facts/network.ts';
import { shellOf } from '../../../shared/shell.ts';

const FILE = '/etc/network/interfaces';
const br0 = { name: 'br0', hostAddress: true, uplink: true, vlanAware: false };

/** As the probe reads the guide's own file. */
function boot(changes: Partial<BootInterface> = {}): BootInterface {
  return {
    ...{ interface: 'eth0', source: `${FILE}:4`, kind: 'plain', atBoot: true, ports: null },
    ...{ method: 'static', addresses: ['192.0.2.5/24'], gateway: '192.0.2.1', mtuBytes: null },
    ...{ bondMode: null, stp: null, forwardDelayMs: null, vlanAware: null, faults: [] },
    ...changes,
  };
}

/** The file after the lines of a change were run twice, in a folder that is the root for them. */
function changed(text: string, change: Change): string {
  if ('by' in change) throw new Error(change.reason);
  const folder = mkdtempSync(join(tmpdir(), 'muster-stanza-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'interfaces');
  writeFileSync(file, text);
  const script = change
    .map(shellOf)
    .map((line) => line.replaceAll(FILE, file).replaceAll('/var/backups', folder));
  for (const _ of [1, 2]) {
    const { status, stderr } = spawnSync('sh', ['-eu'], {
      input: script.join('\n'),
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  }
  expect(readFileSync(join(folder, 'etc-network-interfaces.before-muster'), 'utf8')).toBe(text);
  return readFileSync(file, 'utf8');
}

describe('the stanza of a network card', () => {
  const options = ['bridge_ports eth0', 'bridge_stp off', 'bridge_waitport 0', 'bridge_fd 0'];
  const bridged = options.map((option) => `        ${option}\n`).join('');
  const lo = 'auto lo\niface lo inet loopback\n\n';

  test.each([
    [
      'of the guide',
      `${lo}auto eth0\niface eth0 inet static\n    address 192.0.2.5/24\n    gateway 192.0.2.1\n`,
      `${lo}auto br0\niface br0 inet static\n${bridged}` +
        '    address 192.0.2.5/24\n    gateway 192.0.2.1\n',
    ],
    [
      'brought up by hotplug, with name servers and IPv6 of its own',
      'allow-hotplug eth0\niface eth0 inet dhcp\n dns-nameservers 192.0.2.9\n' +
        'iface eth0 inet6 auto\n',
      `auto br0\niface br0 inet dhcp\n${bridged} dns-nameservers 192.0.2.9\niface br0 inet6 auto\n`,
    ],
    [
      'beside another of a longer name',
      'auto lo eth0 eth01\niface eth0 inet static\niface eth01 inet manual\n',
      `auto lo eth01\nauto br0\niface br0 inet static\n${bridged}iface eth01 inet manual\n`,
    ],
  ])('%s becomes that of the bridge, once', (_, before, after) => {
    expect(changed(before, renamed(boot(), br0))).toBe(after);
  });

  test.each([
    ['a name with a slash', { interface: 'eth0/x' }],
    ['a name that sed would read', { interface: 'e$(id)' }],
    ['a file elsewhere', { source: '/srv/interfaces:4' }],
    ['a file that only looks alike', { source: '/etc/network/interfaces.d/../../x:1' }],
    ['a stanza with faults', { faults: ['no address'] }],
  ])('of %s is left to a person', (_, changes) => {
    expect(renamed(boot(changes), br0)).toMatchObject({ by: 'fail' });
  });
});

describe('the stanza of a bridge', () => {
  const own = boot({ interface: 'br0', kind: 'bridge', ports: ['eth0'], vlanAware: false });
  const around = { bridge: br0, gateway: '192.0.2.1', lacksGateway: false };
  const text = 'iface br0 inet static\n        address 192.0.2.5/24\n';

  test('gets the auto and the gateway it lacks', () => {
    const change = mended(boot({ ...own, atBoot: false }), { ...around, lacksGateway: true });
    expect(changed(text, change)).toBe(
      'auto br0\niface br0 inet static\n        gateway 192.0.2.1\n        address 192.0.2.5/24\n',
    );
  });

  test('for guests alone becomes manual', () => {
    const bridge = { ...br0, hostAddress: false };
    const change = mended(own, { ...around, bridge });
    expect(changed('auto br0\niface br0 inet static\n', change)).toBe(
      'auto br0\niface br0 inet manual\n',
    );
  });

  test('for VLANs becomes aware of them', () => {
    const change = mended(own, { ...around, bridge: { ...br0, vlanAware: true } });
    expect(changed(text, change)).toBe(
      'iface br0 inet static\n        bridge_vlan_aware yes\n        address 192.0.2.5/24\n',
    );
  });

  test('whose gateway nobody knows is held back', () => {
    const change = mended(own, { ...around, gateway: null, lacksGateway: true });
    expect(change).toMatchObject({ by: 'unknown' });
  });

  test('has all that a reboot needs', () => {
    expect(stanzaOf(br0, boot(), 'eth0')).toEqual([
      ...['auto br0', 'iface br0 inet static', '        address 192.0.2.5/24'],
      ...['        gateway 192.0.2.1', '        bridge_ports eth0', '        bridge_stp off'],
      ...['        bridge_waitport 0', '        bridge_fd 0'],
    ]);
    const guests = { name: 'br1', hostAddress: false, uplink: true, vlanAware: true };
    expect(stanzaOf(guests, null, 'eth2')).toEqual([
      ...['auto br1', 'iface br1 inet manual', '        bridge_ports eth2'],
      ...['        bridge_vlan_aware yes', '        bridge_stp off'],
      ...['        bridge_waitport 0', '        bridge_fd 0'],
    ]);
  });
});
