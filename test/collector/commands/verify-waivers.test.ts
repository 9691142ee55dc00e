import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { doctored } from '../../doctored.ts';
import { sampleWith } from '../../sample-report.ts';
import { temporaryFolder } from '../test-app.ts';
import { muster } from './muster.ts';

const at = '2026-11-22T12:00:00.000Z';
const waiver = {
  check: 'storage.size',
  node: 'ganeti01.example.org',
  reason: 'the second disk comes on Friday',
  owner: 'anna',
  expires: '2026-11-28T00:00:00Z',
};

/** One node is few for a cluster, and its warnings about that are not what is asked here. */
const { node: _, ...ofCluster } = { ...waiver, check: '*' };

let folder = '';
beforeEach(() => {
  folder = temporaryFolder();
  const report = sampleWith(doctored['storage.size']?.sections ?? {});
  writeFileSync(join(folder, 'report.json'), JSON.stringify(report));
});

function verify(waivers: unknown, ...argv: string[]) {
  const file = join(folder, 'waivers.yaml');
  writeFileSync(file, typeof waivers === 'string' ? waivers : JSON.stringify(waivers));
  const gate = ['--gate', 'install', '--now', at, '--waivers', file];
  return muster('verify', join(folder, 'report.json'), ...gate, ...argv);
}

describe('muster verify --waivers', () => {
  test('is open in spite of a waived failure, and shows who, why and until when', async () => {
    expect((await verify([])).code).toBe(2);
    const { code, stdout } = await verify([waiver, ofCluster]);
    const lines = stdout.split('\n');
    const at = lines.findIndex((line) => line.startsWith('FAIL WAIVED'));

    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^OPEN {2}gate install, cluster cluster: \d waived, nothing else wrong, nothing unknown\n/,
    );
    expect(lines[at]).toMatch(/^FAIL WAIVED {2}storage\.size {2}/);
    expect(lines[at + 1]?.trim()).toBe(
      'waived: by anna until 2026-11-28T00:00:00Z: the second disk comes on Friday',
    );
  });

  test('is closed again from the very end of the waiver on', async () => {
    const { code, stdout } = await verify([{ ...waiver, expires: at }]);

    expect(code).toBe(2);
    expect(stdout).toMatch(/\nFAIL {5}storage\.size /);
    expect(stdout).toMatch(/\nWARN {5}waivers\.expired .* ended at 2026-11-22T12:00:00\.000Z/);
  });

  test('counts what is wrong of waivers as warnings', async () => {
    const unused = { ...waiver, node: 'ganeti09.example.org' };

    const failOnWarn = ['--fail-on', 'warn'];

    expect((await verify([waiver, ofCluster, unused])).code).toBe(0);
    expect((await verify([waiver, ofCluster, unused], ...failOnWarn)).code).toBe(1);
    expect((await verify([waiver, ofCluster], ...failOnWarn)).code).toBe(0);
  });

  test('is the same in JSON', async () => {
    const { code, stdout } = await verify([waiver], '-f', 'json');
    const answer = JSON.parse(stdout);
    const { reason, owner, expires } = waiver;

    expect(code).toBe(0);
    expect(answer).toMatchObject({ state: 'open', deciding: [], counts: { fail: 0, waived: 1 } });
    expect(answer.findings.filter((one: { waived: unknown }) => one.waived !== null)).toMatchObject(
      [{ check: 'storage.size', verdict: 'fail', waived: { reason, owner, expires } }],
    );
  });

  test('ends with the place of every mistake in the file', async () => {
    const { code, stderr } = await verify('- check: storage.size\n  onwer: anna\n');

    expect(code).toBe(78);
    expect(stderr).toMatch(/waivers\.yaml:2:3: \[0\]\.onwer: unknown key; did you mean "owner"\?/);
  });

  test('ends when there is no such file', async () => {
    const report = join(folder, 'report.json');
    const missing = ['--waivers', join(folder, 'none.yaml')];

    expect(await muster('verify', report, '--gate', 'install', ...missing)).toMatchObject({
      code: 66,
      stderr: expect.stringMatching(/^reading .*none\.yaml: ENOENT/),
    });
  });
});
