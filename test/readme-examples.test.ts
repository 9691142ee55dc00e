import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import {
  type ClusterSketch,
  factsIn,
  nodeName,
  smallCluster,
  now as then,
} from './collector/cluster/maintenance/small-cluster.ts';
import { openLiveCollector } from './collector/routes/live-collector.ts';
import { temporaryFolder } from './collector/test-app.ts';
import { finished } from './packages/debian-root.ts';
import { describeWith, program, root } from './requirements.ts';

// What stands in the README between fences runs here as it stands there.

const readme = readFileSync(join(root, 'README.md'), 'utf8');
const blocks = [...readme.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, kind, text = '']) => ({
  kind,
  text,
}));

const settings = z.record(z.string(), z.string());
const gitlabSchema = z.object({
  'may-drain': z.object({
    variables: settings,
    script: z.array(z.string()),
    artifacts: z.object({
      when: z.literal('always'),
      reports: z.object({ junit: z.string() }),
      paths: z.array(z.string()),
    }),
  }),
});
const githubSchema = z.object({
  on: z.object({ workflow_dispatch: z.object({ inputs: z.object({ node: z.unknown() }) }) }),
  jobs: z.object({
    'may-drain': z.object({
      env: settings,
      steps: z.tuple([
        z.object({ env: settings, run: z.string() }),
        z.object({ uses: z.string() }).loose(),
      ]),
    }),
  }),
});

/** Three nodes with a guest that finds room elsewhere, or does not. */
const roomy: ClusterSketch = {
  free: [4096, 4096, 4096],
  guests: [{ name: 'web', on: 2, mirror: 3 }],
};
const full: ClusterSketch = { ...roomy, free: [4096, 4096, 511] };
/** The same of three different machines: their cluster is healthy. */
const healthy: ClusterSketch = {
  ...roomy,
  config: ({ cluster }) => Object.assign(cluster.hvparams.kvm ?? {}, { kvm_path: '/usr/bin/kvm' }),
  report(report, number) {
    factsIn(report, 'identity').machineIdHash = String(number).repeat(64);
    const { own } = factsIn(report, 'names');
    for (const facts of [factsIn(report, 'network'), own]) {
      const renumbered = JSON.stringify(facts)
        .replaceAll('"192.0.2.5"', `"192.0.2.${number + 4}"`)
        .replaceAll('ganeti01', `ganeti0${number}`);
      Object.assign(facts, JSON.parse(renumbered));
    }
  },
};
const node = nodeName(2);

describe('the examples of the README', () => {
  test('for GitLab CI: an open gate goes on, and test and receipt are kept', async () => {
    const job = gitlabSchema.parse(parse(blockWith('# .gitlab-ci.yml\n')))['may-drain'];
    const kept = [job.artifacts.reports.junit, ...job.artifacts.paths];
    for (const [sketch, code] of [
      [roomy, 0],
      [full, 2],
    ] as const) {
      const { run, folder } = await scene(sketch, job.variables);
      expect(await run(['bash', '-eo', 'pipefail', '-c', job.script.join('\n')])).toMatchObject({
        code,
      });
      for (const file of kept) expect([file, existsSync(join(folder, file))]).toEqual([file, true]);
      expect(readFileSync(join(folder, 'muster.xml'), 'utf8')).toContain('<testsuite');
    }
  }, 120_000);

  test('for GitHub Actions: the same, with annotations and a summary', async () => {
    const { env, steps } = githubSchema.parse(parse(blockWith('# .github/workflows'))).jobs[
      'may-drain'
    ];
    const { NODE, ...variables } = env;
    expect(NODE).toMatch(/^\$\{\{ inputs\.node \}\}$/);
    expect(steps[0].env.MUSTER_TOKEN).toMatch(/^\$\{\{ secrets\.\w+ \}\}$/);
    for (const [sketch, code] of [
      [roomy, 0],
      [full, 2],
    ] as const) {
      const { run, folder, token } = await scene(sketch, variables);
      const given = {
        MUSTER_TOKEN: token,
        RUNNER_TEMP: folder,
        GITHUB_STEP_SUMMARY: join(folder, 'summary.md'),
      };
      const shell = ['bash', '--noprofile', '--norc', '-eo', 'pipefail', '-c', steps[0].run];
      const done = await run(shell, given);
      expect(done).toMatchObject({ code });
      expect(done.stdout.includes('::error')).toBe(code === 2);
      expect(readFileSync(join(folder, 'summary.md'), 'utf8')).toContain(
        code === 0 ? 'OPEN' : 'CLOSED',
      );
      for (const file of ['muster.xml', 'before.receipt']) {
        expect([file, existsSync(join(folder, file))]).toEqual([file, true]);
      }
    }
  }, 120_000);

  test('for a shell: open, closed, and nobody knows', async () => {
    const script = blockWith('# may-drain NODE\n');
    const asked = ['sh', '-c', script, 'may-drain', node];
    const open = await scene(roomy, {});
    expect(await open.run(asked)).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(join(open.folder, `${node}.plan`), 'utf8')).toContain(
      'gnt-instance migrate',
    );
    expect(existsSync(join(open.folder, `${node}.receipt`))).toBe(true);
    const closed = await scene(full, {});
    expect(await closed.run(asked)).toMatchObject({ code: 2, stdout: '' });
    const nobody = await closed.run(asked, { MUSTER_COLLECTOR: 'http://127.0.0.1:9' });
    expect(nobody).toMatchObject({ code: 3, stdout: '' });
  }, 120_000);

  test('for cron: a page, and words only when the gate is not open', async () => {
    const script = blockWith('# /etc/cron.daily/muster-health\n');
    for (const [sketch, told] of [
      [healthy, /^$/],
      [full, /^CLOSED {2}gate health, cluster prod/],
    ] as const) {
      const { run, folder } = await scene(sketch, {});
      const pages = join(folder, 'pages');
      mkdirSync(pages);
      const done = await run(['sh', '-c', script], { MUSTER_PAGES: pages });
      expect(done).toEqual({ code: 0, stdout: expect.stringMatching(told), stderr: '' });
      const [page = '', ...more] = readdirSync(pages);
      expect([page, more]).toEqual([expect.stringMatching(/^\d{4}-\d\d-\d\d\.html$/), []]);
      expect(readFileSync(join(pages, page), 'utf8')).toMatch(/^<!doctype html>/i);
    }
  }, 60_000);
});

