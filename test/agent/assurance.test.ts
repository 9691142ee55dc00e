import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { executed, startedInTurn, written } from '../../agent/assurance.ts';
import { liveHost } from '../../agent/host/live.ts';
import { COMMAND_FOLDERS } from '../../agent/host/run.ts';
import { stateFiles } from '../../agent/host/state-files.ts';
import { makeNextKey, openIdentity, writeIdentity } from '../../agent/identity/identity.ts';
import { reportSchema } from '../../shared/report.ts';
import { buildAgent } from '../built-agent.ts';
import { asRoot, describeWith, program, root } from '../requirements.ts';
import { type SignedServer, startServer } from './delivery/signed-server.ts';
import { parseTrace, type Trace, traced } from './traced.ts';

let folder: string;
let agent: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'muster-assurance-'));
  chmodSync(folder, 0o755);
  agent = await buildAgent(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the list of what the agent executes', () => {
  test('has every command that the code names', () => {
    const sources = readdirSync(join(root, 'agent'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(join(root, 'agent', name), 'utf8'));
    const named = sources.flatMap((text) =>
      [...text.matchAll(/\b(?:run|ask|report|commandPath)\((?:host, )?'([a-z0-9-]+)'/g)].map(
        (match) => match[1] ?? '',
      ),
    );
    expect(named.length).toBeGreaterThan(15);
    expect(named.filter((command) => !(command in executed))).toEqual([]);
  });

  test('is kept by the live host', async () => {
    const host = liveHost({ commands: ['uname'] });
    expect((await host.run('uname', ['-s'])).stdout).toBe('Linux\n');
    await expect(host.run('id', [])).rejects.toMatchObject({
      kind: 'denied',
      message: 'id is not a command that the agent runs',
    });
  });
});

describe('a trace', () => {
  test('tells what was started and changed, and nothing that failed or only read', () => {
    const log = [
      '1 execve("/usr/bin/a", ["a"], 0x7ff /* 3 vars */ <unfinished ...>',
      '2 openat(AT_FDCWD, "/etc/x", O_RDONLY|O_CLOEXEC) = 3',
      '1 <... execve resumed>) = 0',
      '2 openat(AT_FDCWD, "/etc/y", O_WRONLY|O_CREAT, 0600) = 3',
      '2 rename("/a", "/b") = 0',
      '2 unlink("/c") = -1 ENOENT (No such file or directory)',
      '3 execve("/usr/bin/none", ["none"], 0x1) = -1 ENOENT (No such file or directory)',
      '3 listen(4, 511) = 0',
    ].join('\n');
    const changed = ['/a', '/b', '/etc/y'];
    expect(parseTrace(log)).toEqual({
      ...{ executed: ['/usr/bin/a'], written: changed, listened: true },
    });
  });
});

describeWith(
  [asRoot, program('strace', 'strace'), program('flock', 'util-linux')],
  'the agent, traced on this machine,',
  () => {
    let server: SignedServer;
    let audit: Trace;
    let push: Trace;
    const state = () => join(folder, 'state');

    beforeAll(async () => {
      server = await startServer();
      const place = await openIdentity(state(), stateFiles);
      const key = await makeNextKey(place, []);
      await writeIdentity(place, {
        ...{ format: 1, collector: server.url, cluster: 'prod', node: 'n1', key: key.id },
        ...{ trust: null, enrolledAt: '2026-11-22T11:00:00.000Z' },
      });
      const run = (...args: string[]) => [process.execPath, agent, ...args, '--state', state()];
      audit = await traced(run('audit'), join(folder, 'audit.trace'));
      push = await traced(run('push'), join(folder, 'push.trace'));
    });
    afterAll(() => server.close());

    test('delivers', () => {
      expect(push.stderr).toContain('delivered 1 of n1');
      expect(server.received).toHaveLength(1);
    });

    test('starts nothing that is not in the list, each by its absolute path', () => {
      const all = new Set([...audit.executed, ...push.executed]);
      const foreign = [...all].filter((path) => path !== process.execPath && !isListed(path));
      expect(foreign).toEqual([]);
      expect(all.size).toBeGreaterThan(8);
    });

    test('writes nothing but below its state folder and what is in the list', () => {
      const all = [...new Set([...audit.written, ...push.written])];
      const own = (path: string) => `${path}/`.startsWith(`${state()}/`);
      const foreign = all.filter(
        (path) => !own(path) && !written.some((one) => one.path.test(path)),
      );
      expect(foreign).toEqual([]);
      expect(push.written.some((path) => path.endsWith('.json.partial'))).toBe(true);
    });

    test('never listens', () => {
      expect([audit.listened, push.listened]).toEqual([false, false]);
    });
  },
);

describeWith([asRoot, program('setpriv', 'util-linux')], 'the agent, run as nobody,', () => {
  const nobody = ['--reuid', '65534', '--regid', '65534', '--clear-groups', '--reset-env'];
  const asNobody = (...args: string[]) =>
    spawnSync('setpriv', [...nobody, process.execPath, agent, ...args], {
      encoding: 'utf8',
      cwd: '/',
      maxBuffer: 64 * 1024 * 1024,
    });

  test('makes a report in which what was denied is unknown, and says what needs root', () => {
    const { status, stdout, stderr } = asNobody('report');
    expect(status).toBe(0);
    const report = reportSchema.parse(JSON.parse(stdout));
    expect(report.agent.privileged).toBe(false);
    expect(report.sections.lvm).toMatchObject({
      status: 'failed',
      error: expect.objectContaining({ kind: expect.stringMatching(/denied|not_found/) }),
    });
    expect(report.sections.identity?.status).toBe('ok');
    expect(stderr).toMatch(/^not run as root, so this stays unknown:\n/);
    expect(stderr).toContain('\n  lvm: volume groups and volumes\n');
  });

  test('audits: what needs root is undecided, and never passed', () => {
    const { status, stdout } = asNobody(
      'audit',
      '--format',
      'json',
      '--select',
      'storage.volume-group',
    );
    expect(status).toBe(3);
    expect(stdout).toContain('"verdict": "unknown"');
    expect(stdout).not.toContain('"verdict": "pass"');
  });

  test('pushes from a state folder of its own, and says so when it may not', () => {
    const denied = asNobody('push', '--state', '/root/muster');
    expect(denied.status).toBe(77);
    expect(denied.stderr).toMatch(/^muster-agent: locking \/root\/muster\/lock: EACCES/);
    mkdirSync(join(folder, 'own'), { mode: 0o777 });
    chmodSync(join(folder, 'own'), 0o777);
    expect(asNobody('push', '--state', join(folder, 'own')).stderr).toMatch(/is not enrolled/);
  });
});

/** A command of the lists, or the QEMU of this machine, in one of the fixed folders. */
function isListed(path: string): boolean {
  const name = basename(path);
  const known = name in executed || name in startedInTurn;
  const qemu = ['kvm', 'qemu-system-x86_64'].includes(name);
  return COMMAND_FOLDERS.includes(dirname(path)) && (known || qemu);
}
