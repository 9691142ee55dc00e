import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ParseError } from '../../../agent/host/host.ts';
import { openRecordedHost } from '../../../agent/host/recorded.ts';
import {
  memoryProbe,
  parseMeminfo,
  parseNodeMeminfo,
  parseOomKills,
} from '../../../agent/probes/memory.ts';
import { memorySchema } from '../../../shared/facts/memory.ts';
import { defaultPolicy } from '../../../shared/policy.ts';
import { captures, describeWith, reference } from '../../requirements.ts';
import { madeHost, recordedHost } from '../recorded-hosts.ts';

const policy = defaultPolicy();
const ok = <T>(value: T) => ({ status: 'ok', value });
const GIB = 1024 ** 3;
const notRecorded = {
  status: 'failed',
  error: expect.objectContaining({ kind: 'not_recorded' }),
};

test('a host with swap, one NUMA node and no huge pages', async () => {
  const facts = await memoryProbe.collect(await recordedHost('xeon-e5-vtx-off'), policy);
  expect(memorySchema.parse(facts)).toEqual({
    totalBytes: 67447808000,
    availableBytes: 62327808000,
    unusedBytes: (56867000 + 120000 + 3800000) * 1024,
    swapTotalBytes: 8589930496,
    swapFreeBytes: 8589930496,
    hugepages: ok([{ sizeBytes: 2 * 1024 ** 2, total: 0, free: 0 }]),
    numaNodes: ok([{ id: 0, totalBytes: 67447808000, freeBytes: 58231808000 }]),
    ecc: notRecorded,
    ksm: notRecorded,
    oomKills: notRecorded,
  });
});

test('a host with two NUMA nodes and four huge pages of 1 GiB', async () => {
  const host = await recordedHost('xeon-gold-two-microcodes');
  expect(memorySchema.parse(await memoryProbe.collect(host, policy))).toEqual({
    totalBytes: 134832128000,
    availableBytes: 129712128000,
    unusedBytes: (122672000 + 120000 + 3800000) * 1024,
    swapTotalBytes: 0,
    swapFreeBytes: 0,
    hugepages: ok([
      { sizeBytes: 2 * 1024 ** 2, total: 0, free: 0 },
      { sizeBytes: GIB, total: 4, free: 3 },
    ]),
    numaNodes: ok([
      { id: 0, totalBytes: 67416064000, freeBytes: 62808064000 },
      { id: 1, totalBytes: 67416064000, freeBytes: 62808064000 },
    ]),
    ecc: notRecorded,
    ksm: notRecorded,
    oomKills: notRecorded,
  });
});

test('a kernel without huge pages and NUMA has none of them', async () => {
  const absent = { kind: 'not_found', message: 'no such file or directory' };
  const host = await madeHost({
    files: { '/proc/meminfo': 'MemTotal: 2097152 kB\n', '/proc/vmstat': 'nr_free_pages 1\n' },
    snapshot: { failures: { '/sys/kernel/mm': absent, '/sys/devices/system': absent } },
  });
  expect(memorySchema.parse(await memoryProbe.collect(host, policy))).toEqual({
    totalBytes: 2 * GIB,
    availableBytes: null,
    unusedBytes: null,
    swapTotalBytes: null,
    swapFreeBytes: null,
    hugepages: ok([]),
    numaNodes: ok([]),
    ecc: ok([]),
    ksm: ok(null),
    oomKills: ok(null),
  });
});

test('the errors of each memory controller', async () => {
  const files = {
    '/proc/meminfo': 'MemTotal: 2097152 kB\n',
    '/sys/devices/system/edac/mc/mc0/ce_count': '7\n',
    '/sys/devices/system/edac/mc/mc0/ue_count': '0\n',
    '/sys/devices/system/edac/mc/mc10/ce_count': '0\n',
    '/sys/devices/system/edac/mc/mc10/ue_count': '1\n',
  };
  expect((await memoryProbe.collect(await madeHost({ files }), policy)).ecc).toEqual(
    ok([
      { controller: 'mc0', correctedErrors: 7, uncorrectedErrors: 0 },
      { controller: 'mc10', correctedErrors: 0, uncorrectedErrors: 1 },
    ]),
  );
});

