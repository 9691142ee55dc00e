import { describe, expect, test } from 'vitest';
import {
  type CheckedReport,
  type ReportReader,
  reportReader,
} from '../../../collector/routes/report-body.ts';
import { seedReport } from '../seed-cluster.ts';

const SENDER = 'key of node1';
const report = seedReport(1);
const json = JSON.stringify(report);
const later = json.replace(report.collectedAt, '2026-03-01T11:15:00.000Z');

/** What a fresh reader makes of the text, and one that knew the report already. */
function bothWays(text: string | Buffer): [CheckedReport | string, CheckedReport | string] {
  const knowing = reportReader();
  knowing(Buffer.from(json), SENDER);
  return [attempt(reportReader(), text), attempt(knowing, text)];
}

function attempt(read: ReportReader, text: string | Buffer) {
  try {
    return read(Buffer.from(text), SENDER);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe('a report that was seen before but for what is volatile', () => {
  test('reads as a new one does', () => {
    const [fresh, known] = bothWays(later);
    if (typeof fresh === 'string' || typeof known === 'string') throw new Error('refused');
    const { lvm, memory, time } = report.sections;
    expect(known.sections).toEqual({ lvm, memory, time });
    expect({ ...known, sections: fresh.sections }).toEqual(fresh);
    expect(known.collectedAt).toBe('2026-03-01T11:15:00.000Z');
  });

  test('is not read as a whole again', () => {
    const read = reportReader();
    read(Buffer.from(json), SENDER);
    // a whole reading would give all sections
    const { sections } = read(Buffer.from(later), SENDER);
    expect(Object.keys(sections).sort()).toEqual(['lvm', 'memory', 'time']);
  });

  test('is not read as a whole either when it said something else in between', () => {
    const read = reportReader();
    read(Buffer.from(json), SENDER);
    read(Buffer.from(json.replace('"codename":"', '"codename":"another ')), SENDER);
    const { sections } = read(Buffer.from(later), SENDER);
    expect(Object.keys(sections).sort()).toEqual(['lvm', 'memory', 'time']);
  });

  test('is not read as a whole when another sender said it first', () => {
    const read = reportReader();
    read(Buffer.from(json), 'another key');
    const { sections } = read(Buffer.from(later), SENDER);
    expect(Object.keys(sections).sort()).toEqual(['lvm', 'memory', 'time']);
  });

  const memory = /"availableBytes":\d+/;
  const wrong: Record<string, string | Buffer> = {
    'an instant that is none': json.replace(report.collectedAt, 'yesterday'),
    'a number in place of an instant': json.replace(`"${report.collectedAt}"`, '17'),
    'a fact that is below zero': json.replace(memory, '"availableBytes":-1'),
    'a fact that is a text': json.replace(memory, '"availableBytes":"much"'),
    'a fact that is missing': json.replace(memory, '"availableBytes":'),
    'a fact that is no JSON': json.replace(memory, '"availableBytes":nul'),
    'a number that is too long': json.replace(memory, `"availableBytes":0.${'1'.repeat(50)}`),
    'a key twice in what is volatile': json.replace('"tookMs":{', '"tookMs":{"a":1,"a":2,'),
    'the key __proto__ in what is volatile': json.replace('"tookMs":{', '"tookMs":{"__proto__":1,'),
    'depth in what is volatile': json.replace(/"tookMs":\{.*?\}/, `"tookMs":${'['.repeat(99)}`),
    'a field beside a volatile one': json.replace(memory, '"availableBytes":1,"more":2'),
    'not UTF-8': Buffer.concat([
      Buffer.from(json.slice(0, json.indexOf(report.collectedAt))),
      Buffer.from([0xff]),
      Buffer.from(json.slice(json.indexOf(report.collectedAt) + 1)),
    ]),
    'what a probe took is a text': json.replace('"tookMs":{', '"tookMs":{"cpu":"long"'),
    'what a probe took is beyond all numbers': json.replace('"tookMs":{', '"tookMs":{"cpu":1e999'),
    'what the probes took is a list': json.replace(/"tookMs":\{.*?\}/, '"tookMs":[1]'),
    'what the probes took is null': json.replace(/"tookMs":\{.*?\}/, '"tookMs":null'),
    'not UTF-8 in what is volatile': Buffer.from(
      json.replace('"tookMs":{', '"tookMs":{"\u00ff":1'),
      'latin1',
    ),
    'more after it': `${later} {}`,
    'cut short': later.slice(0, -1),
  };

  test.each(Object.entries(wrong))('%s is dealt with as in a new one', (_, text) => {
    const [fresh, known] = bothWays(text);
    const strip = (one: CheckedReport | string) =>
      typeof one === 'string' ? one : { ...one, sections: null };
    expect(strip(known)).toEqual(strip(fresh));
  });
});
