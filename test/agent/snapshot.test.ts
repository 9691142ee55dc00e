import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { collectReport } from '../../agent/collect.ts';
import type { Host } from '../../agent/host/host.ts';
import { liveHost } from '../../agent/host/live.ts';
import { openRecordedHost } from '../../agent/host/recorded.ts';
import { probes } from '../../agent/probes/index.ts';
import { takeSnapshot } from '../../agent/snapshot.ts';
import { defaultPolicy } from '../../shared/policy.ts';
import { now, recordedHost } from '../helpers.ts';
import { root } from '../requirements.ts';

const asked = { policy: defaultPolicy(), probes, now, version: '1.2.3', privileged: true };

describe.each<[string, () => Promise<Host>]>([
  ['this machine', async () => liveHost()],
  ...hostNames().map((name): [string, () => Promise<Host>] => [name, () => recordedHost(name)]),
])('a snapshot of %s', (_name, open) => {
  test('gives the same report when it is replayed', async () => {
    const folder = join(scratch(), 'new');
    const report = await takeSnapshot({ ...asked, host: await open(), folder, scrub: false });
    const replayed = await collectReport({ ...asked, host: await openRecordedHost(folder) });
    expect(replayed.sections).toEqual(report.sections);
    expect(replayed.collectedAt).toBe(report.collectedAt);
    expect(replayed.agent.privileged).toBe(report.agent.privileged);
  });

  test('is the same when it is taken of its replay', async () => {
    const [first, second] = [join(scratch(), 'first'), join(scratch(), 'second')];
    await takeSnapshot({ ...asked, host: await open(), folder: first, scrub: false });
    const host = await openRecordedHost(first);
    await takeSnapshot({ ...asked, host, folder: second, scrub: false });
    expect(contents(second)).toEqual(contents(first));
  });
});

test('a snapshot holds what was asked and when, for nobody else to read', async () => {
  const folder = join(scratch(), 'a', 'b');
  const sections = ['memory'] as const;
  await takeSnapshot({ ...asked, host: liveHost(), folder, scrub: false, sections });
  expect(existsSync(join(folder, 'proc/meminfo'))).toBe(true);
  expect(existsSync(join(folder, 'proc/cpuinfo'))).toBe(false);
  expect(statSync(join(folder, 'proc/meminfo')).mode & 0o777).toBe(0o600);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(JSON.parse(readFileSync(join(folder, 'snapshot.json'), 'utf8'))).toMatchObject({
    format: 1,
    takenAt: '2026-03-01T12:00:00.000Z',
    agentVersion: '1.2.3',
    privileged: true,
    scrubbed: false,
  });
});

test('a folder that holds anything is left alone', async () => {
  const folder = scratch();
  writeFileSync(join(folder, 'mine'), 'text');
  await expect(
    takeSnapshot({ ...asked, host: liveHost(), folder, scrub: false }),
  ).rejects.toMatchObject({ exit: 'usage', message: expect.stringContaining('is not empty') });
  expect(contents(folder)).toEqual({ mine: 'text' });
});

test('a file in the place of the folder is an error of use', async () => {
  const folder = join(scratch(), 'file');
  writeFileSync(folder, 'text');
  await expect(
    takeSnapshot({ ...asked, host: liveHost(), folder, scrub: false }),
  ).rejects.toMatchObject({ exit: 'usage' });
});

test('a scrubbed snapshot holds none of the addresses, and still the same shape', async () => {
  const machine = join(scratch(), 'machine');
  mkdirSync(machine);
  writeHost(machine);
  const host = await openRecordedHost(machine);
  const folder = join(scratch(), 'scrubbed');
  const sections = ['names', 'network', 'identity'] as const;
  const report = await takeSnapshot({ ...asked, host, folder, scrub: true, sections });
  const replay = { ...asked, sections, host: await openRecordedHost(folder) };
  const replayed = await collectReport(replay);
  expect(JSON.stringify(contents(folder))).not.toMatch(/10\.20\.30|52:54:00|8f3e1a/);
  const [before, after] = [report.sections.names, replayed.sections.names];
  if (before?.status !== 'ok' || after?.status !== 'ok') throw new Error('no names');
  expect(before.facts.own).toEqual([
    { name: 'node1', files: value(['10.20.30.5']), resolver: value(['10.20.30.5']) },
  ]);
  expect(after.facts.own).toEqual([
    { name: 'node1', files: value(['192.0.2.5']), resolver: value(['192.0.2.5']) },
  ]);
});

function hostNames(): string[] {
  const entries = readdirSync(join(root, 'test', 'hosts'), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}

function value(addresses: string[]) {
  return { status: 'ok', value: addresses };
}

function writeHost(folder: string): void {
  mkdirSync(join(folder, 'etc'));
  mkdirSync(join(folder, 'proc/sys/kernel'), { recursive: true });
  writeFileSync(join(folder, 'etc/hosts'), '127.0.0.1 localhost\n10.20.30.5 node1\n');
  writeFileSync(join(folder, 'etc/machine-id'), '8f3e1a00112233445566778899aabbcc\n');
  writeFileSync(join(folder, 'proc/sys/kernel/hostname'), 'node1\n');
  const stdout = '10.20.30.5 STREAM node1\n10.20.30.5 DGRAM\n10.20.30.5 RAW\n';
  const commands = [
    { command: 'hostname', args: ['--fqdn'], code: 0, stdout: 'node1\n', stderr: '' },
    { command: 'getent', args: ['ahosts', 'node1'], code: 0, stdout, stderr: '' },
  ];
  writeFileSync(join(folder, 'commands.json'), JSON.stringify(commands));
}

/** Each file below a folder, by its path, with its text. */
function contents(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return Object.fromEntries(
    files
      .filter((file) => statSync(join(folder, file)).isFile())
      .map((file) => [file, readFileSync(join(folder, file), 'utf8')]),
  );
}

function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'muster-snapshot-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}