test.each<[string, number | null]>([
  ['nr_free_pages 1\noom_kill 3\n', 3],
  ['nr_free_pages 1\noom_killed 3\n', null],
])('of %j the kills are %s', (text, kills) => {
  expect(parseOomKills(text)).toBe(kills);
});

test.each(['', 'oom_kill 3\n', 'nr_free_pages 1\noom_kill x\n', 'nr_free_pages 1\0\n'])(
  'a vmstat such as %j is refused',
  (text) => expect(() => parseOomKills(text)).toThrow(ParseError),
);

test('what was not recorded fails alone', async () => {
  const host = await madeHost({ files: { '/proc/meminfo': 'MemTotal: 2097152 kB\n' } });
  const failed = { status: 'failed', error: { kind: 'not_recorded' } };
  expect(await memoryProbe.collect(host, policy)).toMatchObject({
    totalBytes: 2 * GIB,
    hugepages: failed,
    numaNodes: failed,
  });
});

describe('what is not a meminfo is refused', () => {
  test.each([
    ['empty', ''],
    ['another file', 'processor : 0\n'],
    ['cut off in the number', 'MemTotal:    2468'],
    ['cut off in the unit', 'MemTotal:    24684092 k'],
    ['another unit', 'MemTotal:    24684092 MB\n'],
    ['another locale', 'Arbeitsspeicher: 24684092 kB\n'],
    ['binary', 'MemTotal: 24684092 kB\0\n'],
    ['out of range', 'MemTotal: 99999999999999999999 kB\n'],
    ['a damaged line that is asked for', 'MemTotal: 12 kB\nSwapTotal: x\n'],
  ])('%s', (_name, text) => {
    expect(() => parseMeminfo(text)).toThrow(ParseError);
    expect(() => parseNodeMeminfo(text.replaceAll('Mem', 'Node 0 Mem'), 0)).toThrow(ParseError);
  });

  test('the meminfo of another node', () => {
    const text = 'Node 10 MemTotal: 12 kB\nNode 10 MemFree: 10 kB\n';
    expect(() => parseNodeMeminfo(text, 1)).toThrow(ParseError);
    expect(parseNodeMeminfo(text, 10)).toEqual({ totalBytes: 12288, freeBytes: 10240 });
  });
});

describeWith([captures], 'every recorded machine with a meminfo', () => {
  const folder = reference('captures', 'sysroots');
  const trees = readdirSync(folder).filter((name) => {
    const proc = `${folder}/${name}/proc`;
    return name !== 'baselines' && !name.endsWith('.tsv') && readdirSync(proc).includes('meminfo');
  });

  test.each(trees)('%s has the total that grep finds', async (name) => {
    const host = await openRecordedHost(`${folder}/${name}`);
    const facts = memorySchema.parse(await memoryProbe.collect(host, policy));
    const text = readFileSync(`${folder}/${name}/proc/meminfo`, 'utf8');
    expect(facts.totalBytes).toBe(Number(/MemTotal: +(\d+)/.exec(text)?.[1]) * 1024);
    expect(facts.swapTotalBytes).toBe(Number(/SwapTotal: +(\d+)/.exec(text)?.[1]) * 1024);
  });
});

test.each<[string, Record<string, string>, unknown]>([
  ['on', { run: '1\n', pages_shared: '5120\n' }, ok({ run: 1, sharedPages: 5120 })],
  ['damaged', { run: 'on\n', pages_shared: '0\n' }, { error: { kind: 'unparsable' } }],
  ['half recorded', { run: '1\n' }, { error: { kind: 'not_recorded' } }],
])('KSM that is %s', async (_, texts, ksm) => {
  const files = Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [`/sys/kernel/mm/ksm/${name}`, text]),
  );
  const host = await madeHost({ files: { '/proc/meminfo': 'MemTotal: 2097152 kB\n', ...files } });
  expect(await memoryProbe.collect(host, policy)).toMatchObject({ ksm });
});