describeWith([program('promtool', 'prometheus')], 'promtool', () => {
  test('takes the prometheus.yml of the README', () => {
    const file = join(temporaryFolder(), 'prometheus.yml');
    const text = blockWith('# prometheus.yml\n');
    writeFileSync(file, text);
    const { status, stdout, stderr } = spawnSync(
      'promtool',
      ['check', 'config', '--syntax-only', file],
      { encoding: 'utf8' },
    );
    expect({ status, said: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, said: '' });
    const [rules] = parse(text).rule_files;
    const install = readFileSync(
      join(root, 'packaging', 'debian', 'muster-collector.install'),
      'utf8',
    );
    expect(install).toContain(
      `prometheus/muster.rules.yml ${rules.slice(1, -'/muster.rules.yml'.length)}`,
    );
  });
});

/** The one block that has this line. */
function blockWith(line: string): string {
  const [block, ...more] = blocks.filter(({ text }) => text.includes(line));
  if (block === undefined || more.length > 0) throw new Error(`not one block with "${line}"`);
  return block.text;
}

/** A collector with fresh reports, `muster` in the PATH, and the settings that a job would have. */
async function scene(sketch: ClusterSketch, variables: Record<string, string>) {
  const live = await openLiveCollector();
  live.clock.now = new Date();
  for (const report of smallCluster(sketch)) {
    const { statusCode, body } = await live.deliver(asOf(report, live.clock.now), 'prod');
    if (statusCode !== 200) throw new Error(body);
  }
  const folder = temporaryFolder();
  const muster = join(root, 'dist', 'muster.js');
  writeFileSync(
    join(folder, 'muster'),
    `#!/bin/sh\nexec "${process.execPath}" "${muster}" "$@"\n`,
    {
      mode: 0o755,
    },
  );
  const token = live.as.reader.authorization.replace('Bearer ', '');
  writeFileSync(join(folder, 'token'), token);
  const url = `http://127.0.0.1:${live.port}`;
  const env = {
    ...{ PATH: `${folder}:/usr/bin:/bin`, HOME: folder, NODE: node, MUSTER_CLUSTER: 'prod' },
    ...{ MUSTER_TOKEN_FILE: join(folder, 'token'), ...variables, MUSTER_COLLECTOR: url },
  };
  // not waiting for it in one thread: the collector is in this process
  const run = ([command = '', ...args]: string[], more: Record<string, string> = {}) =>
    finished(spawn(command, args, { cwd: folder, env: { ...env, ...more } }));
  return { run, folder, token };
}

/** The report with all of its times moved, as if it were taken now. */
function asOf<T>(report: T, now: Date): T {
  const byMs = now.getTime() - then.getTime();
  const text = JSON.stringify(report).replaceAll(/"(\d{4}-\d\d-\d\dT[\d:.]+Z)"/g, (_, at: string) =>
    JSON.stringify(new Date(Date.parse(at) + byMs).toISOString()),
  );
  return JSON.parse(text);
}
