import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { reportSchema } from '../../shared/report.ts';
import {
  factsApart,
  isNear,
  type Marks,
  reportMarks,
  sameFacts,
  stableFacts,
} from '../../shared/volatile.ts';
import { sampleReport } from '../sample-report.ts';

const page = { sizeBytes: 2048, total: 4, free: 2 };
const failed = {
  status: 'failed' as const,
  error: { kind: 'denied' as const, message: 'no', source: null },
};

/** Every mark with its path, as the schemas of the facts give them. */
function marked({ volatile, tolerance, fields, each }: Marks, path: string): string[] {
  const own = volatile ? [path] : tolerance === null ? [] : [`${path} ±${tolerance}`];
  const inner = [...fields].flatMap(([name, marks]) => marked(marks, `${path}.${name}`));
  return [...own, ...inner, ...(each === null ? [] : marked(each, `${path}[]`))];
}

test('these facts are volatile, and these may differ a little', () => {
  const short = marked(reportMarks(), '')
    .map((path) =>
      path
        .replace(/^\.(sections\.)?/, '')
        .replace('.facts', '')
        .replaceAll('.value', ''),
    )
    .sort();
  expect(short).toMatchInlineSnapshot(`
    [
      "collectedAt",
      "disks.raidArrays[].action",
      "drbd.devices[].outOfSyncBytes",
      "drbd.devices[].syncPercent",
      "filesystems.mounts[].space.availableBytes",
      "filesystems.mounts[].space.freeBytes",
      "ganeti.membership.jobFileCount",
      "ganeti.membership.master.jobs",
      "ganeti.membership.master.lastVerify.endedAt",
      "ganeti.membership.master.lastVerify.jobIds",
      "ganeti.membership.master.lastVerify.startedAt",
      "ganeti.membership.watcherRanAt",
      "guests.guests[].pid",
      "guests.guests[].process.startedAfterBootMs",
      "lvm.logicalVolumes[].poolDataPercent",
      "memory.availableBytes",
      "memory.hugepages[].free",
      "memory.numaNodes[].freeBytes",
      "memory.numaNodes[].totalBytes ±0.01",
      "memory.swapFreeBytes",
      "memory.totalBytes ±0.01",
      "memory.unusedBytes",
      "peers.cluster.ports[].answer.tookMs",
      "peers.paths[].pingMs",
      "peers.paths[].ports[].answer.tookMs",
      "time.offsetMs",
      "tookMs",
    ]
  `);
});

test('the JSON Schema says so too', () => {
  const schema = JSON.parse(JSON.stringify(z.toJSONSchema(reportSchema)));
  expect(schema.properties.collectedAt).toMatchObject({ type: 'string', volatile: true });
  expect(schema.properties.tookMs).toMatchObject({ type: 'object', volatile: true });
  const memory = schema.properties.sections.properties.memory;
  const text = JSON.stringify(memory);
  expect(text).toContain('"tolerance":0.01');
  expect(text).toContain('"volatile":true');
});

describe('facts are compared', () => {
  const { memory } = sampleReport().sections;
  if (memory?.status !== 'ok') throw new Error('not healthy');
  const facts = memory.facts;

  test.each<[string, Partial<typeof facts>, boolean]>([
    ['the same', {}, true],
    ['another volatile value', { availableBytes: 1, swapFreeBytes: null }, true],
    ['as far apart as is allowed', { totalBytes: Math.ceil(facts.totalBytes * 0.99) }, true],
    ['further apart than is allowed', { totalBytes: Math.floor(facts.totalBytes * 0.98) }, false],
    ['another stable value', { swapTotalBytes: (facts.swapTotalBytes ?? 0) + 1 }, false],
    ['a value where none was', { swapTotalBytes: null }, false],
    ['a reading that failed', { numaNodes: failed }, false],
    ['a list with one more', { hugepages: { status: 'ok', value: [page, page, page] } }, false],
  ])('%s: %s', (_, changes, expected) => {
    expect(sameFacts('memory', facts, { ...facts, ...changes })).toBe(expected);
    expect(sameFacts('memory', { ...facts, ...changes }, facts)).toBe(expected);
  });

  test('without what is volatile the rest is as it was', () => {
    const { availableBytes, swapFreeBytes, ...rest } = facts;
    expect([availableBytes, swapFreeBytes]).not.toContain(undefined);
    const stable = stableFacts('memory', {
      ...facts,
      hugepages: { status: 'ok', value: [page] },
      numaNodes: { status: 'ok', value: [{ id: 0, totalBytes: 5, freeBytes: 1 }] },
    });
    expect(stable).toEqual({
      ...rest,
      hugepages: { status: 'ok', value: [{ sizeBytes: 2048, total: 4 }] },
      numaNodes: { status: 'ok', value: [{ id: 0, totalBytes: 5 }] },
    });
  });

  test('a section without volatile facts is stable as a whole', () => {
    const { identity } = sampleReport().sections;
    if (identity?.status !== 'ok') throw new Error('not healthy');
    expect(stableFacts('identity', identity.facts)).toEqual(identity.facts);
    const other = { ...identity.facts, hostname: 'other' };
    expect(sameFacts('identity', identity.facts, other)).toBe(false);
    expect(sameFacts('identity', identity.facts, { ...identity.facts })).toBe(true);
  });
});

test('what need only be near is told apart, with its tolerance', () => {
  const { memory } = sampleReport().sections;
  if (memory?.status !== 'ok') throw new Error('the sample has no memory');
  const facts = { ...memory.facts, totalBytes: 1000 };
  const { exact, near } = factsApart('memory', facts);
  expect(near[0]).toEqual([1000, 0.01]);
  expect(exact).toEqual(factsApart('memory', { ...facts, totalBytes: 1 }).exact);
  expect(exact).not.toHaveProperty('availableBytes');
});

test.each([
  [100, 99, true],
  [99, 100, true],
  [100, 98.9, false],
  [-100, -99, true],
  [0, 0, true],
])('%d and %d are near by a hundredth: %s', (one, other, near) => {
  expect(isNear(one, other, 0.01)).toBe(near);
});
