import { describe, expect, test } from 'vitest';
import { ParseError } from '../../../agent/host/host.ts';
import { failedUnits, installedKernels, parseUnits } from '../../../agent/system/boot.ts';
import { madeHost } from '../recorded-hosts.ts';

const absent = { kind: 'not_found', message: 'no such file' };

describe('the installed kernels', () => {
  test.each<[string, string[], string[]]>([
    [
      'images of Debian',
      ['config-6.1.0-41-amd64', 'grub', 'vmlinuz-6.1.0-40-amd64', 'vmlinuz-6.1.0-41-amd64'],
      ['6.1.0-40-amd64', '6.1.0-41-amd64'],
    ],
    [
      'no rescue image and no copy',
      ['vmlinuz-0-rescue-0123456789abcdef', 'vmlinuz-5.14.0-570.el9.x86_64', 'vmlinuz-6.1.0-1.old'],
      ['5.14.0-570.el9.x86_64'],
    ],
    ['none of them, so what has modules', ['grub'], ['6.8.12-4-pve']],
  ])('%s', async (_name, boot, expected) => {
    const lists = { '/boot': boot, '/lib/modules': ['6.8.12-4-pve', 'extra'] };
    expect(await installedKernels(await madeHost({ snapshot: { lists } }))).toEqual(expected);
  });

  test('a container has none', async () => {
    const failures = { '/boot': absent, '/lib/modules': absent };
    expect(await installedKernels(await madeHost({ snapshot: { failures } }))).toEqual([]);
  });
});

describe('the failed units', () => {
  test('a machine without systemd has no list of them', async () => {
    const host = await madeHost({ snapshot: { failures: { '/run/systemd/system': absent } } });
    expect(await failedUnits(host)).toBeNull();
  });

  test.each([
    ['', []],
    [
      'ssh.service loaded failed failed OpenBSD Secure Shell server\n' +
        'srv-data.mount  not-found failed failed /srv/data\n',
      ['ssh.service', 'srv-data.mount'],
    ],
    [
      'systemd-fsck@dev-disk-by\\x2duuid-1.service loaded failed failed x\n',
      ['systemd-fsck@dev-disk-by\\x2duuid-1.service'],
    ],
  ])('%j', (text, units) => {
    expect(parseUnits(text)).toEqual(units);
  });

  test.each(['ssh.service\n', '0 loaded units listed.\n', 'ssh.service loaded failed\0', '[]\n'])(
    '%j is refused',
    (text) => expect(() => parseUnits(text)).toThrow(ParseError),
  );
});
