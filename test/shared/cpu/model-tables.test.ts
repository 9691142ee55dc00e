import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { canonicalFeature, flagOfFeature, x86Level } from '../../../shared/cpu/features.ts';
import {
  aliasesOf,
  cpuModel,
  firstQemuWith,
  modelTables,
  tableFor,
  versionedName,
} from '../../../shared/cpu/model-tables.ts';
import { captures, describeWith, kvmDevice, program, reference, root } from '../../requirements.ts';

describe('the tables of models', () => {
  test('there is one for each QEMU that Debian 11, 12, 13 and sid have', () => {
    const found = modelTables.map(({ qemu, models }) => [qemu, models.length]);
    expect(found).toEqual([
      ['5.2.0', 65],
      ['7.2.22', 75],
      ['10.0.13', 91],
      ['11.1.3', 124],
    ]);
  });

  test('a name means the same features in every QEMU that has it', () => {
    for (const { models } of modelTables) {
      for (const { name, features } of models) {
        expect([name, ...features]).toEqual([name, ...(cpuModel(name)?.features ?? [])]);
      }
    }
  });

  test('every feature of every model has its canonical name and is known to us', () => {
    const names = new Set(
      modelTables.flatMap(({ models }) => models.flatMap((m) => [...m.features])),
    );
    const strange = [...names].filter((name) => flagOfFeature(name) === undefined);
    expect(strange).toEqual([]);
    expect([...names].filter((name) => canonicalFeature(name) !== name)).toEqual([]);
  });

  test('aliases lead to versioned names, and other names to themselves', () => {
    expect(versionedName('Haswell-noTSX-IBRS')).toBe('Haswell-v4');
    expect(versionedName('Haswell-v4')).toBe('Haswell-v4');
    expect(versionedName('CascadeLake')).toBe('CascadeLake');
    expect(aliasesOf('Haswell-v1')).toEqual(['Haswell']);
    expect(aliasesOf('EPYC-Rome-v2')).toEqual([]);
  });

  test('a QEMU is judged by the newest table that is not newer than it', () => {
    const found = (...version: number[]) => tableFor(version)?.qemu ?? null;
    expect(found(5, 1)).toBe(null);
    expect(found(5, 2, 0)).toBe('5.2.0');
    expect(found(7, 1)).toBe('5.2.0');
    expect(found(7, 2)).toBe('7.2.22');
    expect(found(9, 2, 4)).toBe('7.2.22');
    expect(found(12, 0)).toBe('11.1.3');
  });

  test('the first QEMU that has a model is told', () => {
    expect(firstQemuWith('EPYC-Milan-v1')).toBe('7.2');
    expect(firstQemuWith('SapphireRapids-v3')).toBe('10.0');
    expect(firstQemuWith('Pentium-9000')).toBe(null);
  });

  test.each([
    ['qemu64-v1', 1],
    ['kvm64-v1', 1],
    ['Penryn-v1', 1],
    ['Nehalem-v1', 2],
    ['IvyBridge-v1', 2],
    ['Opteron_G5-v1', 2],
    ['Haswell-v1', 3],
    ['EPYC-Milan-v1', 3],
    ['Skylake-Server-v1', 4],
    ['EPYC-Genoa-v1', 4],
    ['pentium3-v1', 0],
  ])('%s is of x86-64 level %i', (name, level) => {
    expect(x86Level(cpuModel(name)?.features ?? new Set())).toBe(level);
  });
});

const referenceModels = z.object({
  models: z.array(
    z.object({
      name: z.string(),
      aliasOf: z.string().optional(),
      vendor: z.string().nullish(),
      family: z.number().optional(),
      model: z.number().optional(),
      features: z.array(z.string()).optional(),
    }),
  ),
});

describeWith([captures], 'the tables of models beside the reference', () => {
  test.each(modelTables)('that of QEMU $qemu is the same', (table) => {
    const file = reference('cpu', `qemu-models-${shortVersion(table.qemu)}.json`);
    const { models } = referenceModels.parse(JSON.parse(readFileSync(file, 'utf8')));
    const expected = models
      .filter(({ features }) => features !== undefined)
      .map(({ name, vendor, family, model, features }) => [name, vendor, family, model, features]);
    const own = table.models.map((one) => {
      return [one.name, one.vendor, one.family, one.model, [...one.features].sort()];
    });
    expect(own.sort(byFirst)).toEqual(expected.sort(byFirst));
    const aliases = models.flatMap(({ name, aliasOf }) => (aliasOf ? [[name, aliasOf]] : []));
    expect(table.aliases).toEqual(Object.fromEntries(aliases));
  });

  test('the flags and aliases of all features are the same', () => {
    const schema = z.object({
      features: z.array(
        z.object({
          qemu: z.string(),
          aliases: z.array(z.string()),
          cpuinfo: z.record(z.string(), z.string().nullable()).nullish(),
        }),
      ),
    });
    const file = readFileSync(reference('cpu', 'features.json'), 'utf8');
    for (const { qemu, aliases, cpuinfo } of schema.parse(JSON.parse(file)).features) {
      expect([qemu, flagOfFeature(qemu)]).toEqual([qemu, cpuinfo?.['6.12'] ?? null]);
      for (const alias of aliases) expect(canonicalFeature(alias)).toBe(qemu);
    }
  });
});

const qemu = program('qemu-system-x86_64', 'qemu-system-x86');

describeWith([kvmDevice, qemu], 'npm run models', () => {
  test('makes the table shipped, from a QEMU of the same version', () => {
    const folder = mkdtempSync(join(tmpdir(), 'muster-models-'));
    try {
      const script = join(root, 'packaging', 'models.mjs');
      execFileSync(process.execPath, [script, '--out', folder], { encoding: 'utf8' });
      const version = execFileSync('qemu-system-x86_64', ['-version'], { encoding: 'utf8' });
      const short = shortVersion(/version ([\d.]+)/.exec(version)?.[1] ?? '');
      const made = readFileSync(join(folder, `qemu-${short}.json`), 'utf8');
      const shipped = readFileSync(
        join(root, 'shared', 'cpu', 'models', `qemu-${short}.json`),
        'utf8',
      );
      const withoutHead = (text: string) => text.slice(text.indexOf('"models":'));
      expect(withoutHead(made)).toBe(withoutHead(shipped));
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 60_000);
});

function shortVersion(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}

function byFirst([a]: unknown[], [b]: unknown[]): number {
  return String(a) < String(b) ? -1 : 1;
}
