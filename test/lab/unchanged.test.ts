import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../shared/report.ts';
import { asRoot, describeWith, root } from '../requirements.ts';
import { labReports } from './judged-lab.ts';
import { down, LAB_NODES, labScripts, type Output, on, putFile, UP_LIMIT_MS, up } from './lab.ts';
import { labPolicy } from './lab-policy.ts';

const FOLDER = '/run/muster';
const MUSTER = `${FOLDER}/muster.js`;
const REPORTS = `${FOLDER}/reports`;
const RAPI = 'https://198.51.100.5:5080';
const [, second = ''] = LAB_NODES;

/** All by which Ganeti would show that somebody changed something. */
async function state(): Promise<Record<string, string>> {
  const told: Record<string, string> = {};
  for (const [index, node] of LAB_NODES.entries()) {
    // of the master's configuration every character, its serial and instants among them
    const config = 'cat /var/lib/ganeti/config.data /var/lib/ganeti/ssconf_* | sha256sum';
    const queue = 'cd /var/lib/ganeti/queue; ls -1 | sort; cat serial; cat job-* | sha256sum';
    const guests = 'cd /var/run/ganeti/kvm-hypervisor/pid; head -c 99 * /dev/null';
    const kept = 'ls -lR --time-style=full-iso /etc/ganeti /var/lib/ganeti/watcher.pause 2>&1';
    for (const words of [config, queue, guests, kept]) {
      const { stdout } = await on(index + 1, ['sh', '-c', words]);
      expect(stdout).not.toBe('');
      told[`${node}: ${words}`] = stdout;
    }
  }
  const jobs = await on(1, ['gnt-job', 'list', '--no-headers', '-o', 'id,status,summary']);
  expect(jobs.stdout).toContain('CLUSTER_VERIFY');
  const config = await on(1, ['cat', '/var/lib/ganeti/config.data']);
  return { ...told, jobs: jobs.stdout, serial: String(JSON.parse(config.stdout).serial_no) };
}

/** `muster …` on the first node, where RAPI is to be had. */
function ask(...words: string[]): Promise<Output> {
  const [command = '', ...rest] = words;
  return on(1, ['node', MUSTER, command, REPORTS, '--policy', `${FOLDER}/policy.yaml`, ...rest]);
}

async function putReports(reports: readonly Report[]): Promise<void> {
  for (const report of reports) {
    await putFile(1, `${REPORTS}/${report.node}.json`, JSON.stringify(report));
  }
}

describeWith(
  [asRoot, labScripts],
  'a real cluster that every command of ours has looked at',
  () => {
    let rapi: string[] = [];
    let untouched: Record<string, string> = {};

    beforeAll(async () => {
      await down();
      await up('guests');
      await on(1, ['gnt-cluster', 'verify', '--error-codes']);
      await on(1, ['mkdir', '-p', REPORTS]);
      // a node sees neither this checkout nor our /tmp
      await putFile(1, MUSTER, await readFile(join(root, 'dist', 'muster.js'), 'utf8'));
      await putFile(1, `${FOLDER}/policy.yaml`, labPolicy);
      await putFile(1, `${FOLDER}/rapi-user`, 'reader secret\n');
      const pem = '/var/lib/ganeti/rapi.pem';
      const { stdout } = await on(1, [
        'openssl',
        'x509',
        '-noout',
        '-fingerprint',
        '-sha256',
        '-in',
        pem,
      ]);
      const [, fingerprint = ''] = stdout.trim().split('=');
      rapi = ['--rapi', RAPI, '--rapi-fingerprint', fingerprint];
      rapi.push('--rapi-credentials', `${FOLDER}/rapi-user`);
    }, UP_LIMIT_MS);

    afterAll(down);

    test(
      'is as it was: configuration, jobs, guests and files of every node',
      async () => {
        untouched = await state();
        await putReports(await labReports());
        const maintenance = ['verify', '--gate', 'maintenance', '--drain', second];
        const asked = {
          maintenance: await ask(...maintenance, ...rapi, '-v'),
          health: await ask('verify', '--gate', 'health', ...rapi),
          upgrade: await ask('verify', '--gate', 'upgrade', ...rapi),
          rolling: await ask('rolling', ...rapi),
          capacity: await ask('capacity', '--htools', ...rapi),
          cpuType: await ask('cpu-type'),
          migration: await ask('migration'),
          status: await ask('status', ...rapi),
          names: await ask('names'),
        };
        for (const [what, { code, stderr }] of Object.entries(asked)) {
          expect([what, [0, 2, 3].includes(code), stderr]).toEqual([what, true, '']);
        }
        expect(asked.maintenance.stdout).toContain(`${RAPI} answered all it was asked`);
        expect(asked.maintenance.stdout).toContain(
          'nodes, guests and their places are as reported',
        );
        expect(await state()).toEqual(untouched);
      },
      UP_LIMIT_MS,
    );

    describe('and that has changed since the reports', () => {
      test(
        'is not answered for: RAPI tells of the guest that moved, and of the job that runs',
        async () => {
          await on(1, ['gnt-instance', 'migrate', '-f', 'vm1.example.org']);
          // what was compared above does show a change
          expect(await state()).not.toEqual(untouched);
          await on(1, ['gnt-debug', 'delay', '--submit', '60']);
          const gate = ['verify', '--gate', 'maintenance', '--drain', second, '-v'];
          const old = await ask(...gate);
          expect(old.stdout).not.toContain('TEST_DELAY');
          const { stdout } = await ask(...gate, ...rapi);
          expect(stdout).toMatch(/vm1\.example\.org is on \S+, and was on ganeti01\.example\.org/);
          expect(stdout).toContain('TEST_DELAY');
          const rolling = await ask('rolling', ...rapi);
          expect(rolling.code).toBe(3);
          expect(rolling.stdout).toContain('vm1.example.org is on');
        },
        UP_LIMIT_MS,
      );
    });

    test('is unknown, and not well, when RAPI refuses the password', async () => {
      await putFile(1, `${FOLDER}/rapi-user`, 'reader wrong\n');
      const { code, stdout } = await ask('verify', '--gate', 'health', ...rapi, '-v');
      expect(stdout).toContain('it answered 401 with these credentials');
      expect([2, 3]).toContain(code);
    });
  },
);
