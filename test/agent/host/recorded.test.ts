import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Host } from '../../../agent/host/host.ts';
import { openRecordedHost } from '../../../agent/host/recorded.ts';

describe('a bare tree', () => {
  test('is a host that knows neither when nor as whom it was recorded', async () => {
    const host = await openRecordedHost(tree({ '/proc/version': 'Linux\n' }));
    expect(host.takenAt).toBeNull();
    expect(host.privileged).toBeNull();
    expect(host.origin).toBe('recorded');
    expect(host.folder).toMatch(/^muster-recorded-/);
    expect(await host.read('/proc/version')).toBe('Linux\n');
    expect(await host.list('/')).toEqual(['proc']);
  });

  test.each<[string, (host: Host) => Promise<unknown>, string]>([
    ['read', (host) => host.read('/etc/hosts'), '/etc/hosts'],
    ['list', (host) => host.list('/sys'), '/sys'],
    ['stat', (host) => host.stat('/proc/version'), '/proc/version'],
    ['link', (host) => host.link('/proc/version'), '/proc/version'],
    ['open', (host) => host.open('/dev/kvm'), '/dev/kvm'],
    ['space', (host) => host.space('/'), '/'],
    ['run', (host) => host.run('ip', ['-j', 'addr']), 'ip -j addr'],
    ['inventory', (host) => host.inventory('bios'), 'systeminformation bios'],
    ['read of a name of Object', (host) => host.read('/constructor'), '/constructor'],
  ])('fails a %s of what it lacks as not recorded', async (_title, ask, source) => {
    const host = await openRecordedHost(tree({ '/proc/version': 'Linux\n' }));
    await expect(ask(host)).rejects.toMatchObject({
      name: 'HostError',
      kind: 'not_recorded',
      source,
      message: `${source} is not part of the recording`,
    });
  });

  test('remembers nothing and asks', async () => {
    const host = await openRecordedHost(tree({}));
    expect(await host.remember('qemu', 'key', async () => 'asked')).toBe('asked');
  });
});

describe('paths stay in the folder', () => {
  test.each([
    ['a relative link that climbs', '../../../../../../../../etc/hostname'],
    ['an absolute link', '/etc/hostname'],
  ])('%s is followed within the recording', async (_title, target) => {
    const folder = tree({ '/etc/hostname': 'recorded\n', '/sys/x': '' });
    symlinkSync(target, join(folder, 'sys', 'link'));
    const host = await openRecordedHost(folder);
    expect(await host.read('/sys/link')).toBe('recorded\n');
    expect(await host.link('/sys/link')).toBe(target);
  });

  test('a link to what only this machine has is not followed', async () => {
    const folder = tree({ '/etc/x': '' });
    symlinkSync('/proc', join(folder, 'proc'));
    symlinkSync('/etc/passwd', join(folder, 'etc', 'passwd'));
    const host = await openRecordedHost(folder);
    await expect(host.read('/proc/version')).rejects.toMatchObject({ kind: 'not_recorded' });
    await expect(host.read('/etc/passwd')).rejects.toMatchObject({ kind: 'not_recorded' });
  });

  test('links in a circle end', async () => {
    const folder = tree({ '/sys/x': '' });
    symlinkSync('b', join(folder, 'sys', 'a'));
    symlinkSync('a', join(folder, 'sys', 'b'));
    const host = await openRecordedHost(folder);
    await expect(host.read('/sys/a')).rejects.toMatchObject({ kind: 'not_recorded' });
  });

  test('links told in snapshot.json lead to the recorded files', async () => {
    const links = {
      '/sys/class/net/eth0': '../../devices/pci0/net/eth0',
      '/sys/class/net/eth1': { failure: { kind: 'denied', message: 'no' } },
    };
    const host = await openRecordedHost(
      tree({ '/sys/devices/pci0/net/eth0/mtu': '1500\n', '/snapshot.json': { format: 1, links } }),
    );
    expect(await host.read('/sys/class/net/eth0/mtu')).toBe('1500\n');
    expect(await host.list('/sys/class/net/eth0')).toEqual(['mtu']);
    expect(await host.link('/sys/class/net/eth0')).toBe('../../devices/pci0/net/eth0');
    await expect(host.link('/sys/class/net/eth1')).rejects.toMatchObject({ kind: 'denied' });
  });
});

