import { expect, test } from 'vitest';
import {
  changedSections,
  driftDetail,
  isSameState,
  nameOfState,
  readStates,
  stateOf,
} from '../../../collector/announce/drift.ts';
import type { Report } from '../../../shared/report.ts';
import { GIB } from '../../../shared/units.ts';
import { type Change, type SeedFacts, seedReport, withFailed } from '../seed-cluster.ts';

const healthy = stateOf(seedReport(1));

function changed(change: Change): string[] {
  return changedSections(healthy, stateOf(seedReport(1, change)));
}

/** A kernel, memory or list of its own in place of the healthy one's. */
const kernel =
  (release: string): Change =>
  ({ os }) => {
    os.kernelRelease = release;
  };

const memoryOf =
  (change: Partial<SeedFacts['memory']>): Change =>
  ({ memory }) => {
    Object.assign(memory, change);
  };

test.each<[string, Change, string[]]>([
  ['nothing', () => undefined, []],
  ['another kernel', kernel('6.1.0-19-amd64'), ['os']],
  ['less free memory', memoryOf({ availableBytes: GIB }), []],
  ['a little less memory', memoryOf({ totalBytes: 60 * GIB - 4096 }), []],
  ['a bank less of memory', memoryOf({ totalBytes: 45 * GIB }), ['memory']],
  ['another swap', memoryOf({ swapTotalBytes: GIB }), ['memory']],
  ['names in another order', ({ names }) => void names.lookups.reverse(), []],
  ['a name less', ({ names }) => void names.lookups.pop(), ['names']],
  [
    'two sections',
    (facts) => {
      memoryOf({ swapTotalBytes: GIB })(facts);
      kernel('k')(facts);
    },
    ['memory', 'os'],
  ],
])('%s', (_what, change, sections) => {
  expect(changed(change).sort()).toEqual(sections.sort());
});

test('a section that could not be read is another state, and says so once', () => {
  const report = seedReport(1);
  const failed = stateOf(withFailed(report, 'lvm', 'no vgs'));
  expect(changedSections(healthy, failed)).toEqual(['lvm']);
  expect(isSameState(failed, stateOf(withFailed(report, 'lvm', 'another message')))).toBe(true);
  const { lvm: _, ...sections } = report.sections;
  expect(changedSections(healthy, stateOf({ ...report, sections }))).toEqual(['lvm']);
});

test('the state is in a line of a few hundred characters, without what the facts say', () => {
  expect(healthy).toMatch(/^([a-z]+=[\w-]{8}(~\d+@0\.01)*)( [a-z]+=[\w-]{8}(~\d+@0\.01)*)*$/);
});

test('a report is read once', () => {
  const report: Report = seedReport(1);
  const first = stateOf(report);
  report.sections = {};
  expect(stateOf(report)).toBe(first);
});

test('many reports are read in steps, between which others have their turn', async () => {
  const reports = Array.from({ length: 100 }, () => seedReport(1));
  let turns = 0;
  const other = setInterval(() => {
    turns += 1;
  }, 0);
  await readStates(reports);
  clearInterval(other);
  expect(turns).toBeGreaterThan(0);
  for (const report of reports) report.sections = {};
  expect(new Set(reports.map(stateOf))).toEqual(new Set([healthy]));
});

test('the detail names what changed; a state has the same name when it is back', () => {
  const other = stateOf(seedReport(1, kernel('k')));
  expect(driftDetail(healthy, other)[0]).toBe('other facts in: os');
  expect(nameOfState(other)).not.toBe(nameOfState(healthy));
  const lessMemory = stateOf(seedReport(1, memoryOf({ totalBytes: 60 * GIB - 4096 })));
  expect(lessMemory).not.toBe(healthy);
  expect(nameOfState(lessMemory)).toBe(nameOfState(healthy));
});

test.each([
  ['', '', []],
  ['', 'cpu=a', ['cpu']],
  ['cpu=a', 'cpu=a~1@0.01', ['cpu']],
  ['cpu=a~100@0.01', 'cpu=a~101@0.01', []],
  ['cpu=a~100@0.01', 'cpu=a~102@0.01', ['cpu']],
  ['cpu=a~100@0.01~5@0.01', 'cpu=a~100@0.01~6@0.01', ['cpu']],
  ['cpu=a', 'cpu!denied', ['cpu']],
  ['cpu=a~x', 'cpu=a~y', ['cpu']],
])('"%s" and "%s" differ in %j', (one, other, sections) => {
  expect(changedSections(one, other)).toEqual(sections);
  expect(isSameState(one, other)).toBe(sections.length === 0);
});
