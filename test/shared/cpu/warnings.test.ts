import { expect, test } from 'vitest';
import { securityWarnings } from '../../../shared/cpu/warnings.ts';

const mds = (bugs: ReadonlySet<string> | null, ...features: string[]) =>
  securityWarnings({
    base: 'Broadwell-v4',
    features: new Set(['spec-ctrl', 'ssbd', 'pcid', ...features]),
    vendor: 'GenuineIntel',
    bugs,
  });

test.each([
  ['CPUs with MDS', new Set(['mds']), ['no md-clear though the CPUs have MDS']],
  ['CPUs without MDS', new Set(['taa']), []],
  ['bugs that are not known', null, ['no md-clear, and whether the CPUs have MDS is not known']],
])('a model without md-clear on %s', (_title, bugs, beginnings) => {
  const warnings = mds(bugs);
  expect(warnings.map((text, index) => text.slice(0, beginnings[index]?.length))).toEqual(
    beginnings,
  );
  expect(mds(bugs, 'md-clear')).toEqual([]);
});
