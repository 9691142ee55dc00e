import { expect, onTestFinished, test } from 'vitest';
import { figuresOf } from '../../collector/figures.ts';
import { standingKeeper, standingsOf } from '../../collector/standings.ts';
import { openSqliteStore } from '../../collector/store/sqlite.ts';
import type { Finding, Verdict } from '../../shared/check.ts';
import type { Fleet } from '../../shared/fleet.ts';
import { defaultPolicy } from '../../shared/policy.ts';
import { GIB } from '../../shared/units.ts';
import { now, seedReport, withFailed } from './seed-cluster.ts';

function finding(verdict: Verdict, more: Partial<Finding> = {}): Finding {
  return { check: 'a.b', title: 'A', node: 'n1', verdict, message: 'm', ...more };
}

function fleetOf(findings: Finding[], clusterFindings: Finding[] = []): Fleet {
  const age = { expected: true, freshness: 'fresh', ageMs: 1 } as const;
  const node = { node: 'n1', ...age, report: seedReport(1), findings };
  return { cluster: 'c1', policy: defaultPolicy(), now, nodes: [node], clusterFindings };
}

const waived = { reason: 'r', owner: 'o', expires: '2027-01-01T00:00:00Z' };

test('a node stands by its worst finding, what is waived left out', () => {
  const own = [finding('pass'), finding('warn'), finding('fail', { waived })];
  const across = [finding('unknown'), finding('fail', { node: null })];
  expect(standingsOf(fleetOf(own, across))).toEqual([
    { node: null, verdict: 'fail', fails: 1, unknowns: 1, warns: 1 },
    { node: 'n1', verdict: 'unknown', fails: 0, unknowns: 1, warns: 1 },
  ]);
});

test('only what changed is written, across a restart too', async () => {
  const store = await openSqliteStore(':memory:');
  onTestFinished(() => store.close());
  const keep = standingKeeper(store);
  await keep(fleetOf([finding('pass')]));
  await keep(fleetOf([finding('pass')]));
  await standingKeeper(store)(fleetOf([finding('pass')]));
  expect(await store.standingHistory('c1', 'n1', 9)).toHaveLength(1);
  await standingKeeper(store)(fleetOf([finding('fail')]));
  const [last] = await store.standingHistory('c1', 'n1', 9);
  const counts = { fails: 1, unknowns: 0, warns: 0 };
  expect(last).toEqual({ node: 'n1', at: now, was: 'pass', verdict: 'fail', ...counts });
});

test('the figures are those of the named group; what could not be read is not told', () => {
  const report = seedReport(1);
  expect(figuresOf(report, 'gnt')).toEqual({
    vgFreeBytes: 22 * GIB,
    vgSizeBytes: 22 * GIB,
    memoryAvailableBytes: 56 * GIB,
    clockOffsetMs: 0,
  });
  expect(figuresOf(report, 'other')).toMatchObject({ vgFreeBytes: null, vgSizeBytes: null });
  const unread = withFailed(withFailed(report, 'memory', 'denied'), 'time', 'denied');
  expect(figuresOf(unread, 'gnt')).toMatchObject({
    memoryAvailableBytes: null,
    clockOffsetMs: null,
  });
});
