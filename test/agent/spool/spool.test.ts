import {
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
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stateFiles } from '../../../agent/host/state-files.ts';
import { digestOf } from '../../../agent/spool/entry.ts';
import { readLedger, writeLedger } from '../../../agent/spool/ledger.ts';
import {
  addToSpool,
  boundSpool,
  openSpool,
  readEntry,
  removeEntry,
  renumber,
  type Spool,
  setAside,
  spoolEntries,
} from '../../../agent/spool/spool.ts';

const now = new Date('2026-11-22T12:00:00.000Z');
const first = now.getTime() / 1000;
let state: string;
let spool: Spool;

beforeEach(async () => {
  state = mkdtempSync(join(tmpdir(), 'muster-spool-'));
  spool = await openSpool({ folder: join(state, 'spool'), files: stateFiles });
});
afterEach(() => rmSync(state, { recursive: true, force: true }));

const numbers = async () => (await spoolEntries(spool)).map(({ sequence }) => sequence);

describe('the spool', () => {
  test('gives each report the next sequence, from the clock on, whatever that does', async () => {
    const entry = await addToSpool(spool, '{"a":1}', now);
    await addToSpool(spool, '{"a":2}', new Date(0));
    await addToSpool(spool, '{"a":3}', new Date(now.getTime() + 60_000));
    expect(await numbers()).toEqual([first, first + 1, first + 60]);
    expect(entry).toEqual({
      name: `000000${first}-${digestOf('{"a":1}')}.json`,
      sequence: first,
      digest: digestOf('{"a":1}'),
    });
    expect(await readEntry(spool, entry)).toBe('{"a":1}');
    expect(statSync(join(spool.folder, entry.name)).mode & 0o777).toBe(0o600);
    expect(statSync(spool.folder).mode & 0o777).toBe(0o700);
  });

  test('gives no sequence twice, though its report was delivered', async () => {
    const entry = await addToSpool(spool, '{"a":1}', now);
    await removeEntry(spool, entry);
    expect((await addToSpool(spool, '{"a":2}', now)).sequence).toBe(first + 1);
  });

  test('keeps one entry of the same report added twice', async () => {
    const entry = await addToSpool(spool, '{"a":1}', now);
    expect(await addToSpool(spool, '{"a":1}', now)).toEqual(entry);
    expect(await spoolEntries(spool)).toEqual([entry]);
  });

  test('clears away what a crash left half-written, and sets strangers aside', async () => {
    const entry = await addToSpool(spool, '{"a":1}', now);
    writeFileSync(join(spool.folder, `${entry.name}.partial`), '{"a"');
    writeFileSync(join(spool.folder, 'ledger.partial'), '{');
    writeFileSync(join(spool.folder, 'notes.json'), '{}');
    await openSpool(spool);
    expect(readdirSync(spool.folder).sort()).toEqual([entry.name, 'aside', 'ledger']);
    expect(readdirSync(join(spool.folder, 'aside'))).toEqual(['notes.json']);
    expect((await readLedger(spool)).aside).toBe(1);
  });

  test.each([
    ['cut off', '{"a":'],
    ['empty', ''],
    ['zeros', '\0\0\0\0\0\0\0'],
    ['another report', '{"a":2}'],
  ])('knows a damaged entry: %s', async (_what, text) => {
    const entry = await addToSpool(spool, '{"a":1}', now);
    writeFileSync(join(spool.folder, entry.name), text);
    expect(await readEntry(spool, entry)).toBeNull();
  });

  test('sets an entry aside without losing it', async () => {
    const entry = await addToSpool(spool, 'broken', now);
    await setAside(spool, entry.name);
    expect(await spoolEntries(spool)).toEqual([]);
    expect(readFileSync(join(spool.folder, 'aside', entry.name), 'utf8')).toBe('broken');
    expect((await readLedger(spool)).aside).toBe(1);
  });

  test('keeps no more than a hundred files aside, but counts them all', async () => {
    for (let number = 100; number < 205; number++) {
      writeFileSync(join(spool.folder, `x${number}.json`), '');
    }
    await openSpool(spool);
    const names = readdirSync(join(spool.folder, 'aside')).sort();
    expect(names).toHaveLength(100);
    expect(names[0]).toBe('x105.json');
    expect((await readLedger(spool)).aside).toBe(105);
  });

  const bounds: [string, { files: number; bytes: number }, number][] = [
    ['by count', { files: 2, bytes: 1000 }, 2],
    ['by bytes', { files: 100, bytes: 20 }, 2],
    ['to a byte', { files: 100, bytes: 21 }, 3],
    ['but never below the newest', { files: 0, bytes: 0 }, 1],
    ['not when it fits', { files: 4, bytes: 28 }, 4],
  ];
  test.each(bounds)('is bounded %s, and counts what it drops', async (_how, limits, kept) => {
    for (const number of [1, 2, 3, 4]) await addToSpool(spool, `{"a":${number}}`, now);
    const all = await numbers();
    expect(await boundSpool(spool, limits)).toBe(4 - kept);
    expect(await numbers()).toEqual(all.slice(4 - kept));
    expect((await readLedger(spool)).dropped).toBe(4 - kept);
  });

  test('goes on above a sequence that it did not know of, in the same order', async () => {
    const texts = ['{"a":1}', '{"a":2}', '{"a":3}'];
    for (const text of texts) await addToSpool(spool, text, now);
    await renumber(spool, first + 1000);
    expect(await numbers()).toEqual([first + 1001, first + 1002, first + 1003]);
    const entries = await spoolEntries(spool);
    expect(await Promise.all(entries.map((entry) => readEntry(spool, entry)))).toEqual(texts);
    expect((await addToSpool(spool, '{"a":4}', now)).sequence).toBe(first + 1004);
    await renumber(spool, first + 5);
    expect((await numbers())[0]).toBe(first + 1001);
  });

  test('begins a damaged ledger anew and counts it; sequences go on all the same', async () => {
    await addToSpool(spool, '{"a":1}', now);
    await writeLedger(spool, { dropped: 3 });
    for (const text of ['', '{', '[]', '{"format":2}', '{"format":1,"sequence":-1}']) {
      writeFileSync(join(spool.folder, 'ledger'), text);
      expect(await readLedger(spool)).toEqual({
        ...{ format: 1, sequence: 0, dropped: 0, aside: 1, notBefore: null },
      });
    }
    expect((await addToSpool(spool, '{"a":2}', now)).sequence).toBe(first + 1);
    expect((await readLedger(spool)).aside).toBe(1);
  });

  test('says which file could not be written and why', async () => {
    rmSync(spool.folder, { recursive: true });
    writeFileSync(spool.folder, '');
    await expect(openSpool(spool)).rejects.toThrow(/^making .*spool\/aside: ENOTDIR/);
    rmSync(spool.folder);
    mkdirSync(spool.folder);
    mkdirSync(join(spool.folder, 'ledger'));
    await expect(addToSpool(spool, '{}', now)).rejects.toThrow(/^reading .*ledger: EISDIR/);
  });
});
