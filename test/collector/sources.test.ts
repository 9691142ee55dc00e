import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadEvidence, parseReports, readReports } from '../../collector/sources.ts';
import { CommandError } from '../../shared/exit.ts';
import { captureIo } from '../capture-io.ts';
import { sampleReport } from '../sample-report.ts';

let folder: string;
const report = sampleReport();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'muster-sources-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('reports come from', () => {
  test('a file, a file of several, a folder and standard input alike', async () => {
    const text = JSON.stringify(report);
    writeFileSync(join(folder, 'one.json'), text);
    writeFileSync(join(folder, 'two.json'), `[${text},${text}]`);
    writeFileSync(join(folder, 'notes.txt'), 'not a report');
    const io = captureIo({ stdin: text });
    expect(await readReports(join(folder, 'one.json'), io)).toEqual([report]);
    expect(await readReports(join(folder, 'two.json'), io)).toEqual([report, report]);
    expect(await readReports(folder, io)).toEqual([report, report, report]);
    expect(await readReports('-', io)).toEqual([report]);
  });
});

describe('what is no report is refused, naming the file and the field:', () => {
  const cases: [string, string, RegExp][] = [
    ['broken JSON', '{"schema":', /^r\.json: not JSON: /],
    ['another document', '{"a":1}', /^r\.json: not a report: schema: .*node: .*and \d+ more/],
    ['another schema', JSON.stringify({ ...report, schema: 2 }), /schema: .*expected 1/],
    ['a wrong fact', JSON.stringify(wrongFact()), /sections\.memory\.facts\.totalBytes: /],
  ];
  test.each(cases)('%s', (_title, text, message) => {
    expect(() => parseReports(text, 'r.json')).toThrow(message);
    expect(() => parseReports(text, 'r.json')).toThrow(CommandError);
  });

  test('what a newer agent says besides is told, and the rest is read', () => {
    const gpu = { status: 'ok', facts: {} };
    const agent = { ...report.agent, version: '0.2.0', mood: 1 };
    const newer = { ...report, agent, sections: { ...report.sections, gpu }, 'x\u001b': 1 };
    const told: string[] = [];
    const read = parseReports(JSON.stringify(newer), 'r.json', (line) => told.push(line));
    expect(read).toEqual([{ ...report, agent: { ...report.agent, version: '0.2.0' } }]);
    expect(told).toEqual([
      'r.json: agent 0.2.0 wrote what 0.1.0 does not know; ' +
        'left out: agent.mood, sections.gpu, x\\x1b\n',
    ]);
  });

  test('a missing file, and a folder with none', async () => {
    const io = captureIo();
    const missing = join(folder, 'nothing.json');
    await expect(readReports(missing, io)).rejects.toMatchObject({ exit: 'noInput' });
    await expect(readReports(folder, io)).rejects.toThrow(/no \.json report in it$/);
  });
});

describe('the evidence', () => {
  test('without reports and without a collector says what is needed', async () => {
    await expect(loadEvidence([], {}, captureIo())).rejects.toMatchObject({
      exit: 'usage',
      message: 'no report: name files or folders, or --collector with --token-file and --cluster',
    });
  });

  test('takes --now and --max-age over the clock and the policy', async () => {
    writeFileSync(join(folder, 'one.json'), JSON.stringify(report));
    const options = { now: '2026-11-22T08:00:00Z', maxAge: '15m', cluster: 'c' };
    const evidence = await loadEvidence([folder], options, captureIo());
    expect(evidence.now.toISOString()).toBe('2026-11-22T08:00:00.000Z');
    expect(evidence.policy.thresholds.maximumAge).toBe(900_000);
    expect(evidence.cluster).toBe('c');
  });

  test.each([
    [{ now: 'yesterday' }, /^--now: expected a UTC instant .* found "yesterday"$/],
    [{ maxAge: '15' }, /^--max-age: expected a duration such as 15m, found "15"$/],
  ])('refuses %j', async (options, message) => {
    writeFileSync(join(folder, 'one.json'), JSON.stringify(report));
    await expect(loadEvidence([folder], options, captureIo())).rejects.toThrow(message);
  });
});

function wrongFact(): unknown {
  const copy = structuredClone(report);
  const memory = copy.sections.memory;
  if (memory?.status === 'ok') memory.facts.totalBytes = -1;
  return copy;
}
