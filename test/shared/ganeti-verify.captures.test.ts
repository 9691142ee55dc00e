import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseVerifyOutput } from '../../shared/ganeti-verify.ts';
import { captures, describeWith, reference } from '../requirements.ts';

describeWith([captures], 'verify of a real cluster', () => {
  const read = (...path: string[]) => readFileSync(reference('captures', ...path), 'utf8');
  const faults = read('real-ganeti-3.0.2', 'FAULTS.tsv')
    .split('\n')
    .slice(1)
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));

  test('there are twelve faults', () => expect(faults).toHaveLength(12));

  test.each(faults)('3.0 with the fault %s', (fault, _broken, codes = '') => {
    const file = 'cli/gnt-cluster-verify-error-codes.txt';
    const output = parseVerifyOutput(read('real-ganeti-3.0.2', 'faults', fault ?? '', file));
    const coded = output?.findings.filter(({ code }) => code !== null && code !== 'ENODESETUP');
    const said = coded?.map(({ severity, code, name }) => {
      return `${severity.toUpperCase()}:${code}@${name ?? 'None'}`;
    });
    const told = codes.startsWith('(nothing') ? [] : codes.split(' ');
    expect([...new Set(said)].sort()).toEqual(told);
    expect(output?.sections.at(-1)).toBe('Hooks Results');
    expect(output?.jobIds).toHaveLength(2);
  });

  test.each([
    ['real-ganeti-3.0.2', 1],
    ['real-ganeti-3.1', 5],
  ])('%s: the nodes that lack sysrq, however verify was run', (release, remarks) => {
    const runs = ['', '-error-codes', '-ignoring-setup', '-verbose'].map((how) =>
      parseVerifyOutput(read(release, 'baseline', 'cli', `gnt-cluster-verify${how}.txt`)),
    );
    const nodes = ['ganeti01.example.org', 'ganeti02.example.org', 'ganeti03.example.org'];
    expect(runs.map((run) => run?.findings.map(({ name }) => name).sort())).toEqual([
      nodes,
      nodes,
      nodes,
      nodes,
    ]);
    const kinds = runs.map((run) => run?.findings.map(({ severity, code }) => [severity, code])[0]);
    expect(kinds).toEqual([
      ['error', null],
      ['error', 'ENODESETUP'],
      ['warning', 'ENODESETUP'],
      ['error', 'ENODESETUP'],
    ]);
    expect(runs.map((run) => run?.remarks.length)).toEqual([remarks, remarks, remarks, remarks]);
  });

  test.each([
    ['host', 5],
    ['unknown', 4],
  ])('3.1 does not object to the cpu_type %s', (name, remarks) => {
    const output = parseVerifyOutput(read('real-ganeti-3.1', `verify-with-cpu-type-${name}.txt`));
    expect(new Set(output?.findings.map(({ code }) => code))).toEqual(new Set(['ENODESETUP']));
    expect(output?.remarks).toHaveLength(remarks);
  });
});
