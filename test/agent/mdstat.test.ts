import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ParseError } from '../../agent/host/host.ts';
import { parseMdstat } from '../../agent/mdstat.ts';
import { captures, describeWith, reference } from '../requirements.ts';

const head = 'Personalities : [raid1] [raid6]\n';
const tail = '\nunused devices: <none>\n';

test('no array', () => {
  expect(parseMdstat(`Personalities : ${tail}`)).toEqual([]);
});

test('a mirror that lost a disk and rebuilds', () => {
  const text =
    'md0 : active (auto-read-only) raid1 sdb1[2] sda1[0] sdc1[1](F)\n' +
    '      1046528 blocks super 1.2 [2/1] [U_]\n' +
    '      [=>...................]  recovery =  8.5% (1/2) finish=17.0min speed=259783K/sec\n';
  expect(parseMdstat(head + text + tail)).toEqual([
    {
      name: 'md0',
      state: 'active',
      level: 'raid1',
      wantedCount: 2,
      workingCount: 1,
      failed: ['sdc1'],
      action: 'recovery 8.5%',
    },
  ]);
});

describe('what is not an mdstat is refused', () => {
  test.each([
    ['empty', ''],
    ['another file', 'processor : 0\n'],
    ['cut off', `${head}md0 : active raid1 sda1[0]`],
    ['another state', `${head}md0 : aktiv raid1 sda1[0]\n`],
    ['a detail of no array', `${head}      248896 blocks [2/2] [UU]\n`],
    ['binary', `${head}md0 : active raid1 sda1[0]\0\n`],
  ])('%s', (_name, text) => {
    expect(() => parseMdstat(text)).toThrow(ParseError);
  });
});

describeWith([captures], 'the mdstat of procfs', () => {
  test('every array in it is read', () => {
    const path = reference('captures', 'procfs-fixtures', 'fixtures', 'proc', 'mdstat');
    const arrays = parseMdstat(readFileSync(path, 'utf8'));
    const said = arrays.map(({ name, state, level, wantedCount, workingCount, action }) =>
      [name, state, level, workingCount, wantedCount, action].join(' '),
    );
    expect(said).toEqual([
      'md3 active raid6 8 8 ',
      'md127 active raid1 2 2 ',
      'md0 active raid1 2 2 ',
      'md4 inactive raid1 2 2 ',
      'md6 active raid1 1 2 recovery 8.5%',
      'md8 active raid1 2 2 resync 8.5%',
      'md201 active raid1 2 2 check 5.7%',
      'md7 active raid6 3 4 ',
      'md9 active raid1 4 4 resync DELAYED',
      'md10 active raid0   ',
      'md11 active raid1 2 2 resync PENDING',
      'md12 active raid0   ',
      'md126 active raid0   ',
      'md219 inactive container   ',
      'md00 active raid0   ',
      'md120 active linear   ',
      'md101 active raid0   ',
      'md42 active raid5 2 3 reshape 56.1%',
    ]);
    expect(arrays.find(({ name }) => name === 'md9')?.failed).toEqual(['sde', 'sdf']);
  });
});
