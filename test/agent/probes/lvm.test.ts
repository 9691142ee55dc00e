import { describe, expect, test } from 'vitest';
import { ParseError } from '../../../agent/host/host.ts';
import {
  lvmProbe,
  parseLogicalVolumes,
  parsePhysicalVolumes,
  parseVolumeGroups,
} from '../../../agent/probes/lvm.ts';
import { defaultPolicy } from '../../../shared/policy.ts';
import { GIB, MIB } from '../../../shared/units.ts';
import { recordedHost } from '../recorded-hosts.ts';

test("the guide's node has an empty volume group gnt", async () => {
  const host = await recordedHost('seed-ganeti01');
  expect(await lvmProbe.collect(host, defaultPolicy())).toEqual({
    volumeGroups: [gnt],
    physicalVolumes: [
      {
        name: '/dev/sda5',
        vg: 'gnt',
        sizeBytes: 23618125824,
        freeBytes: 23618125824,
        attributes: 'a--',
        missing: false,
        duplicate: false,
      },
    ],
    logicalVolumes: [],
  });
});

test('a node that lost a disk says so, though its free space does not', async () => {
  const host = await recordedHost('bookworm-worn-node');
  const { volumeGroups, physicalVolumes, logicalVolumes } = await lvmProbe.collect(
    host,
    defaultPolicy(),
  );
  expect(volumeGroups).toEqual([
    {
      ...gnt,
      sizeBytes: 32203866112,
      freeBytes: 21470642176,
      pvCount: 2,
      lvCount: 2,
      attributes: 'wz-pn-',
      partial: true,
    },
    {
      ...gnt,
      name: 'old',
      sizeBytes: 4 * GIB,
      freeBytes: 0,
      lvCount: 1,
      attributes: 'wzx-n-',
      exported: true,
    },
  ]);
  expect(
    physicalVolumes.map(({ name, vg, missing, duplicate }) => [name, vg, missing, duplicate]),
  ).toEqual([
    ['/dev/sda5', 'gnt', false, false],
    ['[unknown]', 'gnt', true, false],
    ['/dev/sdb1', 'old', false, false],
    ['/dev/sdc1', null, false, true],
    ['/dev/sdd', null, false, false],
  ]);
  expect(logicalVolumes).toEqual([
    volume('0f3a.disk0_data', 10 * GIB, '-wi-ao----'),
    volume('0f3a.disk0_meta', 128 * MIB, '-wi-ao----'),
    {
      ...volume('pool', 4 * GIB, 'twi-aotz--'),
      vg: 'old',
      poolDataPercent: 71.34,
      tags: ['a', 'b'],
    },
  ]);
});

test('without root LVM answers "nothing" and success, which is not believed', async () => {
  const host = await recordedHost('bookworm-before-setup');
  await expect(lvmProbe.collect(host, defaultPolicy())).rejects.toMatchObject({
    kind: 'denied',
    message: 'vgs sees volumes only when run as root',
  });
});

const gnt = {
  name: 'gnt',
  sizeBytes: 23618125824,
  freeBytes: 23618125824,
  extentBytes: 4 * MIB,
  pvCount: 1,
  lvCount: 0,
  attributes: 'wz--n-',
  partial: false,
  exported: false,
  resizeable: true,
};

function volume(name: string, sizeBytes: number, attributes: string) {
  return { name, vg: 'gnt', sizeBytes, attributes, poolDataPercent: null, tags: [] };
}

describe('the reports of LVM', () => {
  const row = {
    vg_name: 'gnt',
    vg_size: '23618125824',
    vg_free: '23618125824',
    vg_extent_size: '4194304',
    pv_count: '1',
    lv_count: '0',
    vg_attr: 'wz--n-',
  };
  const report = (change: object) => JSON.stringify({ report: [{ vg: [{ ...row, ...change }] }] });

  test('columns are found by name, sizes with the suffix of bytes are sizes too', () => {
    expect(parseVolumeGroups(report({ vg_size: '23618125824B', vg_tags: 'x' }))).toEqual([gnt]);
  });

  test.each([
    ['an empty report', ''],
    [
      'the report for people',
      '  VG  #PV #LV #SN Attr   VSize  VFree\n  gnt   1   0   0 wz--n- 22g 22g\n',
    ],
    ['a report that is cut off', report({}).slice(0, 90)],
    ['binary data', '\0\x7fELF'],
    ['rounded sizes', report({ vg_size: '<22.00g' })],
    ['sizes with the comma of another locale', report({ vg_size: '23618125824,00' })],
    ['a size beyond all numbers', report({ vg_size: '9'.repeat(30) })],
    ['a report without a column', report({ vg_extent_size: undefined })],
    ['the report of another command', '{"report":[{"pv":[]}]}'],
    ['no report', '{"report":[]}'],
  ])('%s is refused', (_, text) => {
    expect(() => parseVolumeGroups(text)).toThrow(ParseError);
  });

  test('damaged rows of volumes are refused as well', () => {
    expect(() => parsePhysicalVolumes('{"report":[{"pv":[{"pv_name":"/dev/sda5"}]}]}')).toThrow(
      ParseError,
    );
    expect(() => parseLogicalVolumes('{"report":[{"lv":[{"lv_name":""}]}]}')).toThrow(ParseError);
  });
});
