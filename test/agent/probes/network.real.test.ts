import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { judgeReport } from '../../../shared/check.ts';
import { checks } from '../../../shared/checks/index.ts';
import { networkSchema } from '../../../shared/facts/network.ts';
import { defaultPolicy } from '../../../shared/policy.ts';
import { temporaryFolder } from '../../collector/test-app.ts';
import { asRoot, describeWith, program, root } from '../../requirements.ts';
import { sampleReport } from '../../sample-report.ts';
import { address, known, route } from './network-facts.ts';

describeWith([asRoot, program('ip', 'iproute2')], 'a real bridge in a network namespace', () => {
  const space = `muster${process.pid}`;
  const ip = (...args: string[]) => execFileSync('ip', args, { stdio: 'pipe' });

  beforeAll(() => {
    ip('netns', 'add', space);
    const inside = (...args: string[]) => ip('-n', space, ...args);
    inside('link', 'set', 'lo', 'up');
    inside('link', 'add', 'eth0', 'mtu', '1400', 'type', 'veth', 'peer', 'name', 'peer0');
    inside('link', 'add', 'br0', 'type', 'bridge', 'stp_state', '1', 'forward_delay', '400');
    inside('link', 'set', 'eth0', 'master', 'br0');
    for (const name of ['peer0', 'eth0', 'br0']) inside('link', 'set', name, 'up');
    inside('addr', 'add', '198.51.100.9/24', 'dev', 'br0');
    inside('route', 'add', 'default', 'via', '198.51.100.1', 'dev', 'br0');
    inside('route', 'add', 'unreachable', '203.0.113.0/24');
  });

  afterAll(() => {
    ip('netns', 'del', space);
  });

  test('is seen with its port, its STP and its routes', () => {
    const facts = networkSchema.parse(JSON.parse(probed()));
    expect(facts.interfaces.map(({ name }) => name).sort()).toEqual(['br0', 'eth0', 'lo', 'peer0']);
    expect(facts.interfaces.find(({ name }) => name === 'eth0')).toMatchObject({
      kind: 'veth',
      mtuBytes: 1400,
      up: true,
      carrier: true,
      master: 'br0',
      speedMbps: 10_000,
      duplex: 'full',
      physical: false,
    });
    expect(facts.bridges).toEqual([
      { name: 'br0', ports: ['eth0'], stp: true, forwardDelayMs: 4000, vlanFiltering: false },
    ]);
    expect(known(facts.addresses)).toContainEqual(address({ address: '198.51.100.9' }));
    expect(known(facts.routes).filter(({ family }) => family === 'inet')).toEqual([
      route('default', { gateway: '198.51.100.1' }),
      route('198.51.100.0/24', { source: '198.51.100.9' }),
      route('203.0.113.0/24', { interface: null, type: 'unreachable' }),
    ]);
  });

  test('is held to what the next boot makes of it', () => {
    const etc = temporaryFolder();
    write(join(etc, 'network', 'interfaces'), [
      'auto br0',
      'iface br0 inet static',
      '  address 198.51.100.9/24',
      '  gateway 198.51.100.254',
      '  bridge_ports eth0',
      '  bridge_fd 0',
    ]);
    // ifupdown need not be installed: its unit is what says that it is, and that it starts
    const wants = join(etc, 'systemd', 'multi-user.target.wants');
    write(join(etc, 'systemd', 'networking.service'), ['[Service]']);
    write(join(wants, 'networking.service'), []);
    const facts = networkSchema.parse(
      JSON.parse(
        probed(
          `mount --bind ${join(etc, 'network')} /etc/network`,
          `mount --bind ${join(etc, 'systemd')} /etc/systemd/system`,
        ),
      ),
    );
    const sections = { network: { status: 'ok' as const, facts } };
    const report = { ...sampleReport(), sections };
    const boot = checks.filter(({ id }) => id.startsWith('network.boot-'));
    expect(judgeReport(report, boot, defaultPolicy()).map(({ message }) => message)).toEqual([
      'br0 is made by ifupdown (/etc/network/interfaces:2)',
      'br0 is brought up at boot by ifupdown (/etc/network/interfaces:2)',
      'the next boot changes br0 as ifupdown (/etc/network/interfaces:2) has it: ' +
        'STP of br0 is on now, off at boot; forward delay of br0 is 4000 ms now, 0 ms at boot; ' +
        'the default route is 198.51.100.1 on br0 now, 198.51.100.254 on br0 at boot',
    ]);
  });

  function write(path: string, lines: string[]): void {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
  }

  /**
   * `ip netns exec` mounts sysfs anew, so /sys shows the namespace's own interfaces; what is
   * mounted in it besides is gone with it.
   */
  function probed(...before: string[]): string {
    const script = `
      import { liveHost } from ${JSON.stringify(join(root, 'agent', 'host', 'live.ts'))};
      import { networkProbe } from ${JSON.stringify(join(root, 'agent', 'probes', 'network.ts'))};
      networkProbe.collect(liveHost()).then((facts) => console.log(JSON.stringify(facts)));`;
    const node = [process.execPath, '--import', 'tsx', '--input-type=module', '-e', script];
    const options = { cwd: root, encoding: 'utf8', stdio: 'pipe' } as const;
    const shell = ['sh', '-ec', [...before, 'exec "$@"'].join('\n'), 'sh'];
    return execFileSync('ip', ['netns', 'exec', space, ...shell, ...node], options);
  }
});
