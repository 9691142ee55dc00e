import { describe, expect, test } from 'vitest';
import { driftBetween } from '../../shared/drift.ts';
import type { Report } from '../../shared/report.ts';
import { seedReport, withFailed } from '../collector/seed-cluster.ts';

const before = seedReport(1);

function changed(change: Parameters<typeof seedReport>[1]): Report {
  return seedReport(1, change);
}

describe('what changed between two reports', () => {
  test('is nothing when only volatile facts did, or a size within its tolerance', () => {
    const later = changed(({ memory, time }) => {
      memory.availableBytes = 1;
      memory.totalBytes += 1024;
      time.offsetMs = 3;
    });
    expect(driftBetween(before, { ...later, collectedAt: '2026-03-02T00:00:00Z' })).toEqual([]);
  });

  test('is told by section and path, elements by their names', () => {
    const later = changed(({ lvm, os }) => {
      const [group] = lvm.volumeGroups;
      if (group === undefined) throw new Error('no group');
      lvm.volumeGroups.unshift({ ...group, name: 'other' });
      group.pvCount = 2;
      os.kernelRelease = '6.1.0-40-amd64';
    });
    const [os, lvm] = driftBetween(before, later).sort((one) => (one.section === 'os' ? -1 : 1));
    expect(os).toEqual({
      section: 'os',
      drifts: [{ path: 'kernelRelease', from: '6.1.0-18-amd64', to: '6.1.0-40-amd64' }],
    });
    expect(lvm?.drifts.map(({ path }) => path)).toEqual([
      'volumeGroups[gnt].pvCount',
      'volumeGroups[other]',
    ]);
    expect(lvm?.drifts[0]).toMatchObject({ from: '1', to: '2' });
    expect(lvm?.drifts[1]?.from).toBeNull();
  });

  test('a section that can no longer be read is a change, and so is one that is gone', () => {
    const unread = withFailed(before, 'lvm', 'vgs: timed out');
    expect(driftBetween(before, unread)).toEqual([
      { section: 'lvm', drifts: [{ path: '', from: 'read', to: 'not read: vgs: timed out' }] },
    ]);
    const { lvm: _, ...others } = before.sections;
    expect(driftBetween({ ...before, sections: others }, before)).toEqual([
      { section: 'lvm', drifts: [{ path: '', from: 'not in the report', to: 'read' }] },
    ]);
  });
});
