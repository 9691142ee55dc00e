import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  joinReport,
  ofPieces,
  piecesOf,
  splitReport,
} from '../../../collector/store/report-text.ts';
import { sampleReport } from '../../sample-report.ts';

/** The parts of a text, the mark of a volatile value shown as ~, that of a section as §. */
function shown(text: string) {
  const split = splitReport(Buffer.from(text));
  const { header, sections } = piecesOf(split);
  const show = (part: Buffer) =>
    part.toString().replaceAll('\u0000', '~').replaceAll('\u0001', '§');
  return { header: show(header), sections: sections.map(show), values: split.values };
}

/** The text again, by way of everything that the store keeps of it. */
function again(text: string): string | null {
  const split = splitReport(Buffer.from(text));
  const { header, sections } = piecesOf(split);
  const stable = ofPieces(
    header.toString(),
    sections.map((section) => section.toString()),
  );
  expect(stable).toBe(split.stable.toString());
  return stable === null ? null : joinReport(stable, split.values);
}

describe('what is volatile of a report is cut out of its text', () => {
  test.each([
    [
      'header and sections',
      '{"schema":1,"collectedAt":"x","tookMs":{"cpu":1.0},"sections":' +
        '{"cpu":1,"time":{"status":"ok","facts":{"offsetMs":-1e3,"source":"a"}}}}',
      '{"schema":1,"collectedAt":~,"tookMs":~,"sections":{"cpu":§,"time":§}}',
      ['1', '{"status":"ok","facts":{"offsetMs":~,"source":"a"}}'],
      ['"x"', '{"cpu":1.0}', '-1e3'],
    ],
    [
      'with white space',
      '{ "collectedAt" : "x" ,\n "sections" : {\n ' +
        '"time" : { "facts" : { "offsetMs" :\tnull } } } }\n',
      '{ "collectedAt" : ~ ,\n "sections" : {\n "time" : § } }\n',
      ['{ "facts" : { "offsetMs" :\t~ } }'],
      ['"x"', 'null'],
    ],
    [
      'in lists',
      '{"sections":{"filesystems":{"facts":{"mounts":[{"space":{"value":{"totalBytes":9,' +
        '"freeBytes":1}}},{"space":{"value":{"freeBytes":2}}}]}}}}',
      '{"sections":{"filesystems":§}}',
      [
        '{"facts":{"mounts":[{"space":{"value":{"totalBytes":9,' +
          '"freeBytes":~}}},{"space":{"value":{"freeBytes":~}}}]}}',
      ],
      ['1', '2'],
    ],
    [
      'never by its name alone',
      '{"sections":{"lvm":{"facts":{"volumeGroups":[{"freeBytes":1}],' +
        '"offsetMs":1}}},"freeBytes":1}',
      '{"sections":{"lvm":§},"freeBytes":1}',
      ['{"facts":{"volumeGroups":[{"freeBytes":1}],"offsetMs":1}}'],
      [],
    ],
    [
      'strings that look like structure',
      '{"collectedAt":"}\\",{[","sections":{"cpu":"\\\\","kvm":["]","{"]}}',
      '{"collectedAt":~,"sections":{"cpu":§,"kvm":§}}',
      ['"\\\\"', '["]","{"]'],
      ['"}\\",{["'],
    ],
    ['no report', '[{"collectedAt":1}]', '[{"collectedAt":1}]', [], []],
    ['a text with a mark in it', '{"collectedAt":"\u0000"}', '{"collectedAt":"~"}', [], []],
  ])('%s', (...[, text, header, sections, values]) => {
    expect(shown(text)).toEqual({ header, sections, values });
    expect(again(text)).toBe(text);
  });

  test('of a healthy report all that changes from one hour to the next', () => {
    const report = sampleReport();
    const later = sampleReport({
      collectedAt: '2026-11-22T12:55:00.000Z',
      tookMs: { cpu: 1 },
      sections: { memory: { facts: { availableBytes: 1 } }, time: { facts: { offsetMs: 1 } } },
    });
    const [one, other] = [report, later].map((of) => splitReport(Buffer.from(JSON.stringify(of))));
    expect(one?.values).not.toEqual(other?.values);
    expect(one?.stable.equals(other?.stable ?? Buffer.of())).toBe(true);
    expect(one?.sections).toHaveLength(Object.keys(report.sections).length);
  });
});

test('whatever the text, the parts give it again', () => {
  const letters = fc.constantFrom(...'{}[]",: \\a1', '"collectedAt"', '"sections":', '"tookMs":{');
  const broken = fc.array(letters, { maxLength: 60 }).map((list) => list.join(''));
  const report = JSON.stringify(sampleReport());
  const cutOff = fc.nat(report.length).map((length) => report.slice(0, length));
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.json(), broken, cutOff);
  fc.assert(
    fc.property(
      text.filter((one) => Buffer.from(one).toString() === one),
      (one) => {
        expect(again(one)).toBe(one);
      },
    ),
    { numRuns: 800 },
  );
});

test('parts that do not belong together are told from a report', () => {
  expect(joinReport('{"collectedAt":\u0000}', ['1', '2'])).toBeNull();
  expect(ofPieces('{"sections":{}}', ['1'])).toBeNull();
});
