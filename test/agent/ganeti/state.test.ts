import { describe, expect, test } from 'vitest';
import {
  jobFileCount,
  queueDrained,
  watcherPausedUntil,
  watcherRanAt,
} from '../../../agent/ganeti/state.ts';
import { madeHost } from '../recorded-hosts.ts';

const DATA = '/var/lib/ganeti';
const absent = { kind: 'not_found', message: 'ENOENT' };

test('the queue is drained when the file says so, and only files of jobs are counted', async () => {
  const names = ['archive', 'job-1', 'job-22', 'job-', 'job-x', 'job-1.new', 'lock', 'serial'];
  const queue = (lists: string[]) =>
    madeHost({ snapshot: { lists: { [`${DATA}/queue`]: lists } } });
  expect(await queueDrained(await queue(names))).toBe(false);
  expect(await queueDrained(await queue([...names, 'drain']))).toBe(true);
  expect(await jobFileCount(await queue(names))).toBe(2);
  await expect(queueDrained(await madeHost({}))).rejects.toMatchObject({ kind: 'not_recorded' });
});

describe('the pause of the watcher', () => {
  const paused = async (text: string) =>
    await watcherPausedUntil(await madeHost({ files: { [`${DATA}/watcher.pause`]: text } }));

  test('ends at the second in the file', async () => {
    expect(await paused('1795329600\n')).toBe('2026-11-22T06:40:00.000Z');
  });

  test('is null without the file', async () => {
    const failures = { [`${DATA}/watcher.pause`]: absent };
    expect(await watcherPausedUntil(await madeHost({ snapshot: { failures } }))).toBeNull();
  });

  test.each(['', 'tomorrow', '1.5', '-1', '999999999999999', '\0'])(
    'cannot be read from %j',
    async (text) => {
      await expect(paused(text)).rejects.toThrow(/watcher\.pause/);
    },
  );
});

describe('the run of the watcher', () => {
  const group = (name: string) => `watcher.d4f393de-f4c5-4f08-a8de-2129a5c8f294.${name}`;
  const ran = async (times: Record<string, number>) => {
    const stats = Object.entries(times).map(([name, modifiedMs]) => {
      const rest = { type: 'file', mode: '0644', sizeBytes: 1, inode: 1, major: null, minor: null };
      return [`${DATA}/${name}`, { ...rest, modifiedMs }];
    });
    const lists = { [DATA]: Object.keys(times) };
    return await watcherRanAt(
      await madeHost({ snapshot: { lists, stats: Object.fromEntries(stats) } }),
    );
  };

  test('is the newest state file of any group', async () => {
    const times = { [group('data')]: 2000, [group('instance-status')]: 3000 };
    expect(await ran(times)).toBe('1970-01-01T00:00:03.000Z');
  });

  test.each(['watcher.pause', 'watcher.data', 'watcher.x.data', group('data.new')])(
    'is not told by %s',
    async (name) => expect(await ran({ [name]: 1000 })).toBeNull(),
  );
});
