import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { judgeReport } from '../../../shared/check.ts';
import { peersChecks } from '../../../shared/checks/peers.ts';
import type { PeerPath, ProbedPeers } from '../../../shared/facts/peers.ts';
import { policySchema } from '../../../shared/policy.ts';
import { type Report, reportSchema } from '../../../shared/report.ts';
import { asRoot, describeWith, program, root } from '../../requirements.ts';

const plan = {
  cluster: { address: '192.0.2.4' },
  nodes: ['a', 'b', 'c', 'd'].map((name, index) => ({
    name: `${name}.example.org`,
    address: `192.0.2.${5 + index}`,
    secondaryAddress: `10.0.0.${5 + index}`,
  })),
};

/**
 * Three nodes on two switches. On b both ports are open, on c none; the switch carries 9000 bytes
 * of the secondary network to b, and 1500 to c; d is not there, and a has a blackhole before its
 * primary address.
 */
const needs = [asRoot, program('ip', 'iproute2'), program('ping', 'iputils-ping')];
describeWith(needs, 'real nodes in network namespaces', () => {
  const space = (name: string) => `muster${process.pid}${name}`;
  const spaces = ['sw', 'a', 'b', 'c'].map(space);
  const folder = mkdtempSync(join(tmpdir(), 'muster-peers-'));
  const policyFile = join(folder, 'policy.yaml');
  let listener: ChildProcess;
  let report: Report;

  beforeAll(async () => {
    for (const name of spaces) ip('netns', 'add', name);
    for (const name of ['pri', 'sec']) {
      inside('sw', 'link', 'add', name, 'type', 'bridge', 'forward_delay', '0');
      inside('sw', 'link', 'set', name, 'up');
    }
    for (const [index, name] of ['a', 'b', 'c'].entries()) {
      plug(name, { device: 'eth0', bridge: 'pri', mtu: '1500', address: `192.0.2.${5 + index}` });
      plug(name, { device: 'eth1', bridge: 'sec', mtu: '9000', address: `10.0.0.${5 + index}` });
    }
    inside('sw', 'link', 'set', 'c-eth1', 'mtu', '1500');
    inside('a', 'route', 'add', 'blackhole', '192.0.2.8/32');
    writeFileSync(policyFile, JSON.stringify(plan));
    listener = await listening('b');
    report = reported('a');
  }, 60_000);

  afterAll(() => {
    listener.kill();
    for (const name of spaces) ip('netns', 'del', name);
    rmSync(folder, { recursive: true });
  });

  test('the agent tells each peer and each network apart', () => {
    const { mtus, paths, leftOut, cluster } = probed(report);
    expect(mtus).toEqual({ status: 'ok', value: { primary: 1500, secondary: 9000 } });
    expect(paths.map(seen)).toEqual([
      'b.example.org primary: open open',
      'b.example.org secondary: open open; 9000 true',
      'c.example.org primary: refused refused',
      'c.example.org secondary: refused refused; 9000 false, 1500 true',
      'd.example.org primary: unreachable unreachable',
      'd.example.org secondary: timed_out timed_out',
    ]);
    expect(leftOut).toBe(0);
    expect(cluster?.ports.map(outcomeOf)).toEqual(['timed_out', 'timed_out']);
  });

  test('the kernel times the way over a switch of this machine as a fast one', () => {
    const times = probed(report).paths.map(({ pingMs }) =>
      pingMs?.status === 'ok' ? pingMs.value : null,
    );
    expect(times.slice(4)).toEqual([null, null]);
    for (const time of times.slice(0, 4)) {
      expect(time).toBeGreaterThan(0);
      expect(time).toBeLessThan(100);
    }
  });

  test('the checks find each fault, at its network', () => {
    const findings = judgeReport(report, peersChecks, policySchema.parse(plan));
    const faults = findings.filter(({ verdict, check }) => {
      return check !== 'peers.latency' && !['pass', 'skip'].includes(verdict);
    });
    expect(faults.map(({ verdict, check, subject }) => `${verdict} ${check} ${subject}`)).toEqual([
      'warn peers.primary c.example.org',
      'fail peers.primary d.example.org',
      'fail peers.secondary d.example.org',
      'fail peers.jumbo c.example.org secondary',
    ]);
  });

  test('without the option nobody is contacted, and the report says so', () => {
    const quiet = reported('a', []);
    expect(quiet.sections.peers).toEqual({ status: 'ok', facts: { probed: false } });
  }, 60_000);

  test('a snapshot replays what was tried, where nobody can be reached any more', () => {
    const recording = join(folder, 'recording');
    agent('a', 'snapshot', recording, '--node', 'a.example.org', '--probe-peers');
    const replayed = reported('sw', ['--host', recording, '--probe-peers'], 'a.example.org');
    expect(probed(replayed).paths.map(seen)).toEqual(probed(report).paths.map(seen));
  }, 60_000);

  test('an address that the node does not hold is told as such', () => {
    const elsewhere = reported('a', ['--probe-peers'], 'b.example.org');
    const [first] = probed(elsewhere).paths;
    expect(first?.ports.map(outcomeOf)).toEqual(['no_source_address', 'no_source_address']);
  }, 60_000);

  function ip(...args: string[]): void {
    execFileSync('ip', args, { stdio: 'pipe' });
  }

  function inside(name: string, ...args: string[]): void {
    ip('-n', space(name), ...args);
  }

  function plug(
    name: string,
    wire: { device: string; bridge: string; mtu: string; address: string },
  ): void {
    const port = `${name}-${wire.device}`;
    const peer = ['peer', 'name', port, 'mtu', wire.mtu, 'netns', space('sw')];
    inside(name, 'link', 'add', wire.device, 'mtu', wire.mtu, 'type', 'veth', ...peer);
    inside(name, 'addr', 'add', `${wire.address}/24`, 'dev', wire.device);
    inside('sw', 'link', 'set', port, 'master', wire.bridge, 'up');
    inside(name, 'link', 'set', wire.device, 'up');
  }

  /** Both ports of a node answered by a small listener, until it is killed. */
  function listening(name: string): Promise<ChildProcess> {
    const script = `
      const { createServer } = require('node:net');
      let open = 0;
      const told = () => ++open === 2 && console.log('ready');
      for (const port of [22, 1811]) createServer((one) => one.destroy()).listen(port, told);`;
    const words = ['netns', 'exec', space(name), process.execPath, '-e', script];
    const child = spawn('ip', words, { stdio: ['ignore', 'pipe', 'inherit'] });
    return new Promise((resolve, reject) => {
      child.stdout.once('data', () => resolve(child));
      child.once('exit', (code) => reject(new Error(`the listener ended with ${code}`)));
    });
  }

  function reported(name: string, more = ['--probe-peers'], node = `${name}.example.org`): Report {
    return reportSchema.parse(JSON.parse(agent(name, 'report', '--node', node, ...more)));
  }

  function agent(name: string, ...command: string[]): string {
    const program = [process.execPath, '--import', 'tsx', join(root, 'agent', 'main.ts')];
    const options = ['--policy', policyFile, '--state', folder];
    const words = ['netns', 'exec', space(name), ...program, ...command, ...options];
    const settings = { cwd: root, encoding: 'utf8', stdio: 'pipe', maxBuffer: 2 ** 26 } as const;
    return execFileSync('ip', words, settings);
  }
});

function probed({ sections: { peers } }: Report): ProbedPeers {
  if (peers?.status !== 'ok' || !peers.facts.probed) throw new Error('peers were not probed');
  return peers.facts;
}

function outcomeOf({ answer }: PeerPath['ports'][number]): string {
  return answer.status === 'ok' ? answer.value.outcome : answer.error.message;
}

/** `peer role: outcomes; size came back`, for a short table. */
function seen({ peer, role, ports, jumbo }: PeerPath): string {
  const came = (one: NonNullable<PeerPath['jumbo']>['large']) =>
    one.status === 'ok' ? one.value : one.error.message;
  const told = `${peer} ${role}: ${ports.map(outcomeOf).join(' ')}`;
  if (jumbo === null) return told;
  const small = jumbo.small === null ? '' : `, 1500 ${came(jumbo.small)}`;
  return `${told}; ${jumbo.mtuBytes} ${came(jumbo.large)}${small}`;
}
