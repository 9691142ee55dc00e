import { statfsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Host, ParseError } from '../../../agent/host/host.ts';
import { liveHost } from '../../../agent/host/live.ts';
import { filesystemsProbe, holders, parseMounts } from '../../../agent/probes/filesystems.ts';
import { filesystemsSchema } from '../../../shared/facts/filesystems.ts';
import { defaultPolicy } from '../../../shared/policy.ts';
import { madeHost, recordedHost } from '../recorded-hosts.ts';

const ok = <T>(value: T) => ({ status: 'ok', value });

test("the guide's node holds all on one filesystem", async () => {
  expect(await mountsOf(await recordedHost('seed-ganeti01'))).toEqual([
    {
      path: '/',
      source: '/dev/sda1',
      type: 'ext4',
      options: ['rw', 'relatime', 'errors=remount-ro'],
      holds: ['/', '/boot', '/var', '/var/lib/ganeti', '/var/log'],
      space: ok({
        totalBytes: 78694764544,
        freeBytes: 72318164992,
        availableBytes: 68278050816,
      }),
    },
  ]);
});

test('covered mounts are left out, remote ones not asked, a hanging one fails alone', async () => {
  const mounts = await mountsOf(await recordedHost('bookworm-worn-node'));
  expect(
    mounts.map(({ path, source, holds, space }) => [path, source, holds, space.status]),
  ).toEqual([
    ['/', '/dev/mapper/system-root', ['/'], 'ok'],
    ['/boot', '/dev/sda1', ['/boot'], 'ok'],
    ['/var', '/dev/mapper/system-var', ['/var', '/var/log'], 'failed'],
    ['/var/lib/ganeti', 'filer:/ganeti', ['/var/lib/ganeti'], 'failed'],
  ]);
  expect(mounts.map(({ space }) => space.status === 'failed' && space.error.kind)).toEqual([
    false,
    false,
    'timed_out',
    'unsupported',
  ]);
});

test('of a bare tree nothing is claimed', async () => {
  await expect(mountsOf(await madeHost({}))).rejects.toMatchObject({ kind: 'not_recorded' });
});

describe('a mount table', () => {
  test('blanks and other signs are escaped by the kernel', () => {
    expect(parseMounts('/dev/my\\040disk /mnt/a\\011b\\134c\\043d ext4 rw,x=\\040 0 0\n')).toEqual([
      { path: '/mnt/a\tb\\c#d', source: '/dev/my disk', type: 'ext4', options: ['rw', 'x= '] },
    ]);
  });

  test('a mount on a path that only begins alike holds nothing', () => {
    const table =
      '/dev/a / ext4 rw 0 0\n/dev/b /var/lib/ganeti2 ext4 rw 0 0\n/dev/c /va xfs rw 0 0\n';
    expect(holders(parseMounts(table)).map(({ path, holds }) => [path, holds.length])).toEqual([
      ['/', 5],
    ]);
  });

  test.each([
    ['nothing', ''],
    ['a line that is cut off', '/dev/sda1 / ext4 rw,rel'],
    ['binary data', '\0\x01\x02\n'],
    ['the table of mountinfo', '21 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw\n'],
    ['a path that is not absolute', '/dev/sda1 boot ext4 rw 0 0\n'],
  ])('%s is refused', (_, text) => {
    expect(() => parseMounts(text)).toThrow(ParseError);
  });
});

test('the filesystems of this machine are those the kernel tells of', async () => {
  const mounts = await mountsOf(liveHost());
  const { blocks, bsize } = statfsSync('/');
  const base = mounts.find(({ path }) => path === '/');
  expect(base?.holds[0]).toBe('/');
  expect(base?.space).toMatchObject(ok({ totalBytes: blocks * bsize }));
  expect(mounts.flatMap(({ holds }) => holds).sort()).toEqual(
    ['/', '/boot', '/var', '/var/lib/ganeti', '/var/log'].sort(),
  );
});

async function mountsOf(host: Host) {
  return filesystemsSchema.parse(await filesystemsProbe.collect(host, defaultPolicy())).mounts;
}
