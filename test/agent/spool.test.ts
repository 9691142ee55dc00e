import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  addToSpool,
  boundSpool,
  openSpool,
  readEntry,
  removeEntry,
  type Spool,
  setAside,
  spoolEntries,
} from '../../agent/spool.ts';

let folder: string;
let spool: Spool;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'muster-spool-'));
  spool = await openSpool(join(folder, 'spool'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the spool', () => {
  test('gives entries oldest first, whatever the order they came in', async () => {
    const late = await addToSpool(spool, '{"b":1}', '2026-11-22T10:00:00.000Z');
    const early = await addToSpool(spool, '{"a":1}', '2026-11-22T09:00:00.500Z');
    expect(await spoolEntries(spool)).toEqual([early, late]);
    expect(await readEntry(spool, early)).toBe('{"a":1}');
  });

  test('keeps one entry of the same report added twice', async () => {
    await addToSpool(spool, '{"a":1}', '2026-11-22T09:00:00Z');
    await addToSpool(spool, '{"a":1}', '2026-11-22T09:00:00Z');
    expect(await spoolEntries(spool)).toHaveLength(1);
  });

  test('does not see what a crash left half-written, nor a stranger', async () => {
    const entry = await addToSpool(spool, '{"a":1}', '2026-11-22T09:00:00Z');
    writeFileSync(join(spool.folder, `${entry}.partial`), '{"a"');
    writeFileSync(join(spool.folder, 'notes.json'), '{}');
    expect(await spoolEntries(spool)).toEqual([entry]);
  });

  test('sets an entry aside without losing it', async () => {
    const entry = await addToSpool(spool, 'broken', '2026-11-22T09:00:00Z');
    const kept = await setAside(spool, entry);
    expect(await spoolEntries(spool)).toEqual([]);
    expect(readFileSync(kept, 'utf8')).toBe('broken');
  });

  test('is bounded: the oldest go, the newest always stays', async () => {
    const names = [];
    for (const hour of ['07', '08', '09']) {
      names.push(await addToSpool(spool, hour, `2026-11-22T${hour}:00:00Z`));
    }
    expect(await boundSpool(spool, 0)).toBe(2);
    expect(await spoolEntries(spool)).toEqual(names.slice(2));
    await removeEntry(spool, names[2] ?? '');
    expect(readdirSync(spool.folder)).toEqual(['aside']);
  });

  test('says which file could not be written and why', async () => {
    rmSync(spool.folder, { recursive: true });
    await expect(addToSpool(spool, '{}', '2026-11-22T09:00:00Z')).rejects.toThrow(
      /^writing the spool .*\.json\.partial: ENOENT/,
    );
  });
});
