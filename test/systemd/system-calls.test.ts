import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { buildAgent } from '../built-agent.ts';
import { describeWith, program, root } from '../requirements.ts';

// systemd is not process 1 where tests run, so the filters are held against what is really called.
const needs = [program('strace', 'strace'), program('systemd-analyze', 'systemd')];

/** What the programs try and do well without: the filter answers EPERM. */
const triedOnly = [
  // V8 asks whether there are protection keys
  'pkey_alloc',
  // QEMU asks whether there are filters, and where memory may be
  'seccomp',
  'set_mempolicy',
];

describeWith(needs, 'the filters of the units let through what is called', () => {
  const folder = mkdtempSync(join(tmpdir(), 'muster-calls-'));
  let agent = '';
  beforeAll(async () => {
    agent = await buildAgent(folder);
    return () => rmSync(folder, { recursive: true });
  });

  test('by the agent and everything that it runs', () => {
    const called = callsOf(process.execPath, agent, 'report', '--state', join(folder, 'state'));
    expect(called).toContain('execve');
    expect(beyond(called, 'muster-agent.service')).toEqual([]);
  }, 60_000);

  test('by ping, which the agent runs with --probe-peers', () => {
    const called = callsOf('ping', '-n', '-c', '1', '-I', '127.0.0.1', '127.0.0.1');
    expect(called).toContain('capset');
    expect(beyond(called, 'muster-agent.service')).toEqual([]);
  });

  test('by the collector when it opens a database', () => {
    const database = join(folder, 'muster.db');
    const script = join(root, 'test', 'collector', 'commands', 'serve-process.ts');
    // refused only after the store is open: the address is no one's here
    const options = ['--database', database, '--listen', '192.0.2.1:1', '--insecure-bind'];
    const called = callsOf(process.execPath, '--import', 'tsx', script, 'serve', ...options);
    expect(called).toContain('bind');
    // SQLite gives files of root to the owner of the database; the unit does not run as root
    expect(beyond(called, 'muster-collector.service')).toEqual(['fchown']);
  }, 60_000);

  test('and nothing that changes the clock, modules or mounts', () => {
    for (const unit of ['muster-agent.service', 'muster-collector.service']) {
      const calls = ['clock_settime', 'init_module', 'mount', 'reboot', 'swapon', 'chown', 'bpf'];
      expect(calls.filter((call) => allowedBy(unit).has(call))).toEqual([]);
    }
  });
});

/** The names of all system calls of a program and those that it starts. */
function callsOf(...command: string[]): string[] {
  const file = join(mkdtempSync(join(tmpdir(), 'muster-trace-')), 'log');
  onTestFinished(() => rmSync(join(file, '..'), { recursive: true }));
  spawnSync('strace', ['-f', '-qq', '-o', file, ...command], { stdio: 'ignore', cwd: root });
  const lines = readFileSync(file, 'utf8').split('\n');
  const named = lines.flatMap((line) => /^\d+ +(?:<\.\.\. )?([a-z]\w*)[ (]/.exec(line)?.[1] ?? []);
  return [...new Set(named)].sort();
}

function beyond(called: string[], unit: string): string[] {
  const allowed = allowedBy(unit);
  return called.filter((call) => !allowed.has(call) && !triedOnly.includes(call));
}

/** The calls that the unit's filters leave, taken in turn as systemd takes them. */
function allowedBy(unit: string): Set<string> {
  const allowed = new Set<string>();
  const text = readFileSync(join(root, 'systemd', unit), 'utf8');
  for (const [, removes, names = ''] of text.matchAll(/^SystemCallFilter=(~?)(.*)$/gm)) {
    for (const call of names.split(' ').flatMap(expanded)) {
      if (removes === '~') allowed.delete(call);
      else allowed.add(call);
    }
  }
  return allowed;
}

function expanded(name: string): string[] {
  return name.startsWith('@') ? membersOf(name).flatMap(expanded) : [name];
}

function membersOf(set: string): string[] {
  const [, text = ''] = callSets().split(new RegExp(`^${set}\n`, 'm'));
  const [members = ''] = text.split(/^@/m, 1);
  return [...members.matchAll(/^ {4}([@\w-]+)$/gm)].map(([, name = '']) => name);
}

let sets: string | undefined;

/** All sets of system calls that this machine's systemd knows. */
function callSets(): string {
  sets ??= spawnSync('systemd-analyze', ['syscall-filter', '--no-pager'], {
    encoding: 'utf8',
    env: { ...process.env, SYSTEMD_COLORS: '0' },
  }).stdout;
  return sets;
}