describe('failures told in snapshot.json', () => {
  const failures = {
    '/sys/module/drbd': { kind: 'not_found', message: 'no such folder' },
    '/etc/hosts': { kind: 'denied', message: 'may not' },
  };

  test('hold for reads and lists, even when the file is there', async () => {
    const host = await openRecordedHost(
      tree({ '/etc/hosts': 'text', '/snapshot.json': { format: 1, failures } }),
    );
    const denied = { kind: 'denied', source: '/etc/hosts', message: 'may not' };
    await expect(host.read('/etc/hosts')).rejects.toMatchObject(denied);
    await expect(host.list('/etc/hosts')).rejects.toMatchObject(denied);
    await expect(host.stat('/etc/hosts')).rejects.toMatchObject({ kind: 'not_recorded' });
  });

  test('say of an absent folder that all below it is absent, whatever is asked', async () => {
    const host = await openRecordedHost(tree({ '/snapshot.json': { format: 1, failures } }));
    const path = '/sys/module/drbd/parameters/usermode_helper';
    const asked = [host.read, host.list, host.stat, host.link, host.open, host.space];
    for (const ask of asked) {
      await expect(ask(path)).rejects.toMatchObject({ kind: 'not_found', source: path });
    }
    await expect(host.read('/sys/module/drbd_transport_tcp')).rejects.toMatchObject({
      kind: 'not_recorded',
    });
  });
});

describe('commands', () => {
  const said = (stdout: string, more = {}) => ({
    command: 'tool',
    args: ['-a'],
    code: 0,
    stdout,
    stderr: '',
    ...more,
  });
  const open = (commands: unknown[]) => openRecordedHost(tree({ '/commands.json': commands }));

  test('are found by exact words and input; the first of two alike answers', async () => {
    const host = await open([
      said('first'),
      said('second'),
      said('with input', { input: 'x' }),
      said('with empty input', { input: '' }),
    ]);
    expect((await host.run('tool', ['-a'])).stdout).toBe('first');
    expect((await host.run('tool', ['-a'], { input: 'x' })).stdout).toBe('with input');
    expect((await host.run('tool', ['-a'], { input: '' })).stdout).toBe('with empty input');
    for (const [command, args] of [
      ['tool', []],
      ['tool', ['-a', '']],
      ['/usr/bin/tool', ['-a']],
    ] as const) {
      await expect(host.run(command, args)).rejects.toMatchObject({ kind: 'not_recorded' });
    }
  });

  test('obey the codes and the limits of who asks', async () => {
    const host = await open([said('12345', { code: 2, stderr: 'why\nmore' })]);
    await expect(host.run('tool', ['-a'])).rejects.toMatchObject({
      kind: 'exit_code',
      message: 'tool -a: exit code 2: why',
      result: { stdout: '12345', stderr: 'why\nmore', code: 2 },
    });
    expect((await host.run('tool', ['-a'], { okCodes: [2] })).code).toBe(2);
    const asked = host.run('tool', ['-a'], { okCodes: [2], maxBytes: 4 });
    await expect(asked).rejects.toMatchObject({ kind: 'too_large' });
  });
});

describe('a damaged recording is refused with file and field', () => {
  test.each<[string, unknown, RegExp]>([
    ['no JSON', '{', /snapshot\.json: .*JSON/],
    ['empty', '', /snapshot\.json: .*JSON/],
    ['a list', [], /snapshot\.json: the whole file: .*object/],
    ['no format', {}, /snapshot\.json: format: .*1/],
    ['a later format', { format: 2 }, /snapshot\.json: format: .*1/],
    ['an unknown field', { format: 1, stat: {} }, /whole file: .*"stat"/],
    [
      'an unknown kind',
      { format: 1, failures: { '/a': { kind: 'gone', message: '' } } },
      /snapshot\.json: failures\.\/a\.kind: /,
    ],
    ['a date that is none', { format: 1, takenAt: 'today' }, /snapshot\.json: takenAt: .*ISO/],
  ])('snapshot.json: %s', async (_title, content, message) => {
    const opening = openRecordedHost(tree({ '/snapshot.json': content }));
    await expect(opening).rejects.toMatchObject({ name: 'ParseError' });
    await expect(opening).rejects.toThrow(message);
  });

  test.each<[string, unknown, RegExp]>([
    ['no list', {}, /commands\.json: the whole file: .*array/],
    [
      'a command without answer',
      [{ command: 'a', args: [] }],
      /commands\.json: 0: expected command and args with either code, stdout and stderr, or a fail/,
    ],
  ])('commands.json: %s', async (_title, content, message) => {
    const opening = openRecordedHost(tree({ '/commands.json': content }));
    await expect(opening).rejects.toMatchObject({ name: 'ParseError' });
    await expect(opening).rejects.toThrow(message);
  });

  test('a folder that is not there, and a file in its place', async () => {
    const folder = tree({ '/file': '' });
    await expect(openRecordedHost(join(folder, 'none'))).rejects.toThrow(/none is not a folder$/);
    await expect(openRecordedHost(join(folder, 'file'))).rejects.toThrow(/file is not a folder$/);
  });
});

/** A folder with these files; whatever is no text is written as JSON. */
function tree(files: Record<string, unknown>): string {
  const folder = mkdtempSync(join(tmpdir(), 'muster-recorded-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    writeFileSync(join(folder, path), text);
  }
  return folder;
}
