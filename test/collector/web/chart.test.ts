import { expect, test } from 'vitest';
import { chart, type Point } from '../../../collector/web/chart.ts';
import { showHtml } from '../../../collector/web/html.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute));

/** The steps of the drawn line, and all of the text. */
function drawn(points: Point[], floor: number | null = 0) {
  const figure = chart({ title: 'T', points, words: (value) => `${value} u`, floor });
  const text = figure === null ? '' : showHtml(figure);
  const path = / d="([^"]*)"/.exec(text)?.[1] ?? '';
  return { text, steps: [...path.matchAll(/[ML][^ML]*/g)].map(([step]) => step) };
}

test('nothing told is no chart', () => {
  expect(chart({ title: 'T', points: [], words: String, floor: null })).toBeNull();
  expect(drawn([{ at: at(0), value: null }]).text).toBe('');
});

test('a line from the first value to the last, broken where none was told', () => {
  const values = [0, 10, null, 5];
  const { steps, text } = drawn(values.map((value, minute) => ({ at: at(minute), value })));
  expect(steps).toEqual(['M4.0 116.0h0.1', 'L214.7 4.0', 'M636.0 60.0h0.1']);
  expect(text).toContain('now 5 u');
  expect(text).toContain('least 0 u, most 10 u');
});

test('one value, and values that are all the same, stand in the middle', () => {
  expect(drawn([{ at: at(0), value: 7 }], null).steps).toEqual(['M320.0 60.0h0.1']);
  const same = [0, 1].map((minute) => ({ at: at(minute), value: 7 }));
  expect(drawn(same, null).steps).toEqual(['M4.0 60.0h0.1', 'L636.0 60.0']);
});

test('of many values no more is drawn than is seen, and no peak is lost', () => {
  const points = Array.from({ length: 5000 }, (_, minute) => ({
    at: at(minute),
    value: minute === 2500 ? 99 : minute === 1200 ? null : minute % 7,
  }));
  const { steps, text } = drawn(points);
  expect(steps.length).toBeLessThanOrEqual(642);
  expect(steps.filter((step) => step.endsWith(' 4.0'))).toHaveLength(1);
  expect(text).toContain('most 99 u');
  expect(text.match(/<tr><th scope="row">/g)).toHaveLength(60);
});
