import { expect, test } from 'vitest';
import { storedReports } from '../../collector/stored-reports.ts';
import type { Report } from '../../shared/report.ts';
import { now, seedReport, seedReports } from './seed-cluster.ts';

const at = (id: number, node: string) => ({ id, node, collectedAt: now });

/** Reads reports, as `id`s from 1 on, out of a store that holds just these texts. */
async function readFrom(texts: readonly string[], known = new Map<number, Report>()) {
  const asked: number[] = [];
  const bodies = async (ids: readonly number[]) => {
    asked.push(...ids);
    return ids.map((id) => texts[id - 1] ?? '');
  };
  const reader = storedReports({ bodies });
  const read = (ids: readonly number[]) =>
    reader.read(
      ids.map((id) => at(id, JSON.parse(texts[id - 1] ?? '{}').node ?? 'n')),
      known,
    );
  return { asked, read, reader };
}

test('reports are as they were sent, in the order asked for, however many there are', async () => {
  const reports = Array.from({ length: 70 }, (_, index): Report => {
    return { ...seedReport(1 + (index % 3)), node: `n${index}` };
  });
  const { read } = await readFrom(reports.map((report) => JSON.stringify(report)));
  const ids = reports.map((_, index) => index + 1);
  expect([...(await read(ids))]).toEqual(ids.map((id) => [id, reports[id - 1]]));
});

test('what is known is not read again', async () => {
  const texts = seedReports().map((report) => JSON.stringify(report));
  const first = await readFrom(texts);
  const known = await first.read([1, 2]);
  const second = await readFrom(texts, known);
  const again = await second.read([2, 3]);
  expect(second.asked).toEqual([3]);
  expect(again.get(2)).toBe(known.get(2));
  expect([...again.keys()]).toEqual([2, 3]);
});

test('sections that say the same are the same object, of one node or of several', async () => {
  const one = seedReport(1);
  const other = { ...seedReport(1), node: 'other' };
  const changed = seedReport(1, ({ memory }) => {
    memory.totalBytes = 1024;
  });
  const { read } = await readFrom([one, other, changed].map((report) => JSON.stringify(report)));
  const found = await read([1, 2, 3]);
  const sectionsOf = (id: number) => found.get(id)?.sections;
  expect(sectionsOf(2)?.os).toBe(sectionsOf(1)?.os);
  expect(sectionsOf(3)?.os).toBe(sectionsOf(1)?.os);
  expect(sectionsOf(3)?.memory).not.toBe(sectionsOf(1)?.memory);
  expect(found.get(3)).toEqual(changed);
});

test('a section that is wrong is not taken for one that was read before', async () => {
  const good = seedReport(1);
  const bad = { ...good, sections: { ...good.sections, os: { status: 'ok', facts: {} } } };
  const { read } = await readFrom([good, bad].map((report) => JSON.stringify(report)));
  const found = await read([1, 2]);
  expect(found.get(1)).toEqual(good);
  expect(found.get(2)?.sections.cpu).toMatchObject({ status: 'failed' });
});

test.each([
  ['cut off', '{"schema":1,"node"'],
  ['empty', ''],
  ['a list', '[]'],
  ['null', 'null'],
  ['sections that are none', JSON.stringify({ ...seedReport(1), sections: 'all' })],
])('a report that is %s is a node of which every section failed', async (_, text) => {
  const { reader } = { reader: storedReports({ bodies: async () => [text] }) };
  const report = (await reader.read([at(7, 'n7')], new Map())).get(7);
  expect(report).toMatchObject({ node: 'n7', collectedAt: now.toISOString() });
  const outcomes = Object.values(report?.sections ?? {});
  expect(new Set(outcomes.map((outcome) => outcome?.status))).toEqual(new Set(['failed']));
  expect(JSON.stringify(outcomes[0])).toContain('report 7 in the store cannot be read');
});
