import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stateFiles } from '../../../agent/host/state-files.ts';
import {
  addToSpool,
  openSpool,
  readEntry,
  removeEntry,
  spoolEntries,
} from '../../../agent/spool/spool.ts';
import { CommandError } from '../../../shared/exit.ts';
import { asRoot, describeWith, program } from '../../requirements.ts';

const now = new Date('2026-11-22T12:00:00.000Z');

describeWith([asRoot, program('mount', 'mount')], 'a full disk', () => {
  let disk: string;
  beforeAll(() => {
    disk = mkdtempSync(join(tmpdir(), 'muster-full-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=128k', 'tmpfs', disk]);
  });
  afterAll(() => {
    execFileSync('umount', [disk]);
    rmdirSync(disk);
  });

  test('refuses a new report clearly, keeps the old ones, and goes on when freed', async () => {
    const spool = await openSpool({ folder: join(disk, 'spool'), files: stateFiles });
    const old = await addToSpool(spool, '{"old":1}', now);
    expect(() => writeFileSync(join(disk, 'ballast'), Buffer.alloc(256 * 1024))).toThrow(/ENOSPC/);

    const large = JSON.stringify({ large: 'x'.repeat(20_000) });
    const refused = await addToSpool(spool, large, now).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(CommandError);
    expect(refused).toMatchObject({
      exit: 'tryAgain',
      message: expect.stringMatching(
        /^writing .*: ENOSPC: no space left on device, write \(what was there before is kept\)$/,
      ),
    });
    expect(await spoolEntries(spool)).toEqual([old]);
    expect(await readEntry(spool, old)).toBe('{"old":1}');
    await removeEntry(spool, old);

    execFileSync('rm', [join(disk, 'ballast')]);
    const again = await addToSpool(await openSpool(spool), large, now);
    expect(await readEntry(spool, again)).toBe(large);
  });
});
