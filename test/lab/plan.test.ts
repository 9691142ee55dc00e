import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { InstallPlan } from '../../shared/install-plan.ts';
import { type Ended, muster } from '../collector/commands/muster.ts';
import { asRoot, describeWith } from '../requirements.ts';
import { labReports } from './judged-lab.ts';
import { down, LAB_NODES, labScripts, on, putFile, UP_LIMIT_MS, up } from './lab.ts';

/** Without DRBD; a way out of the network and machines of their own these nodes do not have. */
const policy = [
  'cluster: {name: ganeti-cluster01.example.org, address: 198.51.100.4}',
  'nodes:',
  '  - {name: ganeti01.example.org, address: 198.51.100.5}',
  '  - {name: ganeti02.example.org, address: 198.51.100.6}',
  '  - {name: ganeti03.example.org, address: 198.51.100.7}',
  'storage: {diskTemplates: [plain, file, sharedfile]}',
  'hvparams: {vhost_net: false}',
  'severity: {network.default-route: warn, fleet.machine-id: warn}',
  '',
].join('\n');

const ASKED = '/usr/local/bin/answer-yes';
const answering = ['env', 'SSH_ASKPASS_REQUIRE=force', `SSH_ASKPASS=${ASKED}`];

describeWith([asRoot, labScripts], 'three real bare nodes, and the lines of muster plan', () => {
  const folder = mkdtempSync(join(tmpdir(), 'muster-plan-'));
  const policyFile = join(folder, 'policy.yaml');

  beforeAll(async () => {
    writeFileSync(policyFile, policy);
    await down();
    await up('nodes');
    for (const [index] of LAB_NODES.entries()) {
      // the physical volume stays: the plan has to find it
      await done(index + 1, ['vgremove', '-q', 'gnt']);
      await done(index + 1, ['sed', '-i', '/ganeti-cluster01/d', '/etc/hosts']);
    }
    // stands for the person whom ssh asks for the host key of each node
    await putFile(1, ASKED, '#!/bin/sh\necho yes\n');
    await done(1, ['chmod', '755', ASKED]);
  }, UP_LIMIT_MS);

  afterAll(async () => {
    await down();
    rmSync(folder, { recursive: true, force: true });
  });

  let script: Ended;

  test(
    'are all free of findings',
    async () => {
      script = await plan('sh');
      expect(script).toMatchObject({ code: 0, stderr: '' });
      const { steps } = await planned();
      const told = steps.map(({ kind, state }) => `${kind} ${state}`);
      expect([...new Set(told)]).toEqual([
        'packages done',
        'volume-group run',
        // no init system makes a bridge at boot here: worth a warning, and no line
        'bridge held',
        'hosts run',
        'init run',
        'node-add run',
        'nic-parameters run',
        'iallocator run',
        'hypervisor-parameters run',
        'migration-bandwidth run',
        'machine-version run',
        'cpu-type run',
        'verify run',
      ]);
    },
    UP_LIMIT_MS,
  );

  test(
    'end, run as printed, in a cluster that gnt-cluster verify accepts',
    async () => {
      for (const number of [2, 3]) await done(number, ['sh', '-s'], script.stdout);
      // init gives root a new key, and nobody is here to type a password
      const stopped = await on(1, [...answering, 'sh', '-s'], script.stdout);
      expect(stopped.stderr).toContain(`stopped at step`);
      expect(stopped.stderr).toContain(`gnt-node add ${LAB_NODES[1]}`);
      const { stdout: key } = await done(1, ['cat', '/root/.ssh/id_rsa.pub']);
      for (const number of [2, 3]) {
        await done(number, ['tee', '-a', '/root/.ssh/authorized_keys'], key);
      }
      await madeOnMaster(script.stdout);
      expect(await memberNames()).toEqual(LAB_NODES);
    },
    UP_LIMIT_MS,
  );

  test(
    'leave nothing to do, and do nothing when they are run again',
    async () => {
      const members = await memberNames();
      await madeOnMaster(script.stdout);
      const { state, steps } = await planned();
      expect(state).toBe('open');
      const left = steps.filter((step) => step.state !== 'done').map(({ kind }) => kind);
      expect(left).toEqual(['bridge', 'verify']);
      expect(members).toEqual(LAB_NODES);
    },
    UP_LIMIT_MS,
  );

  async function plan(format: 'sh' | 'json'): Promise<Ended> {
    const file = join(folder, 'reports.json');
    writeFileSync(file, JSON.stringify(await labReports()));
    const now = new Date().toISOString();
    return muster('plan', '--policy', policyFile, '--now', now, '-f', format, file);
  }

  async function planned(): Promise<InstallPlan> {
    return JSON.parse((await plan('json')).stdout);
  }
});

/**
 * The script comes to its end, which is verify: on a kernel without sysrq that one knows nothing
 * else to say than that each node lacks /proc/sysrq-trigger.
 */
async function madeOnMaster(script: string): Promise<void> {
  const ended = await on(1, [...answering, 'sh', '-s'], script);
  const errors = ended.stdout.split('\n').filter((line) => line.includes('ERROR'));
  expect(errors.filter((line) => !line.includes('/proc/sysrq-trigger'))).toEqual([]);
  if (errors.length === 0) expect(ended).toMatchObject({ code: 0, stderr: '' });
  else expect(ended.stderr).toMatch(/stopped at step \d+, gnt-cluster verify\n$/);
  await done(1, ['gnt-cluster', 'verify', '--ignore-errors', 'ENODESETUP']);
}

async function memberNames(): Promise<string[]> {
  const { stdout } = await done(1, ['gnt-node', 'list', '--no-headers', '-o', 'name']);
  return stdout.trim().split('\n');
}

async function done(number: number, command: readonly string[], input?: string) {
  const ended = await on(number, command, input);
  const words = `${command.join(' ')} on node ${number}`;
  expect(ended, `${words}: ${ended.stdout}\n${ended.stderr}`).toMatchObject({ code: 0 });
  return ended;
}
