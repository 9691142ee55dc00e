import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Report, sections } from '../../../shared/report.ts';
import { failed, sampleReport } from '../../sample-report.ts';
import { muster } from './muster.ts';

describe('muster diff', () => {
  test('names each fact that changed, before and after, and ends with 2', async () => {
    const before = whole();
    const [a, b] = files(before, withKernel(before, '6.1.0-99-amd64'));
    const { code, stdout } = await muster('diff', a, b);
    expect(code).toBe(2);
    expect(stdout).toMatch(/^os\n {4}kernel\S*: \S+ -> 6\.1\.0-99-amd64$/m);
    expect(stdout).toMatch(/^1 fact of 1 section changed$/m);
  });

  test('two that say the same end with 0', async () => {
    const [a, b] = files(whole(), whole());
    const { code, stdout } = await muster('diff', a, b);
    expect(stdout).toContain('the same, but for facts that always change');
    expect(code).toBe(0);
  });

  test('what neither could read keeps it undecided', async () => {
    const report = whole();
    const blind = {
      ...report,
      sections: { ...report.sections, lvm: failed('denied', 'not allowed') },
    };
    const [a, b] = files(blind, blind);
    const { code, stdout } = await muster('diff', a, b);
    expect(stdout).toContain('not known: lvm was not read by both');
    expect(code).toBe(3);
  });

  test('as JSON it is the same comparison', async () => {
    const before = whole();
    const [a, b] = files(before, withKernel(before, '6.1.0-99-amd64'));
    const { code, stdout } = await muster('diff', a, b, '-f', 'json');
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      from: { node: before.node },
      sections: [{ section: 'os', drifts: [{ to: '6.1.0-99-amd64' }] }],
      unread: [],
    });
  });

  test('a file of two reports is refused by name', async () => {
    const [a] = files(whole(), whole());
    const both = `${a}.both`;
    writeFileSync(both, JSON.stringify([whole(), whole()]));
    const { code, stderr } = await muster('diff', a, both);
    expect(stderr).toContain(`${both}: expected one report, found 2`);
    expect(code).toBe(65);
  });
});

/** A report in which every section was read. */
function whole(): Report {
  const report = sampleReport();
  const ok = sections.filter((section) => report.sections[section]?.status === 'ok');
  expect(ok).toEqual([...sections]);
  return report;
}

function withKernel(report: Report, kernel: string): Report {
  const { os } = report.sections;
  if (os?.status !== 'ok') throw new Error('the sample has no os section');
  const facts = { ...os.facts, kernelRelease: kernel };
  return { ...report, sections: { ...report.sections, os: { status: 'ok', facts } } };
}

function files(one: Report, other: Report): [string, string] {
  const folder = mkdtempSync(join(tmpdir(), 'muster-diff-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [a, b] = [join(folder, 'a.json'), join(folder, 'b.json')];
  writeFileSync(a, JSON.stringify(one));
  writeFileSync(b, JSON.stringify(other));
  return [a, b];
}
