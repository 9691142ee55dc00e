import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { collectReport } from '../../../agent/collect.ts';
import { openRecordedHost } from '../../../agent/host/recorded.ts';
import { guestsProbe } from '../../../agent/probes/guests.ts';
import { takeSnapshot } from '../../../agent/snapshot.ts';
import { guestsSchema } from '../../../shared/facts/guests.ts';
import { defaultPolicy } from '../../../shared/policy.ts';
import { madeHost } from '../recorded-hosts.ts';

const policy = defaultPolicy();
const ok = <T>(value: T) => ({ status: 'ok', value });
const failed = (kind: string) => ({ status: 'failed', error: expect.objectContaining({ kind }) });

const runtime = '/var/run/ganeti/kvm-hypervisor';
const commandLine = (...words: string[]) => words.map((word) => `${word}\0`).join('');
const absent = { kind: 'not_found', message: 'no such file or directory' };
const denied = { kind: 'denied', message: 'permission denied' };
const file = {
  ...{ type: 'file', mode: '0600', sizeBytes: 9, modifiedMs: 1, inode: 5 },
  ...{ major: null, minor: null },
};

/** A guest with KVM, one that emulates, and pid files that lead nowhere or astray. */
function node(secret = 'none') {
  const words = ['-name', 'web', '-m', '512', '-object', `secret,id=s,data=${secret}`];
  return {
    files: {
      [`${runtime}/pid/db`]: '42\n',
      [`${runtime}/pid/gone`]: '43\n',
      [`${runtime}/pid/mail`]: '44\n',
      [`${runtime}/pid/odd`]: 'no number\n',
      [`${runtime}/pid/web`]: '41\n',
      [`${runtime}/nic/web/0`]: 'tap0',
      '/proc/41/cmdline': commandLine('/usr/bin/kvm', ...words),
      '/proc/41/status': 'Name:\tkvm\nUid:\t0\t107\t107\t107\n',
      '/proc/41/stat': '41 (kvm) S 1 41 41 0 -1 0 0 0 0 0 5 6 0 0 20 0 3 0 12345 999\n',
      '/proc/42/cmdline': commandLine('/usr/bin/kvm', '-name', 'db', '-m', 'much'),
      '/proc/44/cmdline': commandLine('/usr/sbin/sshd', `-o${secret}`),
    },
    snapshot: {
      failures: {
        '/proc/43/cmdline': absent,
        [`${runtime}/conf/gone.runtime`]: absent,
        [`${runtime}/nic/db`]: absent,
        [`${runtime}/nic/mail`]: denied,
      },
      lists: {
        [`${runtime}/pid`]: ['db', 'gone', 'mail', 'odd', 'web'],
        '/proc/41/fd': ['0', '1', '9'],
        '/proc/42/fd': ['0', '1'],
      },
      links: {
        '/proc/41/exe': '/usr/bin/qemu-system-x86_64 (deleted)',
        '/proc/41/fd/0': { failure: absent },
        '/proc/41/fd/1': 'socket:[7]',
        '/proc/41/fd/9': 'anon_inode:kvm-vm',
        '/proc/42/exe': '/usr/bin/qemu-system-x86_64',
        '/proc/42/fd/0': '/dev/null',
        '/proc/42/fd/1': 'anon_inode:[eventfd]',
        '/proc/44/exe': '/usr/sbin/sshd',
      },
      stats: { [`${runtime}/conf/web.runtime`]: file },
    },
  };
}

async function factsOf(making: Parameters<typeof madeHost>[0]) {
  return guestsSchema.parse(await guestsProbe.collect(await madeHost(making), policy)).guests;
}

