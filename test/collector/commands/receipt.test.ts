import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { canonicalJson } from '../../../shared/canonical.ts';
import { clusterName, now, seedReport } from '../seed-cluster.ts';
import { temporaryFolder } from '../test-app.ts';
import { muster } from './muster.ts';
import { digest, receiptScene, type Scene, waiver } from './receipt-scene.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await receiptScene();
});

describe('a receipt', () => {
  test('says what was asked, of what, and how it ended', () => {
    const sha = expect.stringMatching(/^sha256:[0-9a-f]{64}$/);
    const report = (number: number) => ({
      node: `ganeti0${number}.example.org`,
      collectedAt: '2026-03-01T02:48:00Z',
      joining: false,
      digest: `sha256:${digest(canonicalJson(seedReport(number)))}`,
    });
    expect(scene.recorded()).toEqual({
      schema: 1,
      kind: 'receipt',
      version: '0.1.0',
      rules: sha,
      question: {
        gate: 'health',
        cluster: clusterName,
        now: now.toISOString(),
        maxAge: '1h',
        select: [],
        skip: ['storage.size'],
        failOn: 'fail',
      },
      inputs: { reports: [report(1), report(2), report(3)], policy: sha, waivers: sha },
      answer: { state: 'undecided', exit: 'undecided', code: 3, digest: sha },
      digest: sha,
    });
  });

  test('is the same bytes when the same is asked of the same', async () => {
    const again = join(temporaryFolder(), 'again');
    await scene.verify(...scene.policy, ...scene.waivers, '-o', `receipt:${again}`, '-f', 'json');
    expect(readFileSync(again, 'utf8')).toBe(readFileSync(scene.receipt, 'utf8'));
  });

  test.each([
    ['receipt:-', '--output: a receipt goes to a file, not to stdout'],
    ['reciept:x', '--output: no format "reciept"; did you mean "receipt"?'],
  ])('cannot be had as %s', async (output, message) => {
    expect(await scene.verify('-o', output)).toEqual({ code: 64, stdout: '', stderr: message });
  });
});

describe('muster receipt check', () => {
  test('derives the same answer, whatever the order of the reports and the clock', async () => {
    expect(await scene.check(...scene.all())).toEqual({
      code: 0,
      stdout:
        `equal  gate health, cluster ${clusterName}, as of ${now.toISOString()}: ` +
        'undecided (exit 3), from 3 reports; --skip storage.size\n',
      stderr: '',
    });
    expect((await scene.check(...scene.all(), ...scene.reports(1, 1))).code).toBe(0);
  });

  const about = (number: number) =>
    `the report of ganeti0${number}.example.org of 2026-03-01T02:48:00Z`;

  test('names a report that says something else', async () => {
    scene.write(
      'reports2.json',
      seedReport(2, ({ memory }) => {
        memory.swapTotalBytes = 1;
      }),
    );
    const { code, stdout } = await scene.check(...scene.all());
    expect(code).toBe(2);
    expect(stdout.split('\n')[0]).toBe(`differs  ${about(2)}: it does not say what it said then`);
  });

  test('names what is missing, and says nothing of the answer', async () => {
    expect(await scene.check(...scene.reports(1, 3))).toEqual({
      code: 3,
      stdout:
        `missing  ${about(2)}\n` +
        "missing  the policy (--policy): it was not the guide's values\n" +
        'missing  the waivers (--waivers)\n',
      stderr: '',
    });
  });

  test('says a difference before what is missing', async () => {
    scene.write(
      'reports1.json',
      seedReport(1, ({ os }) => {
        os.kernelRelease = '6.1.0-19-amd64';
      }),
    );
    const { code, stdout } = await scene.check(
      ...scene.reports(1),
      ...scene.policy,
      ...scene.waivers,
    );
    expect(code).toBe(2);
    expect(stdout).toBe(
      `differs  ${about(1)}: it does not say what it said then\n` +
        `missing  ${about(2)}\nmissing  ${about(3)}\n`,
    );
  });

  test.each([
    ['the policy: its digest is another', 'cluster.yaml', { cluster: { name: clusterName } }],
    ['the waivers: their digest is another', 'waivers.yaml', [{ ...waiver, owner: 'eve' }]],
    [
      'the report of ganeti01.example.org of 2026-03-01T02:50:00Z: ' +
        'it was not among the reports then',
      'reports4.json',
      { ...seedReport(1), collectedAt: '2026-03-01T02:50:00Z' },
    ],
  ])('says: %s', async (said, file, value) => {
    scene.write(file, value);
    const more = file === 'reports4.json' ? scene.reports(4) : [];
    const { code, stdout } = await scene.check(...scene.all(), ...more);
    expect(code).toBe(2);
    expect(stdout.split('\n')[0]).toBe(`differs  ${said}`);
  });

  test('says that there were no waivers then', async () => {
    await scene.verify(...scene.policy, '-o', `receipt:${scene.receipt}`);
    const { code, stdout } = await scene.check(...scene.all());
    expect(code).toBe(2);
    expect(stdout.split('\n')[0]).toBe('differs  the waivers: there were none then');
  });

  test('holds for nodes that join', async () => {
    const join = ['--join', ...scene.reports(3)];
    const words = ['--gate', 'join', '--now', now.toISOString(), ...join];
    await muster('verify', ...scene.reports(1, 2), ...words, '-o', `receipt:${scene.receipt}`);
    expect((await scene.check(...scene.reports(1, 2), ...join)).code).toBe(0);
    expect((await scene.check(...scene.reports(1, 2, 3))).code).toBe(2);
  });

  test.each([
    ['', 65],
    ['{"schema": 1', 65],
    ['\u0000\ufffd', 65],
    ['{}', 65],
    ['[]', 65],
  ])('refuses %j as no receipt', async (text, code) => {
    writeFileSync(scene.receipt, text);
    const ended = await scene.check(...scene.all());
    expect(ended.code).toBe(code);
    expect(ended.stderr).toMatch(/receipt: not (JSON|a receipt): /);
  });

  test.each([
    [{ gate: 'helth' }, '--gate: no gate "helth"; did you mean "health"?'],
    [{ skip: ['qqqqqqqq'] }, '--skip: qqqqqqqq: no such check ("muster checks" lists them)'],
  ])('says that it cannot ask %j', async (change, reason) => {
    const original = scene.recorded();
    scene.forge({ ...original, question: { ...original.question, ...change } });
    const { code, stderr } = await scene.check(...scene.all());
    expect(code).toBe(65);
    expect(stderr).toBe(`${scene.receipt}: this version cannot ask what it asks: ${reason}`);
  });

  test('ends as no input when a file is not there', async () => {
    expect(
      (await scene.check('/nowhere/report.json', ...scene.policy, ...scene.waivers)).code,
    ).toBe(66);
    expect((await muster('receipt', 'check', '/nowhere/receipt', ...scene.all())).code).toBe(66);
  });
});
