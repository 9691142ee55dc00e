import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { beforeAll, expect, test } from 'vitest';
import { asRoot, describeWith, root } from '../requirements.ts';
import {
  buildPackages,
  copyrightOf,
  digestOf,
  field,
  fileIn,
  lint,
  type Packages,
  packaging,
} from './built-packages.ts';
import { type DebianRoot, debianRoot } from './debian-root.ts';

/** Two builds, and two Debians from the network, on a machine with other things to do. */
const LIMIT_MS = 15 * 60_000;

describeWith([...packaging, asRoot], 'the Debian packages', () => {
  const folder = mkdtempSync(join(tmpdir(), 'muster-debs-'));
  let packages: Packages;
  let again: Packages;
  let bookworm: DebianRoot;
  let trixie: DebianRoot;

  beforeAll(async () => {
    const builds = buildPackages(join(folder, 'one')).then(async (built) => {
      packages = built;
      again = await buildPackages(join(folder, 'two'));
    });
    // one after the other with the builds beside them: two cores
    bookworm = await debianRoot('bookworm', ['nodejs']);
    trixie = await debianRoot('trixie', ['nodejs', 'systemd']);
    await builds;
    return () => {
      for (const path of [bookworm.folder, trixie.folder, folder]) {
        rmSync(path, { recursive: true });
      }
    };
  }, LIMIT_MS);

  test('are the same bytes when they are built again', () => {
    const digests = ({ agent, collector }: Packages) => [agent, collector].map(digestOf);
    expect(digests(again)).toEqual(digests(packages));
  });

  test('are clean for lintian', () => {
    expect(lint(packages)).toBe('');
  }, 120_000);

  test('name the Node that they need', () => {
    expect(field(packages.agent, 'Depends')).toBe('nodejs (>= 18.19)');
    expect(field(packages.agent, 'Architecture')).toBe('all');
    expect(field(packages.collector, 'Depends')).toContain('nodejs (>= 20.19), nodejs (<< 21~)');
  });

  test('say under which licence everything is that is in them', () => {
    const text = readFileSync(join(root, 'dist', 'bundled.json'), 'utf8');
    const bundled: Record<string, string[]> = JSON.parse(text);
    for (const [path, file] of [
      [packages.agent, 'muster-agent.js'],
      [packages.collector, 'muster.js'],
    ] as const) {
      const named = [...copyrightOf(path).matchAll(/^Files: (node_modules\/.*)\/\*$/gm)];
      const folders = named.map(([, folder]) => folder);
      expect(folders).toEqual(expect.arrayContaining(bundled[file] ?? []));
      expect(folders).toContain('node_modules/zod');
    }
    expect(copyrightOf(packages.collector)).toContain('Files: node_modules/better-sqlite3/*');
  });

  test('tell what to do first, and bring the alerts and the board', () => {
    for (const [path, said] of [
      [packages.agent, 'muster-agent hook enable cluster-verify'],
      [packages.collector, 'Debian 12 has Node.js 18'],
    ] as const) {
      const read = fileIn(path, `usr/share/doc/${field(path, 'Package')}/README.Debian`);
      expect(read).toContain(said);
    }
    for (const file of ['prometheus/muster.rules.yml', 'grafana/muster.json']) {
      const ours = readFileSync(join(root, 'packaging', file), 'utf8');
      expect(fileIn(packages.collector, `usr/share/muster/${file}`)).toBe(ours);
    }
    const example = 'usr/share/doc/muster-collector/examples/nginx/muster.conf';
    const shipped = readFileSync(join(root, 'packaging', 'nginx', 'muster.conf'), 'utf8');
    expect(fileIn(packages.collector, example)).toBe(shipped);
    const told = fileIn(packages.collector, 'usr/share/doc/muster-collector/README.Debian');
    expect(told).toContain(`/${example}`);
  });

  test('Debian 12 refuses the collector, which says what to install there', async () => {
    const { code, stdout, stderr } = await bookworm.install(packages.collector);
    expect(code).not.toBe(0);
    expect(stdout + stderr).toMatch(/muster-collector : Depends: nodejs \(>= 20\.19\)/);
    expect(field(packages.collector, 'Description')).toMatch(/Debian 12 has Node\.js 18: there,/);
  }, 120_000);

  test('the agent comes to Debian 12, works, and is gone after purge', async () => {
    const before = bookworm.files();
    await mustRun(bookworm.install(packages.agent));
    await auditsAsHere(bookworm);
    await purged(bookworm, before, ['muster-agent']);
  }, 120_000);

  test('agent and collector on Debian 13: from enrolment to a verdict, and gone', async () => {
    const before = trixie.files();
    await mustRun(trixie.install(packages.agent, packages.collector));
    await auditsAsHere(trixie);
    const collector = await startCollector(trixie);
    try {
      await reportsAndVerdict(trixie, collector.url);
    } finally {
      await collector.stop();
    }
    await purged(trixie, before, ['muster-agent', 'muster-collector']);
  }, 180_000);
});

