import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../test-app.ts';
import { muster } from './muster.ts';

const now = '2026-03-01T03:00:00.000Z';

let file = '';
beforeEach(() => {
  file = join(temporaryFolder(), 'waivers.yaml');
});

const two = [
  '- check: storage.*\n  node: n1\n  subject: gnt\n  verdict: warn\n',
  '  reason: r\n  owner: anna\n  expires: 2026-03-01T03:00:00Z\n',
  '- check: os.kernel-equal\n  reason: two kernels\n  owner: bert\n',
  '  expires: 2026-03-01T03:00:00.001Z\n  fingerprint: v1-0123456789abcdef\n',
].join('');

describe('muster waive list', () => {
  test('says of each waiver whether it holds, what it is for, and who answers', async () => {
    writeFileSync(file, two);
    const { code, stdout, stderr } = await muster('waive', 'list', file);

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    await expect(stdout).toMatchFileSnapshot('../../golden/waivers.txt');
  });

  test('as JSON says the same', async () => {
    writeFileSync(file, two);
    const listed = JSON.parse((await muster('waive', 'list', file, '-f', 'json')).stdout);
    expect(listed).toEqual({
      schema: 1,
      kind: 'waivers',
      at: now,
      waivers: [
        {
          state: 'expired',
          check: 'storage.*',
          node: 'n1',
          subject: 'gnt',
          verdict: 'warn',
          reason: 'r',
          owner: 'anna',
          expires: '2026-03-01T03:00:00Z',
          fingerprint: null,
        },
        {
          state: 'holds',
          check: 'os.kernel-equal',
          node: null,
          subject: null,
          verdict: null,
          reason: 'two kernels',
          owner: 'bert',
          expires: '2026-03-01T03:00:00.001Z',
          fingerprint: 'v1-0123456789abcdef',
        },
      ],
    });
  });

  test('of an empty file has none', async () => {
    writeFileSync(file, '');
    expect((await muster('waive', 'list', file)).stdout).toBe('no waivers\n');
  });

  test('of no file says so', async () => {
    expect((await muster('waive', 'list', file)).code).toBe(66);
  });
});

describe('muster waive check', () => {
  test.each([
    ['a valid file', two, 'FILE: 2 valid waivers, 1 of them expired\n'],
    ['an empty file', '', 'FILE: 0 valid waivers\n'],
  ])('reads %s', async (_, text, stdout) => {
    writeFileSync(file, text);
    expect(await muster('waive', 'check', file)).toEqual({
      code: 0,
      stdout: stdout.replace('FILE', file),
      stderr: '',
    });
  });

  test.each([
    [
      'a misspelt check',
      two.replace('os.kernel-equal', 'os.kernel-eqaul'),
      'FILE:8:3: [1].check: no such check (did you mean "os.kernel-equal"?); ' +
        'found "os.kernel-eqaul"\n',
    ],
    [
      'a misspelt key',
      two.replace('owner: bert', 'ower: bert\n  owner: b'),
      'FILE:10:3: [1].ower: unknown key; did you mean "owner"?\n',
    ],
  ])('says where there is %s', async (_, text, stdout) => {
    writeFileSync(file, text);
    expect(await muster('waive', 'check', file)).toEqual({
      code: 78,
      stdout: stdout.replace('FILE', file),
      stderr: '',
    });
  });
});
