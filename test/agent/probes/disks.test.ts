import { describe, expect, test } from 'vitest';
import { openRecordedHost } from '../../../agent/host/recorded.ts';
import { disksProbe } from '../../../agent/probes/disks.ts';
import { disksSchema } from '../../../shared/facts/disks.ts';
import { defaultPolicy } from '../../../shared/policy.ts';
import { captures, describeWith, reference } from '../../requirements.ts';
import { sampleSmart } from '../../sample-smart.ts';
import { type Making, madeHost, recordedHost } from '../recorded-hosts.ts';

const ok = <T>(value: T) => ({ status: 'ok', value });

test("the guide's node: one SSD and no array", async () => {
  expect(await disksFacts(await recordedHost('seed-ganeti01'))).toEqual({
    raidArrays: ok([]),
    disks: ok([
      {
        name: 'sda',
        sizeBytes: 128_035_676_160,
        rotational: false,
        vendor: 'ATA',
        model: 'EXAMPLE SSD 480',
        firmware: '0101',
      },
    ]),
    smart: ok(null),
  });
});

test('a worn node: a mirror on one leg; what can be pulled out is no disk', async () => {
  expect(await disksFacts(await recordedHost('bookworm-worn-node'))).toEqual({
    raidArrays: ok([
      {
        name: 'md0',
        state: 'active',
        level: 'raid1',
        wantedCount: 2,
        workingCount: 1,
        failed: ['sdb1'],
        action: null,
      },
    ]),
    disks: ok([
      {
        name: 'sda',
        sizeBytes: 128_035_676_160,
        rotational: false,
        vendor: 'ATA',
        model: 'EXAMPLE SSD 128',
        firmware: '0101',
      },
      {
        name: 'sdb',
        sizeBytes: 1_000_204_886_016,
        rotational: true,
        vendor: 'ATA',
        model: 'EXAMPLE DISK 1T',
        firmware: 'CC43',
      },
    ]),
    smart: ok([
      { disk: 'sda', health: sampleSmart({ reallocated: 3 }) },
      {
        disk: 'sdb',
        health: sampleSmart({
          passed: false,
          failedNow: ['Reallocated_Sector_Ct'],
          reallocated: 2044,
          pending: 17,
          uncorrectable: 9,
        }),
      },
    ]),
  });
});

const absent = { kind: 'not_found', message: 'no such file' };
const failure = (kind: string) => ({ status: 'failed', error: { kind } });

test.each<[string, Making, unknown]>([
  ['without the driver', { snapshot: { failures: { '/proc/mdstat': absent } } }, ok([])],
  ['not recorded', {}, failure('not_recorded')],
  ['damaged', { files: { '/proc/mdstat': 'md0\n' } }, failure('unparsable')],
])('arrays %s', async (_name, making, raidArrays) => {
  expect(await disksFacts(await madeHost(making))).toMatchObject({ raidArrays });
});

test.each<[string, Record<string, string>, unknown]>([
  ['an empty bay', { size: '0\n' }, ok([])],
  ['a size that is none', { size: '-1\n' }, failure('unparsable')],
  ['a flag that is none', { 'queue/rotational': '2\n' }, failure('unparsable')],
])('a disk with %s', async (_name, change, disks) => {
  const texts = { removable: '0\n', size: '8\n', 'queue/rotational': '0\n', ...change };
  const files = Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [`/sys/block/sda/${name}`, text]),
  );
  expect(await disksFacts(await madeHost({ files }))).toMatchObject({ disks });
});

describeWith([captures], 'a recorded machine', () => {
  describe('this machine, as captured', () => {
    test('its virtual disks are read, what is made of others is not', async () => {
      const tree = reference('captures', 'this-machine', 'sysroot');
      const facts = await disksFacts(await openRecordedHost(tree));
      expect(facts.disks.status).toBe('ok');
      const names = facts.disks.status === 'ok' ? facts.disks.value.map(({ name }) => name) : [];
      expect(names.filter((name) => /^(loop|zram)/.test(name))).toEqual([]);
      expect(names.length).toBeGreaterThan(0);
    });
  });
});

async function disksFacts(host: Parameters<typeof disksProbe.collect>[0]) {
  return disksSchema.parse(await disksProbe.collect(host, defaultPolicy()));
}
