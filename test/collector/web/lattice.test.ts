import { describe, expect, test } from 'vitest';
import type { Lattice, LatticeModel } from '../../../collector/cluster/cpu/lattice.ts';
import { showHtml } from '../../../collector/web/html.ts';
import { drawingOf } from '../../../collector/web/lattice.ts';
import { latticeFigure } from '../../../collector/web/lattice-figure.ts';

function model(name: string, state: LatticeModel['state'], stops: LatticeModel['stops'] = []) {
  return { name, state, without: [], stops };
}

const stop = {
  nodes: ['node02.example.org'],
  missing: [
    { feature: 'avx512f', remedy: 'hardware' as const },
    { feature: 'clwb', remedy: 'hardware' as const },
  ],
  unknown: [],
  qemuFrom: null,
};

const lattice: Lattice = {
  models: [
    model('Haswell', 'runs'),
    model('Broadwell', 'chosen'),
    model('Other', 'runs'),
    model('Skylake', 'blocked', [stop]),
    model('<b>Far', 'blocked', [{ ...stop, missing: [], qemuFrom: '10.0' }]),
  ],
  edges: [
    { lower: 'Haswell', upper: 'Broadwell' },
    { lower: 'Broadwell', upper: 'Skylake' },
    { lower: 'Other', upper: 'Skylake' },
    { lower: 'Skylake', upper: '<b>Far' },
  ],
};

test('a model stands above all that it includes, and as low as it can', () => {
  const { models, lines, width, height } = drawingOf(lattice);
  expect(models.map(({ name, layer, x }) => [name, layer, x])).toEqual([
    ['Haswell', 0, 118],
    ['Other', 0, 354],
    ['Broadwell', 1, 236],
    ['Skylake', 2, 236],
    ['<b>Far', 3, 236],
  ]);
  expect(lines.map(({ from, to }) => `${from.name} < ${to.name}`)).toEqual([
    'Haswell < Broadwell',
    'Broadwell < Skylake',
    'Other < Skylake',
    'Skylake < <b>Far',
  ]);
  expect([width, height]).toEqual([472, 294]);
  expect(lines.every(({ from, to }) => from.y > to.y)).toBe(true);
});

describe('the figure', () => {
  const text = showHtml(latticeFigure(lattice));

  test('marks the chosen one, and says what stops a model by node and feature', () => {
    expect(text).toMatch(/<g class="chosen"><title>Broadwell: chosen<\/title>/);
    expect(text).toContain('>node02: no avx512f, +1</text>');
    expect(text).toContain('>node02: QEMU before 10.0</text>');
    expect(text).not.toContain('<b>Far');
  });

  test('says all of it as a list too, the best first', () => {
    const list = text.slice(text.indexOf('lattice-list'));
    const names = [...list.matchAll(/<li class="[a-z]+"><b>([^<]*)/g)].map(([, name]) => name);
    expect(names).toEqual(['&lt;b&gt;Far', 'Skylake', 'Other', 'Broadwell', 'Haswell']);
    expect(list).toContain('blocked; offers all of Broadwell and Other');
    expect(list).toContain('node02.example.org: no avx512f and clwb');
    expect(list).toContain('its QEMU does not know it, 10.0 does');
  });
});
