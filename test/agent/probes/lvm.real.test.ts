import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { liveHost } from '../../../agent/host/live.ts';
import { lvmProbe } from '../../../agent/probes/lvm.ts';
import { defaultPolicy } from '../../../shared/policy.ts';
import { MIB } from '../../../shared/units.ts';
import { asRoot, describeWith, program } from '../../requirements.ts';

const tools = [asRoot, program('vgs', 'lvm2'), program('losetup', 'mount')];

describeWith(tools, 'a real volume group on a loop device', () => {
  const name = `mustertest${process.pid}`;
  let folder = '';
  const devices: string[] = [];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'muster-lvm-'));
    const device = attach('one.img');
    run('pvcreate', '-q', device);
    run('vgcreate', '-q', name, device);
    const noKernel = ['--config', 'global/activation=0'];
    run('lvcreate', '-q', ...noKernel, '-n', 'disk0_data', '-L', '20M', '--addtag', 'muster', name);
  });

  afterAll(() => {
    for (const device of devices.toReversed()) run('losetup', '-d', device);
    rmSync(folder, { recursive: true });
  });

  test('is reported with its sizes, and a copy of its disk as a duplicate', async () => {
    const copy = join(folder, 'two.img');
    writeFileSync(copy, readFileSync(join(folder, 'one.img')));
    const duplicate = attach('two.img');
    const facts = await lvmProbe.collect(liveHost(), defaultPolicy());
    const own = { name, sizeBytes: 48 * 4 * MIB + 4 * MIB, lvCount: 1, partial: false };
    expect(facts.volumeGroups.find((vg) => vg.name === name)).toMatchObject({
      ...own,
      freeBytes: own.sizeBytes - 20 * MIB,
      pvCount: 1,
      extentBytes: 4 * MIB,
      attributes: 'wz--n-',
    });
    const physical = facts.physicalVolumes.filter((pv) => devices.includes(pv.name));
    expect(physical.map((pv) => [pv.name, pv.vg, pv.duplicate])).toEqual([
      [devices[0], name, false],
      [duplicate, name, true],
    ]);
    expect(facts.logicalVolumes.filter((lv) => lv.vg === name)).toMatchObject([
      { name: 'disk0_data', sizeBytes: 20 * MIB, tags: ['muster'], poolDataPercent: null },
    ]);
  });

  function attach(image: string): string {
    const path = join(folder, image);
    writeFileSync(path, '', { flag: 'a' });
    truncateSync(path, 200 * MIB);
    const device = run('losetup', '-f', '--show', path).trim();
    devices.push(device);
    return device;
  }

  function run(command: string, ...args: string[]): string {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  }
});