test('each pid file is reported with what its process is', async () => {
  const [db, gone, mail, odd, web, ...more] = await factsOf(node());
  expect(more).toEqual([]);
  expect(web).toEqual({
    instance: 'web',
    pid: ok(41),
    process: ok({
      state: 'running',
      executable: '/usr/bin/qemu-system-x86_64',
      deleted: true,
      acceleration: 'kvm',
      uid: 107,
      startedAfterBootMs: 123_450,
      arguments: ok(expect.objectContaining({ name: 'web', memoryBytes: 512 * 1024 * 1024 })),
    }),
    frozen: ok(true),
    taps: ok({ 0: 'tap0' }),
  });
  expect(db).toMatchObject({
    process: ok({
      ...{ state: 'running', deleted: false, acceleration: 'tcg', uid: null },
      arguments: failed('unparsable'),
    }),
    frozen: failed('not_recorded'),
    taps: ok({}),
  });
  expect(gone).toMatchObject({ process: ok({ state: 'gone' }), frozen: ok(false) });
  expect(mail).toMatchObject({
    process: ok({ state: 'other', executable: '/usr/sbin/sshd' }),
    taps: failed('denied'),
  });
  expect(odd).toMatchObject({ pid: failed('unparsable'), process: failed('unparsable') });
});

describe('what may not be read', () => {
  const withLinks = (links: Record<string, unknown>, lists = {}) => {
    const made = node();
    Object.assign(made.snapshot.links, links);
    Object.assign(made.snapshot.lists, lists);
    return factsOf(made);
  };
  const web = async (facts: ReturnType<typeof withLinks>) =>
    (await facts).find(({ instance }) => instance === 'web')?.process;

  test('one descriptor of a guest leaves open what runs it', async () => {
    const process = await web(withLinks({ '/proc/41/fd/9': { failure: denied } }));
    expect(process).toMatchObject({ value: { acceleration: null, deleted: true } });
  });

  test('so do all of them', async () => {
    const process = await web(withLinks({}, { '/proc/41/fd': { failure: denied } }));
    expect(process).toMatchObject({ value: { acceleration: null } });
  });

  test('an executable is neither there nor deleted', async () => {
    const process = await web(withLinks({ '/proc/41/exe': { failure: denied } }));
    expect(process).toMatchObject({ value: { executable: null, deleted: null } });
  });

  test('a command line fails its guest alone', async () => {
    const made = node();
    Object.assign(made.snapshot.failures, { '/proc/43/cmdline': denied });
    const [, gone] = await factsOf(made);
    expect(gone?.process).toEqual(failed('denied'));
  });
});

test('a zombie is gone, and a number that went to a shell with a title is another', async () => {
  const made = node();
  const [, gone, mail] = await factsOf({
    ...made,
    files: { ...made.files, '/proc/44/cmdline': 'sshd: root@pts/0' },
    snapshot: { ...made.snapshot, failures: {} },
  }).then((facts) => facts);
  expect(mail?.process).toMatchObject({ value: { state: 'other' } });
  expect(gone?.process).toEqual(failed('not_recorded'));
  const zombie = await factsOf({ ...made, files: { ...made.files, '/proc/44/cmdline': '' } });
  expect(zombie[2]?.process).toEqual(ok({ state: 'gone' }));
});

test('a name that only begins like that of the instance is another guest', async () => {
  const made = node();
  made.files['/proc/41/cmdline'] = commandLine('/usr/bin/kvm', '-name', 'web2');
  const facts = await factsOf(made);
  expect(facts[4]?.process).toMatchObject({ value: { state: 'other' } });
});

test('a node that never ran a guest has none', async () => {
  expect(await factsOf({ snapshot: { failures: { '/var/run/ganeti': absent } } })).toEqual([]);
});

test('a snapshot holds no secret of a guest, and gives the same facts', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'muster-guests-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const now = new Date('2026-11-22T12:00:00Z');
  const asked = { policy, probes: [guestsProbe], now, version: '1', privileged: true };
  const host = await madeHost(node('S3kr1t'));
  const report = await takeSnapshot({ ...asked, host, folder, scrub: false });
  const replayed = await collectReport({ ...asked, host: await openRecordedHost(folder) });
  expect(replayed.sections).toEqual(report.sections);
  expect(JSON.stringify(report)).not.toContain('S3kr1t');
  expect(readFileSync(join(folder, 'snapshot.json'), 'utf8')).not.toContain('S3kr1t');
  expect(existsSync(join(folder, 'proc', '41', 'status'))).toBe(true);
  for (const pid of ['41', '44']) {
    expect(existsSync(join(folder, 'proc', pid, 'cmdline'))).toBe(false);
  }
});
