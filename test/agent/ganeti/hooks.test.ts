import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hooks } from '../../../agent/ganeti/hooks.ts';
import { muster } from '../commands/agent-program.ts';

/** A folder for Ganeti's configuration, and a program in the place of ours. */
function scene(program = 'exit 0') {
  const folder = mkdtempSync(join(tmpdir(), 'muster-hooks-'));
  const path = join(folder, 'program');
  writeFileSync(path, `#!/bin/sh\n${program}\n`);
  chmodSync(path, 0o755);
  const ganeti = join(folder, 'ganeti');
  const given = ['--ganeti', ganeti, '--agent', path, '--muster', path];
  const hook = (...words: string[]) => muster(['hook', ...words, ...given]);
  return { ganeti, path, hook };
}

/** Runs a script as Ganeti does: nothing but GANETI_* in the environment, no input. */
function run(file: string, ganeti: Record<string, string> = {}) {
  const done = spawnSync(file, [], {
    env: ganeti,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { code: done.status, said: done.stdout + done.stderr };
}

const nowhere = { code: 0, said: '' };

async function enabled(name: string, program: string) {
  const made = scene(program);
  await made.hook('enable', name);
  const hook = hooks.find((one) => one.name === name);
  return { ...made, file: join(made.ganeti, hook?.path ?? '') };
}

describe('hook enable', () => {
  test.each(hooks.map((hook) => [hook.name, hook.path]))('%s goes to %s', async (name, path) => {
    const { ganeti, hook } = scene();
    expect(await hook('enable', name)).toMatchObject({ code: 0, stdout: '' });
    const file = join(ganeti, path);
    // Ganeti passes over names with anything else, and refuses what others may write
    expect(path.split('/').at(-1)).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(statSync(file).mode & 0o7777).toBe(0o755);
    expect(readdirSync(join(file, '..'))).toEqual([path.split('/').at(-1)]);
    expect((await hook('status')).stdout).toContain(`${name.padEnd(18)}  on `);
    expect(await hook('enable', name)).toMatchObject({ code: 0 });
    expect(await hook('disable', name)).toMatchObject({ code: 0 });
    expect(existsSync(file)).toBe(false);
    expect(await hook('disable', name)).toMatchObject({ code: 0 });
  });

  test('keeps what somebody else put there, and takes it not away', async () => {
    const { ganeti, hook } = scene();
    const folder = join(ganeti, 'hooks', 'cluster-verify-post.d');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'muster'), '#!/bin/sh\nexit 0\n');
    const words = `${join(folder, 'muster')} is of somebody else, and is kept`;
    for (const verb of ['enable', 'disable']) {
      expect(await hook(verb, 'cluster-verify')).toMatchObject({ code: 77, stderr: words });
    }
    expect(readFileSync(join(folder, 'muster'), 'utf8')).toBe('#!/bin/sh\nexit 0\n');
    expect((await hook('status')).stdout).toContain('of somebody else');
  });

  test('renews what an earlier version wrote', async () => {
    const { hook, file } = await enabled('cluster-verify', 'exit 0');
    writeFileSync(file, readFileSync(file, 'utf8').replace('30', '29'));
    expect((await hook('status')).stdout).toContain('of another version');
    await hook('enable', 'cluster-verify');
    expect((await hook('status')).stdout).not.toContain('of another version');
  });

  test('names the nearest hook, and refuses a program that a script could not hold', async () => {
    const { hook } = scene();
    expect(await hook('enable', 'cluster-verfy')).toMatchObject({
      code: 64,
      stderr: 'no hook "cluster-verfy"; did you mean "cluster-verify"?',
    });
    const wrong = await muster(['hook', 'enable', 'cluster-verify', '--agent', '/a;b']);
    expect(wrong).toMatchObject({ code: 64 });
  });
});

describe('cluster-verify', () => {
  test.each([
    ['fit', 'exit 0', nowhere],
    ['warned of', 'echo w; exit 1', nowhere],
    ['not known', 'echo u; exit 3', nowhere],
    ['not fit', 'echo "FAIL storage.vg"; exit 2', { code: 1, said: 'FAIL storage.vg\n' }],
    [
      'audited by a broken agent',
      'echo no >&2; exit 78',
      {
        code: 1,
        said: 'muster-agent ended with 78\nno\n',
      },
    ],
  ])('a node that is %s', async (_title, program, ended) => {
    const { file } = await enabled('cluster-verify', program);
    expect(run(file, { GANETI_CLUSTER: 'c' })).toEqual(ended);
  });

  test('asks quietly, with a path of its own, and nothing once the package is gone', async () => {
    const { file, path } = await enabled('cluster-verify', 'echo "$* $PATH $LC_ALL"; exit 2');
    expect(run(file).said).toBe(
      'audit -q --color never ' +
        '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin C\n',
    );
    chmodSync(path, 0o644);
    expect(run(file)).toEqual(nowhere);
  });
});

describe('instance-migrate', () => {
  const name = spawnSync('sh', ['-c', 'hostname --fqdn 2>/dev/null || hostname'], {
    encoding: 'utf8',
  });
  const master = { GANETI_MASTER: name.stdout.trim() };
  const way = { GANETI_OLD_PRIMARY: 'n1', GANETI_NEW_PRIMARY: 'n2' };

  test('is asked for the guest’s own type, and refuses what cannot run it', async () => {
    const { file } = await enabled('instance-migrate', 'echo "$*"; exit 2');
    const guest = { GANETI_INSTANCE_HV_cpu_type: 'Haswell,\\-hle' };
    expect(run(file, { ...master, ...way, ...guest })).toEqual({
      code: 1,
      said: 'migration --from n1 --to n2 --cpu-type Haswell,\\-hle\n',
    });
    expect(run(file, { ...master, ...way }).said).toBe('migration --from n1 --to n2\n');
  });

  test.each([
    ['it can', 'exit 0', { ...master, ...way }],
    ['nobody can tell', 'exit 3', { ...master, ...way }],
    ['the collector is down', 'exit 69', { ...master, ...way }],
    ['another node is the master', 'exit 2', { GANETI_MASTER: 'else', ...way }],
    ['no target is named', 'exit 2', { ...master, GANETI_OLD_PRIMARY: 'n1' }],
  ])('lets pass when %s', async (_title, program, given) => {
    const { file } = await enabled('instance-migrate', program);
    expect(run(file, given)).toEqual(nowhere);
  });
});

test('restricted-command prints the report', async () => {
  const { file } = await enabled('restricted-command', 'echo "{$1}"');
  expect(run(file)).toEqual({ code: 0, said: '{report}\n' });
});
