import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { formats } from '../../../shared/outputs.ts';
import { doctored } from '../../doctored.ts';
import { sampleWith } from '../../sample-report.ts';
import { temporaryFolder } from '../test-app.ts';
import { muster } from './muster.ts';

let folder = '';
beforeEach(() => {
  folder = temporaryFolder();
  const report = sampleWith(doctored['storage.size']?.sections ?? {});
  writeFileSync(join(folder, 'report.json'), JSON.stringify(report));
});

function verify(...argv: string[]) {
  const instant = argv.includes('--now') ? [] : ['--now', '2026-11-22T12:00:00.000Z'];
  return muster('verify', join(folder, 'report.json'), ...instant, '--gate', 'install', ...argv);
}

async function jsonOf(...argv: string[]) {
  const { code, stdout } = await verify('-f', 'json', ...argv);
  return { code, ...JSON.parse(stdout) };
}

describe('muster verify --select --skip', () => {
  test('skips the one failure, and says in the first line and the last that it did', async () => {
    expect((await verify()).code).toBe(2);
    const { code, stdout } = await verify('--skip', 'storage.size');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^OPEN {2}gate install \(narrowed\), cluster cluster: /);
    expect(stdout).toMatch(/; 1 check left out by --skip; oldest facts/);
  });

  test('asks only what is selected, and always whether the reports are fresh', async () => {
    const answer = await jsonOf('--select', 'storage.size');
    expect(answer.code).toBe(2);
    expect(answer.findings.map(({ check }: { check: string }) => check)).toEqual(['storage.size']);
    expect(answer.select).toEqual(['storage.size']);
    expect(answer.skip).toEqual([]);
    expect(answer.leftOut).toContain('storage.free');
    expect(answer.leftOut).not.toContain('fleet.report');

    const late = await jsonOf(
      '--select',
      'cpu.*',
      '--skip',
      'fleet.*',
      '--now',
      '2026-11-23T12:00:00Z',
    );
    expect(late.code).toBe(3);
    expect(late.findings.map(({ check }: { check: string }) => check)).toContain('fleet.report');
  });

  test('is undecided when nothing is left to ask', async () => {
    const answer = await jsonOf('--skip', '*');
    expect(answer.code).toBe(3);
    expect(answer.deciding.map(({ check }: { check: string }) => check)).toEqual([
      'answer.evidence',
    ]);
  });

  test('the whole gate says that nothing was left out', async () => {
    expect(await jsonOf()).toMatchObject({ select: [], skip: [], leftOut: [] });
  });

  test('ends in one code in every format', async () => {
    const codes = await Promise.all(
      formats.map(async (format) => (await verify('--skip', 'storage.*', '-f', format)).code),
    );
    // nagios takes a warning for 1
    expect(codes).toEqual(formats.map((format) => (format === 'nagios' ? 1 : 0)));
  });

  test.each([
    [
      ['--skip', 'storage.sise'],
      '--skip: storage.sise: no such check (did you mean "storage.size"?)',
    ],
    [['--select', 'nothing.*'], '--select: nothing.*: expected a glob that some check answers to'],
    [['--skip', 'fleet.report'], '--skip: fleet.report is part of every answer'],
  ])('refuses %j before it reads a report', async (argv, message) => {
    const ended = await muster('verify', '/nowhere', '--gate', 'install', ...argv);
    expect(ended).toEqual({ code: 64, stdout: '', stderr: message });
  });
});

describe('muster verify with severities in the policy', () => {
  const policy = (text: string) => {
    const file = join(folder, 'cluster.yaml');
    writeFileSync(file, text);
    return ['--policy', file];
  };

  test('a failure that only warns leaves the gate open and says so', async () => {
    const answer = await jsonOf(...policy('severity: {storage.size: warn}'));
    const size = answer.findings.find(({ check }: { check: string }) => check === 'storage.size');
    expect(answer.code).toBe(0);
    expect(size).toMatchObject({
      verdict: 'warn',
      severity: { judged: 'fail', pattern: 'storage.size' },
    });
  });

  test('a warning across nodes that fails closes the gate', async () => {
    const severity = 'severity: {storage.size: warn, nodes.count: fail}';
    const { code, stdout } = await verify(...policy(severity));
    expect(code).toBe(2);
    expect(stdout).toMatch(/^FAIL +nodes\.count /m);
  });

  test.each(['verify', 'check'])('muster %s names a check that does not exist', async (command) => {
    const argv = policy('cluster: {name: c}\nseverity:\n  storage.sise: warn\n');
    const [, file = ''] = argv;
    const ended =
      command === 'verify' ? await verify(...argv) : await muster('policy', 'check', file);
    const said = 'severity.storage.sise: no such check (did you mean "storage.size"?)';
    expect(ended.code).toBe(78);
    expect(`${ended.stdout}${ended.stderr}`.trim()).toBe(`${file}:3:3: ${said}`);
  });
});
