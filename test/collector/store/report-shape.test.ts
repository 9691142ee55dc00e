import { describe, expect, test } from 'vitest';
import { partsOf } from '../../../collector/store/report-parts.ts';
import { cutter, shapeOf } from '../../../collector/store/report-shape.ts';
import { sectionText, splitReport } from '../../../collector/store/report-text.ts';
import { sampleReport } from '../../sample-report.ts';

const sample = sampleReport({ node: 'größe.example.org' });
const report = JSON.stringify(sample);
const shape = shapeOf(partsOf(Buffer.from(report)));

/** The report with other volatile values, shorter and longer ones. */
const later = report
  .replace(sample.collectedAt, '2027-01-01T00:00:00.000Z')
  .replace(/"tookMs":\{.*?\}/, '"tookMs":{"cpu":1,"ünïcode":2}')
  .replace(/"availableBytes":\d+/, '"availableBytes":1');

describe('a report cut as the one before it', () => {
  test.each([
    ['the same again', report],
    ['with other volatile values', later],
    [
      'with a volatile value that no schema allows',
      report.replace(/"tookMs":\{.*?\}/, '"tookMs":7'),
    ],
  ])('%s comes apart as it does without a shape', (_, text) => {
    const json = Buffer.from(text);
    const cut = cutter()(json, shape);
    if (cut === null) throw new Error('it was not cut');
    expect({ ...cut }).toEqual(partsOf(json));
  });

  test.each([
    ['a fact that changed', later.replace('"cores":', '"kernels":')],
    ['a fact of other length', later.replace('"schema":1', '"schema":1000')],
    ['a section less', JSON.stringify({ ...sample, sections: { cpu: sample.sections.cpu } })],
    ['a field beside a volatile one', later.replace('"tookMs":', '"more":1,"tookMs":')],
    ['a value that ends the text', later.replace(/"tookMs":\{/, '"tookMs":[{')],
    ['more after it', `${later} `],
    ['cut short', later.slice(0, -1)],
    ['a byte that stands for what is volatile', later.replace('größe', 'gr\u0000ße')],
    ['such a byte in a volatile value', later.replace('ünïcode', 'a\u0000b')],
    ['another text', '{}'],
    ['no text', ''],
  ])('with %s is not cut', (_, text) => {
    expect(cutter()(Buffer.from(text), shape)).toBeNull();
  });

  test('keeps its parts while others are cut', () => {
    const cut = cutter();
    const first = cut(Buffer.from(report), shape);
    cut(Buffer.from(later), shape);
    expect(first && { ...first }).toEqual(partsOf(Buffer.from(report)));
  });

  test('without anything volatile is cut too', () => {
    const json = Buffer.from('{"a":1}');
    const cut = cutter()(json, shapeOf(partsOf(json)));
    expect(cut && { ...cut }).toEqual(partsOf(json));
  });
});

test('the text of a section is that of the report, whatever volatile values came before', () => {
  const json = Buffer.from(later);
  const { sections, values } = splitReport(json);
  const texts = sections.map((span) => [
    JSON.parse(span.name),
    JSON.parse(sectionText(json, span, values)),
  ]);
  expect(Object.fromEntries(texts)).toEqual(JSON.parse(later).sections);
});
