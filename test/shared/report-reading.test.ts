import { describe, expect, test } from 'vitest';
import { readableReportSchema, readReport } from '../../shared/report-reading.ts';
import { sampleReport } from '../sample-report.ts';

const report = sampleReport();

/** The report with `change` made to a plain copy of it. */
// biome-ignore lint/suspicious/noExplicitAny: a test breaks reports in every way
function changed(change: (copy: any) => void): unknown {
  const copy = JSON.parse(JSON.stringify(report));
  change(copy);
  return copy;
}

describe('a report of this version', () => {
  test('is read as it is', () => {
    expect(readReport(JSON.parse(JSON.stringify(report)))).toEqual({
      ok: true,
      report,
      unknown: [],
    });
  });
});

describe('a report of a newer version', () => {
  test('is read without the sections and fields that are not known, which are named', () => {
    const newer = changed((copy) => {
      copy.sections.gpu = { status: 'ok', facts: { cards: [] } };
      copy.sections.memory.facts.channels = 8;
      copy.sections.memory.since = 1;
      copy.agent.mood = 'good';
      copy.late = true;
    });
    const reading = readReport(newer);
    expect(reading).toMatchObject({ ok: true, report });
    expect(reading.ok && [...reading.unknown].sort()).toEqual([
      'agent.mood',
      'late',
      'sections.gpu',
      'sections.memory.facts.channels',
      'sections.memory.since',
    ]);
    // the value that was read is as it was
    expect(newer).toMatchObject({ late: true, sections: { memory: { since: 1 } } });
  });

  test('inside a list and a reading that failed, too', () => {
    const newer = changed((copy) => {
      copy.sections.network.facts.interfaces[1].queue = 4;
      copy.sections.cpu = {
        status: 'failed',
        error: { kind: 'denied', message: 'm', source: null, errno: 13 },
      };
    });
    const reading = readReport(newer);
    expect(reading.ok && reading.unknown).toEqual([
      'sections.cpu.error.errno',
      'sections.network.facts.interfaces.1.queue',
    ]);
  });
});

describe('what is wrong by what this version knows', () => {
  test('is refused, and named before what is only new', () => {
    const wrong = changed((copy) => {
      copy.late = true;
      copy.sections.memory.facts.totalBytes = -1;
    });
    const reading = readReport(wrong);
    expect(reading.ok || reading.error.issues.map(({ path }) => path.join('.'))).toEqual([
      'sections.memory.facts.totalBytes',
    ]);
  });

  test.each([
    ['another schema', { ...report, schema: 2 }],
    ['no node', { ...report, node: undefined }],
    ['null', null],
    ['a text', 'report'],
    ['a list', [report]],
    ['no sections', { ...report, sections: null }],
    ['a section of no kind', { ...report, sections: { cpu: { status: 'new' } } }],
  ])('%s is no report', (_title, value) => {
    expect(readReport(value).ok).toBe(false);
  });

  test('a key that would change what objects are is only a key', () => {
    const text = JSON.stringify(report).replace(/^\{/, '{"constructor":{"a":1},');
    const reading = readReport(JSON.parse(text));
    expect(reading).toEqual({ ok: true, report, unknown: ['constructor'] });
  });
});

test('inside another value a problem keeps its path', () => {
  const wrong = readableReportSchema.array().safeParse([report, { ...report, schema: 2 }]);
  expect(wrong.error?.issues.map(({ path }) => path)).toEqual([[1, 'schema']]);
  expect(readableReportSchema.array().parse([{ ...report, x: 1 }])).toEqual([report]);
});

test('what is not known may be nested however deep, and what was given stays as it was', () => {
  const deep = JSON.parse(`${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`);
  const newer = changed((copy) => {
    copy.sections.memory.facts.channels = deep;
  });
  expect(readReport(newer)).toEqual({
    ok: true,
    report,
    unknown: ['sections.memory.facts.channels'],
  });
  expect(newer).toHaveProperty('sections.memory.facts.channels.a.a.a');
});
