import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Host } from '../../../agent/host/host.ts';
import { openRecordedHost } from '../../../agent/host/recorded.ts';
import { captures, describeWith, reference } from '../../requirements.ts';
import { known, networkFacts } from './network-facts.ts';

const one = ['br0 eth0 false 0'];
const two = ['br0 eth0 false 0', 'br1 eth1 true 15000'];
const own = 'br0 198.51.100.5/24';

/** Bridges with ports, STP and forward delay; addresses that are not local, and the way out. */
const states: [state: string, bridges: string[], reach: string][] = [
  ['01-lo-only', [], ''],
  ['02-no-bridge', [], 'eth0 198.51.100.5/24 via 198.51.100.1'],
  ['03-br0-over-eth0', one, `${own} via 198.51.100.1`],
  ['04-br0-down', one, own],
  ['05-br0-no-port', ['br0  false 0'], own],
  ['06-br0-no-carrier', one, own],
  ['07-br1-stp-listening', two, own],
  ['08-mtu-9000', two, own],
  ['09-macvlan-ifb', two, own],
];

describeWith([captures], 'bridges in nine states', () => {
  const folder = (state: string) => reference('captures', 'this-machine', 'bridge-netns', state);
  const json = (state: string, file: string) =>
    JSON.parse(readFileSync(join(folder(state), file), 'utf8'));

  test.each(states)('%s', async (state, bridges, reach) => {
    const facts = await networkFacts(await captured(state));
    const brief = facts.bridges.map(({ name, ports, stp, forwardDelayMs }) =>
      [name, ports?.join(), stp, forwardDelayMs].join(' '),
    );
    expect(brief).toEqual(bridges);
    const addresses = known(facts.addresses)
      .filter(({ scope }) => scope === 'global')
      .map((address) => `${address.interface} ${address.address}/${address.prefixLength}`);
    const ways = known(facts.routes)
      .filter(({ destination }) => destination === 'default')
      .map(({ gateway }) => `via ${gateway}`);
    expect([...addresses, ...ways].join(' ')).toBe(reach);
  });

  test.each(states)('%s: ip and sysfs tell the same of every interface', async (state) => {
    const byIp = await networkFacts(await captured(state));
    const bySysfs = await networkFacts(await openRecordedHost(join(folder(state), 'sysroot')));
    expect(bySysfs.interfaces).toEqual(
      byName(byIp.interfaces).map((one) => ({
        ...one,
        kind: one.kind === 'bridge' ? 'bridge' : null,
        // this one went down between the two readings of the capture
        operState: state === '05-br0-no-port' && one.name === 'br0' ? 'down' : one.operState,
      })),
    );
    expect(bySysfs.bridges).toEqual(
      byName(byIp.bridges).map((one) => ({
        ...one,
        vlanFiltering: null,
        // a tree of files keeps no empty folder: without one the ports are not known, not none
        ports: one.ports?.length === 0 ? null : one.ports,
      })),
    );
  });

  /** The capture has links and addresses in two files, the probe asks for both at once. */
  function captured(state: string): Promise<Host> {
    const host = mkdtempSync(join(tmpdir(), 'muster-network-'));
    onTestFinished(() => rmSync(host, { recursive: true }));
    cpSync(join(folder(state), 'sysroot'), host, { recursive: true });
    const addresses: { ifname: string }[] = json(state, 'ip-addr.json');
    const links: { ifname: string }[] = json(state, 'ip-link.json');
    const merged = addresses.map((one) => ({
      ...links.find(({ ifname }) => ifname === one.ifname),
      ...one,
    }));
    const answers = [
      [['-j', '-d', 'addr', 'show'], merged],
      [['-j', '-4', 'route', 'show', 'table', 'main'], json(state, 'ip-route.json')],
      [['-j', '-6', 'route', 'show', 'table', 'main'], []],
    ];
    const commands = answers.map(([args, stdout]) => ({
      command: 'ip',
      args,
      code: 0,
      stdout: JSON.stringify(stdout),
      stderr: '',
    }));
    writeFileSync(join(host, 'commands.json'), JSON.stringify(commands));
    return openRecordedHost(host);
  }
});

function byName<T extends { name: string }>(list: readonly T[]): T[] {
  return list.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
