import type { LvmFacts, VolumeGroup } from '../../../shared/facts/lvm.ts';
import { GIB, MIB } from '../../../shared/units.ts';
import { tableOf } from './verdict.ts';

const lvm = (facts: Partial<LvmFacts>) => ({ lvm: { facts } });
const vg = (change: Partial<VolumeGroup>): VolumeGroup => ({
  name: 'gnt',
  sizeBytes: 200 * GIB,
  freeBytes: 200 * GIB,
  extentBytes: 4 * MIB,
  pvCount: 1,
  lvCount: 0,
  attributes: 'wz--n-',
  partial: false,
  exported: false,
  resizeable: true,
  ...change,
});
const group = (change: Partial<VolumeGroup>) => lvm({ volumeGroups: [vg(change)] });
const none = { sections: lvm({ volumeGroups: [] }), says: '' };
const missing = 'skip: no volume group "gnt": see storage.volume-group';
const pv = { name: '/dev/sda5', vg: 'gnt', sizeBytes: 1, freeBytes: 1, attributes: 'a--' };
const lv = { name: 'web.disk0', vg: 'gnt', sizeBytes: GIB, poolDataPercent: null, tags: [] };

tableOf('storage.volume-group', {
  'no volume group at all': { ...none, says: 'fail: no volume group "gnt": the node has none' },
  'a name that only begins alike': {
    sections: group({ name: 'gnt2' }),
    says: 'fail: no volume group "gnt": the node has gnt2; the nearest name is gnt2',
  },
  'one of several': {
    sections: lvm({ volumeGroups: [vg({ name: 'system' }), vg({ pvCount: 2 })] }),
    says: 'pass: volume group gnt, 200 GiB on 2 PVs',
  },
  'the name of the policy': {
    policy: { storage: { volumeGroup: 'xenvg' } },
    says: 'fail: no volume group "xenvg": the node has gnt',
  },
});

tableOf('storage.size', {
  'one extent short, as a 20 GiB partition is': {
    sections: group({ sizeBytes: 20_480 * MIB - 4 * MIB }),
    says:
      "fail: gnt has 20476 MiB, expected at least 20480 MiB: LVM's metadata and extents " +
      'take a little',
  },
  'one byte short': {
    sections: group({ sizeBytes: 20_480 * MIB - 1 }),
    says:
      "fail: gnt has 20479 MiB, expected at least 20480 MiB: LVM's metadata and extents " +
      'take a little',
  },
  'just enough': {
    sections: group({ sizeBytes: 20_480 * MIB }),
    says: 'pass: gnt has 20480 MiB, at least 20480 MiB',
  },
  'one extent more': {
    sections: group({ sizeBytes: 20_484 * MIB }),
    says: 'pass: gnt has 20484 MiB, at least 20480 MiB',
  },
  'no such group': { ...none, says: missing },
});

tableOf('storage.free', {
  'one byte short': {
    sections: group({ freeBytes: 10 * GIB - 1 }),
    says: 'warn: 10737418239 B of 200 GiB free in gnt, expected at least 10 GiB',
  },
  'just enough': {
    sections: group({ freeBytes: 10 * GIB }),
    says: 'pass: 10 GiB of 200 GiB free in gnt',
  },
  full: {
    sections: group({ freeBytes: 0 }),
    says: 'warn: 0 B of 200 GiB free in gnt, expected at least 10 GiB',
  },
  'a lost PV': {
    sections: group({ partial: true }),
    says: 'unknown: gnt lacks a PV, whose free space LVM still counts',
  },
  'no such group': { ...none, says: missing },
});

tableOf('storage.empty', {
  'leftover volumes': {
    sections: lvm({
      volumeGroups: [vg({ lvCount: 2 })],
      logicalVolumes: [
        { ...lv, attributes: '-wi-a-----' },
        { ...lv, vg: 'other', attributes: '-wi-a-----' },
        { ...lv, name: 'swap', attributes: '-wi-a-----' },
      ],
    }),
    says: 'warn: gnt holds 2 logical volumes (web.disk0 and swap), expected none',
  },
  'no such group': { ...none, says: missing },
});

tableOf('storage.exported', {
  exported: {
    sections: group({ exported: true, attributes: 'wzx-n-' }),
    says: 'fail: gnt is exported (wzx-n-), expected it in use',
  },
  'no such group': { ...none, says: missing },
});

tableOf('storage.resizeable', {
  'not resizeable': {
    sections: group({ resizeable: false, attributes: 'w---n-' }),
    says: 'warn: gnt is not resizeable (w---n-), expected it to be',
  },
  'no such group': { ...none, says: missing },
});

tableOf('storage.volumes-complete', {
  'a lost PV and a broken LV': {
    sections: lvm({
      volumeGroups: [vg({ partial: true, attributes: 'wz-pn-' })],
      physicalVolumes: [{ ...pv, name: '[unknown]', missing: true, duplicate: false }],
      logicalVolumes: [{ ...lv, attributes: '-wi-----p-' }],
    }),
    says:
      'fail: gnt is partial (wz-pn-); PV [unknown] is missing; LV web.disk0 is partial; ' +
      'expected all volumes whole',
  },
  'a duplicate PV and a suspended LV': {
    sections: lvm({
      physicalVolumes: [{ ...pv, missing: false, duplicate: true }],
      logicalVolumes: [{ ...lv, attributes: '-wi-s-----' }],
    }),
    says:
      'fail: PV /dev/sda5 is a duplicate; LV web.disk0 is suspended or invalid; ' +
      'expected all volumes whole',
  },
  'the same faults in another group': {
    sections: lvm({
      physicalVolumes: [{ ...pv, vg: 'other', missing: true, duplicate: false }],
      logicalVolumes: [{ ...lv, vg: 'other', attributes: '-wi-s---p-' }],
    }),
    says: 'pass: 1 PV of gnt, all there',
  },
  'no such group': { ...none, says: missing },
});

tableOf('storage.pv-names', {
  'a colon': {
    sections: lvm({
      physicalVolumes: [
        { ...pv, name: '/dev/disk/by-path/pci-0:1', missing: false, duplicate: false },
      ],
    }),
    says: 'fail: /dev/disk/by-path/pci-0:1 has a colon in its name, expected none',
  },
  'no PV': {
    sections: lvm({ physicalVolumes: [] }),
    says: 'skip: no PV belongs to a volume group "gnt"',
  },
});

const pool = (poolDataPercent: number) =>
  lvm({ logicalVolumes: [{ ...lv, name: 'pool', attributes: 'twi-aotz--', poolDataPercent }] });

tableOf('storage.pools', {
  'no pool': { says: 'skip: no thin pool and no snapshot in gnt' },
  'below the limit': { sections: pool(79.99), says: 'pass: full to: pool 79.99 %' },
  'at the limit': {
    sections: pool(80),
    says: 'warn: full to: pool 80 %; expected less than 80 %',
  },
  full: { sections: pool(100), says: 'warn: full to: pool 100 %; expected less than 80 %' },
});
