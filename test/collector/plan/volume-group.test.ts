import { expect, test } from 'vitest';
import type { PlanNode } from '../../../collector/plan/scene.ts';
import { volumeGroup } from '../../../collector/plan/volume-group.ts';
import type { Held } from '../../../shared/install-plan.ts';
import { shellOf } from '../../../shared/shell.ts';
import { GIB } from '../../../shared/units.ts';
import { ok, type SeedFacts, seedPolicy, seedReport } from '../seed-cluster.ts';

const pv = (name: string, vg: string | null, sizeBytes = 100 * GIB) => ({
  ...{ name, vg, sizeBytes, freeBytes: sizeBytes, attributes: 'a--' },
  ...{ missing: false, duplicate: false },
});
const disk = (name: string) => ({ name, sizeBytes: 500 * GIB, rotational: false });
const root = {
  ...{ path: '/', source: '/dev/sda1', type: 'ext4', options: [], holds: ['/'] },
  space: ok({ totalBytes: 1, freeBytes: 1, availableBytes: 1 }),
};

const guard = 'vgs gnt >/dev/null 2>&1 || ';
const vgcreate = (device: string) => `${guard}vgcreate gnt ${device}`;
const both = (device: string) => [`${guard}pvcreate ${device}`, vgcreate(device)];

interface Case {
  title: string;
  pvs?: SeedFacts['lvm']['physicalVolumes'];
  device?: string;
  lines: string[];
  by?: Held['by'];
}

const cases: Case[] = [
  { title: 'the one free PV is told', pvs: [pv('/dev/sdb', null)], lines: [vgcreate('/dev/sdb')] },
  { title: 'no PV at all', lines: both('/dev/DEVICE'), by: 'unknown' },
  {
    title: 'two free PVs',
    pvs: [pv('/dev/sdb', null), pv('/dev/sdc', null)],
    lines: both('/dev/DEVICE'),
    by: 'unknown',
  },
  {
    title: 'a free PV that is too small',
    pvs: [pv('/dev/sdb', null, 10 * GIB)],
    lines: both('/dev/DEVICE'),
    by: 'unknown',
  },
  {
    title: 'a PV of another group',
    pvs: [pv('/dev/sdb', 'other')],
    lines: both('/dev/DEVICE'),
    by: 'unknown',
  },
  { title: 'the device of the policy', device: '/dev/sda5', lines: both('/dev/sda5') },
  {
    title: 'a device of the policy that is a free PV already',
    pvs: [pv('/dev/sda5', null)],
    device: '/dev/sda5',
    lines: [vgcreate('/dev/sda5')],
  },
  {
    title: 'a device of the policy in another group',
    pvs: [pv('/dev/sda5', 'vg0')],
    device: '/dev/sda5',
    lines: [vgcreate('/dev/sda5')],
    by: 'fail',
  },
  { title: 'a mounted one', device: '/dev/sda1', lines: both('/dev/sda1'), by: 'fail' },
  { title: 'one of no disk', device: '/dev/sdz1', lines: both('/dev/sdz1'), by: 'fail' },
  { title: 'one of a longer name', device: '/dev/sdab', lines: both('/dev/sdab'), by: 'fail' },
  { title: 'a part of an NVMe', device: '/dev/nvme0n1p3', lines: both('/dev/nvme0n1p3') },
  { title: 'no such part', device: '/dev/nvme0n13', lines: both('/dev/nvme0n13'), by: 'fail' },
];

test.each(cases)('the volume group: $title', ({ pvs = [], device, lines, by }) => {
  const report = seedReport(1, (facts) => {
    facts.lvm = { volumeGroups: [], physicalVolumes: pvs, logicalVolumes: [] };
    facts.disks = { ...facts.disks, disks: ok([disk('sda'), disk('nvme0n1')]) };
  });
  report.sections.filesystems = { status: 'ok', facts: { mounts: [root] } };
  const policy = seedPolicy(device === undefined ? {} : { storage: { device } });
  const node: PlanNode = { name: 'n', entry: undefined, report, findings: [] };
  const [draft] = volumeGroup(node, policy);
  expect(draft?.lines.map(shellOf)).toEqual(lines);
  expect(draft?.held?.by).toBe(by);
});

test('nothing is told of a node that did not report', () => {
  const node: PlanNode = { name: 'n', entry: undefined, report: null, findings: [] };
  expect(volumeGroup(node, seedPolicy())).toMatchObject([{ held: { by: 'unknown' } }]);
});

test('a cluster without LVM needs none', () => {
  const node: PlanNode = { name: 'n', entry: undefined, report: null, findings: [] };
  const policy = seedPolicy({ storage: { diskTemplates: ['file'] } });
  expect(volumeGroup(node, policy)).toEqual([]);
});
