import { expect, test } from 'vitest';
import { buildFleet } from '../../../collector/fleet.ts';
import { type Capacity, capacityBar, capacitySection } from '../../../collector/web/bars.ts';
import { showHtml } from '../../../collector/web/html.ts';
import { defaultPolicy } from '../../../shared/policy.ts';
import type { Report } from '../../../shared/report.ts';
import { GIB } from '../../../shared/units.ts';
import { now, seedPolicy, seedReport, withFailed } from '../seed-cluster.ts';

/** The class and width of what is taken, and the words beside the bar. */
function readBar(capacity: Capacity): [string | null, string] {
  const text = showHtml(capacityBar(capacity));
  const drawn = /class="(used|tight)" width="(\d+)"/.exec(text);
  const words = text.replaceAll(/<svg[\s\S]*<\/svg>|<[^>]*>/g, '').trim();
  return [drawn && `${drawn[1]} ${drawn[2]}`, words];
}

test.each<[Capacity, string | null, string]>([
  [{ totalBytes: 100 * GIB, freeBytes: 100 * GIB }, 'used 0', '100 GiB of 100 GiB'],
  [{ totalBytes: 100 * GIB, freeBytes: 25 * GIB }, 'used 90', '25 GiB of 100 GiB'],
  [{ totalBytes: 1000, freeBytes: 101 }, 'used 108', '101 B of 1000 B'],
  [{ totalBytes: 1000, freeBytes: 100 }, 'tight 108', '100 B of 1000 B'],
  [{ totalBytes: 100 * GIB, freeBytes: 0 }, 'tight 120', '0 B of 100 GiB'],
  [{ totalBytes: GIB, freeBytes: 2 * GIB }, 'used 0', '2 GiB of 1 GiB'],
  [{ totalBytes: 0, freeBytes: 0 }, 'used 0', '0 B of 0 B'],
  [{ totalBytes: GIB, freeBytes: null }, null, '1 GiB in all, free not told'],
  [{ why: 'a <reason>' }, null, 'not known: a &lt;reason&gt;'],
])('%j', (capacity, bar, words) => {
  expect(readBar(capacity)).toEqual([bar, words]);
});

/** The rows of the section: node, memory and storage in words. */
function rowsOf(reports: Report[], policy = defaultPolicy(), at = now): string[][] {
  const section = capacitySection(buildFleet({ cluster: 'c1', policy, reports, now: at }));
  const text = section === null ? '' : showHtml(section).replaceAll(/<svg[\s\S]*?<\/svg>/g, '');
  return [...text.matchAll(/<tr>(<th scope="row"[\s\S]*?)<\/tr>/g)].map(([, row = '']) =>
    row
      .split(/<\/t[hd]>/)
      .slice(0, 3)
      .map((cell) => cell.replaceAll(/<[^>]*>/g, '').trim()),
  );
}

test('a node says what it has, or why that is not known', () => {
  const [one, two, three] = [1, 2, 3].map((number) => seedReport(number));
  if (!one || !two || !three) throw new Error('three reports');
  const reports = [one, withFailed(two, 'lvm', 'no rights')];
  expect(rowsOf(reports, seedPolicy())).toEqual([
    ['ganeti01.example.org', '56 GiB of 60 GiB', '22 GiB of 22 GiB'],
    ['ganeti02.example.org', '56 GiB of 60 GiB', 'not known: no rights'],
    ['ganeti03.example.org', 'not known: no report', 'not known: no report'],
  ]);
  const other = seedPolicy({ storage: { volumeGroup: 'other' }, nodes: [{ name: one.node }] });
  expect(rowsOf([one], other)[0]?.[2]).toBe('not known: there is no such volume group');
  const later = new Date(now.getTime() + 10 * 24 * 3_600_000);
  expect(rowsOf([one], defaultPolicy(), later)[0]?.[1]).toBe('not known: no fresh report');
});

test('of many nodes the forty with the least left are shown, the unknown first', () => {
  const reports = Array.from({ length: 42 }, (_, index) => {
    const report = seedReport(1, ({ memory }) => {
      memory.availableBytes = memory.totalBytes - index * 1_000_000_000;
    });
    return { ...report, node: `n${String(index).padStart(2, '0')}` };
  });
  const last = reports[7];
  if (last === undefined) throw new Error('no report');
  reports[7] = withFailed(last, 'memory', 'denied');
  const nodes = rowsOf(reports).map(([node]) => node);
  expect(nodes.slice(0, 3)).toEqual(['n07', 'n41', 'n40']);
  expect(nodes).toHaveLength(40);
  expect(nodes).not.toContain('n00');
});
