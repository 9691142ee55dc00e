import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { DisksFacts } from '../../../../shared/facts/disks.ts';
import type { Report } from '../../../../shared/report.ts';
import { captures, describeWith, reference } from '../../../requirements.ts';
import { ok, seedPolicy, seedReport } from '../../seed-cluster.ts';
import { judged } from '../judging.ts';

const folder = reference('captures', 'redhat-cip-hardware', 'cardiff');

/** What lshw and hpacucli told of one blade: (kind, item, property) and its value. */
type Blade = Map<string, string>;

/** A list of Python tuples, each of four strings or numbers. */
function bladeOf(file: string): Blade {
  const text = readFileSync(`${folder}/${file}`, 'utf8');
  const json = text.replaceAll(/'((?:[^'\\]|\\.)*)'|[()]/g, (found, inner: string | undefined) => {
    if (inner !== undefined) return JSON.stringify(inner);
    return found === '(' ? '[' : ']';
  });
  const rows = z.array(z.tuple([z.any(), z.any(), z.any(), z.any()])).parse(JSON.parse(json));
  return new Map(rows.map(([kind, item, key, value]) => [`${kind} ${item} ${key}`, `${value}`]));
}

function told(blade: Blade, key: string): string {
  const value = blade.get(key);
  if (value === undefined) throw new Error(`no ${key}`);
  return value;
}

/** The physical disks, as the RAID controller names them: their sizes are in GB. */
function disksOf(blade: Blade): DisksFacts {
  const bays = [...blade.keys()].flatMap(
    (key) => /^disk (\d+I:\d+:\d+) size$/.exec(key)?.[1] ?? [],
  );
  const disks = bays.map((bay) => ({
    name: bay,
    sizeBytes: Number(told(blade, `disk ${bay} size`)) * 1e9,
    rotational: true,
    model: told(blade, `disk ${bay} type`),
  }));
  return { raidArrays: ok([]), disks: ok(disks) };
}

/** Bytes of all modules that sit in a bank. */
function memoryOf(blade: Blade): number {
  return [...blade]
    .filter(([key]) => /^memory bank:\d+:\d+ size$/.test(key))
    .reduce((sum, [, size]) => sum + Number(size), 0);
}

function cardsOf(blade: Blade) {
  const names = [...blade.keys()].flatMap((key) => /^network (\S+) driver$/.exec(key)?.[1] ?? []);
  return names.map((name) => {
    const driver = told(blade, `network ${name} driver`);
    return { interface: name, device: null, driver, firmware: ok(null) };
  });
}

function reportOf(blade: Blade): Report {
  const report = seedReport(1, ({ inventory, disks, memory }) => {
    Object.assign(inventory, {
      manufacturer: told(blade, 'system product vendor'),
      product: told(blade, 'system product name'),
      firmwareVersion: told(blade, 'firmware bios version'),
      firmwareDate: told(blade, 'firmware bios date'),
      networkCards: ok(cardsOf(blade)),
    });
    Object.assign(disks, disksOf(blade));
    memory.totalBytes = memoryOf(blade);
  });
  return { ...report, node: told(blade, 'system product serial') };
}

describeWith([captures], 'the fleet of HP blades', () => {
  const files = existsSync(folder) ? readdirSync(folder).sort() : [];
  const reports = files.map((file) => reportOf(bladeOf(file)));
  const policy = seedPolicy({ nodes: [] });
  const said = (id: string) => judged(id, reports, policy);

  test('is ten of one product and one firmware', () => {
    expect(said('fleet.product')).toEqual([
      'pass product HP ProLiant BL460c Gen8 (641016-B21) on 10 nodes',
    ]);
    expect(said('fleet.firmware')).toEqual(['pass firmware I31 of 09/18/2013 on 10 nodes']);
    expect(said('fleet.network-cards')).toEqual(['pass network cards 2 × be2net on 10 nodes']);
  });

  test('has one blade with other disks', () => {
    expect(said('fleet.disks')).toEqual([
      'warn disks 8 × 931.3 GiB rotating on CZ3404YWNW; ' +
        'expected 2 × 279.4 GiB rotating as on the other 9',
    ]);
    expect(said('fleet.disk-models')).toEqual([
      'warn disk models 8 × SATA on CZ3404YWNW; expected 2 × SAS as on the other 9',
    ]);
  });

  test('has four blades with a quarter of the memory', () => {
    expect(said('memory.similar')).toEqual([
      'warn memory 32 GiB on CZ3404YWNN, CZ3404YWNR, CZ3404YWNT and CZ3404YWNW; ' +
        'expected 128 GiB as on the other 6',
    ]);
  });
});