async function mustRun(ran: ReturnType<DebianRoot['run']>): Promise<string> {
  const { code, stdout, stderr } = await ran;
  expect({ code, said: code === 0 ? '' : stdout + stderr }).toEqual({ code: 0, said: '' });
  return stdout;
}

/** The version, the findings of a recorded host, this machine, and from standard input. */
async function auditsAsHere(debian: DebianRoot): Promise<void> {
  const dist = join(root, 'dist', 'muster-agent.js');
  const here = (...args: string[]) => spawnSync(process.execPath, [dist, ...args], { cwd: '/' });
  const version = await mustRun(debian.run(['muster-agent', '--version']));
  expect(version).toBe(String(here('--version').stdout));

  const host = '/tmp/muster-host';
  const recorded = join(root, 'test', 'hosts', 'seed-ganeti02');
  cpSync(recorded, join(debian.folder, host), { recursive: true });
  const asked = ['audit', '--format', 'json', '--now', '2026-11-22T00:00:00Z', '--host'];
  const there = await debian.run(['muster-agent', ...asked, host]);
  const expected = here(...asked, recorded);
  expect(there.code).toBe(expected.status);
  expect(JSON.parse(there.stdout).findings).toEqual(JSON.parse(String(expected.stdout)).findings);

  const agent = readFileSync(dist, 'utf8');
  const live = await debian.run(['muster-agent', 'audit', '--format', 'json']);
  const piped = await debian.run(['node', '-', 'audit', '--format', 'json'], agent);
  for (const { code, stdout } of [live, piped]) {
    // nothing of Ganeti is set up there
    expect(code).toBe(2);
    expect(JSON.parse(stdout).findings.length).toBeGreaterThan(50);
  }
}

/** As its unit starts it: as its own user, over a folder of its own, as its settings say. */
async function startCollector(debian: DebianRoot) {
  const folder = ['install', '-d', '-o', 'muster', '-g', 'muster', '-m', '0700', '/var/lib/muster'];
  await mustRun(debian.run(folder));
  const serve = ['muster', 'serve', '--listen', '127.0.0.1:0'];
  const child = debian.start(['runuser', '-u', 'muster', '--', ...serve]);
  const ended = new Promise((resolve) => child.on('exit', resolve));
  const stop = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  if (child.stdout === null) throw new Error('the collector has no output');
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /listening at (http:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1];
    if (url === undefined) continue;
    child.stdout.resume();
    return { url, stop };
  }
  throw new Error('the collector ended before it listened');
}

async function reportsAndVerdict(debian: DebianRoot, url: string): Promise<void> {
  const tokens = ['muster', 'token', 'create', '--cluster', 'prod'];
  const given = async (file: string, ...asked: string[]) => {
    const as = ['runuser', '-u', 'muster', '--', ...tokens, ...asked];
    const token = await mustRun(debian.run(as));
    await mustRun(debian.run(['tee', file], token));
    return ['--collector', url, '--token-file', file];
  };
  const node = ['--node', 'node1.example.org'];
  const enrolment = await given('/tmp/enrolment.token', ...node, '--ttl', '10m');
  await mustRun(debian.run(['muster-agent', 'enroll', ...node, ...enrolment]));
  await mustRun(debian.run(['muster-agent', 'push']));

  const reader = await given('/tmp/reader.token', '--role', 'reader', '--expires', '1d');
  const asked = ['verify', '--gate', 'install', '--cluster', 'prod', '--format', 'json'];
  const { code, stdout } = await debian.run(['muster', ...asked, ...reader]);
  expect(code).toBe(2);
  const { gate, state, nodes } = JSON.parse(stdout);
  expect([gate, state]).toEqual(['install', 'closed']);
  expect(nodes).toMatchObject([{ node: 'node1.example.org', expected: true, freshness: 'fresh' }]);
}

async function purged(debian: DebianRoot, before: string[], names: string[]): Promise<void> {
  await mustRun(debian.run(['apt-get', 'purge', '-y', ...names]));
  expect(debian.files()).toEqual(before);
}
