import { expect, test } from 'vitest';
import { nearest } from '../../shared/nearest.ts';

const models = ['Broadwell-v1', 'Cascadelake-Server', 'Cascadelake-Server-v1', 'EPYC', 'host'];

test.each([
  ['CascadeLake', 'Cascadelake-Server'],
  ['cascadelake_server', 'Cascadelake-Server'],
  ['EPYK', 'EPYC'],
  ['Broadwel-v1', 'Broadwell-v1'],
  ['Zen', null],
  ['', null],
])('the known name nearest to %j is %j', (name, known) => {
  expect(nearest(name, models)).toBe(known);
});

test('there is no nearest of none', () => {
  expect(nearest('host', [])).toBe(null);
});

test('names that can be gone through only once are enough', () => {
  const once = new Map(models.map((name) => [name, true])).keys();
  expect(nearest('CascadeLake', once)).toBe('Cascadelake-Server');
});
