import { describe, expect, test } from 'vitest';
import { renderMarkdown } from '../../../shared/render/markdown.ts';
import { visible } from '../../../shared/render/safe.ts';
import {
  answersSaying,
  closedGate,
  finding,
  gateOf,
  hostile,
  openGate,
  options,
} from './answers.ts';

/** The cells of a table row: a bar that no backslash escapes ends one. */
function cellsOf(row: string): string[] {
  const cells = row.match(/(?:\\.|[^|\\])*\|/g) ?? [];
  return cells.slice(1).map((cell) => cell.slice(1, -2));
}

/** What a reader sees of a cell, or an error when Markdown or HTML would act on some of it. */
function shown(cell: string): string {
  const text = cell.replaceAll('<br>', '\n').replaceAll(/^\*\*(\w+):?\*\*/gm, '$1');
  const bare = text.replaceAll(/\\[\\`*_[\]|~]/g, '').replaceAll(/&(amp|lt|gt|#36);/g, '');
  if (/[\\`*_[\]|~&<>$]/.test(bare)) throw new Error(`markup in ${bare}`);
  const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', '#36': '$' };
  return text
    .replaceAll(/\\([\\`*_[\]|~])/g, '$1')
    .replaceAll(/&(amp|lt|gt|#36);/g, (_, name: string) => entities[name] ?? '');
}

function rowsOf(text: string): string[][] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map(cellsOf);
}

describe('Markdown', () => {
  test.each([closedGate, ...answersSaying(hostile)])(
    'is a heading, a sentence, a table of four columns and a tally (%#)',
    (answer) => {
      const text = renderMarkdown(answer, options);
      const rows = rowsOf(text);

      expect(text.split('\n\n').map((block) => block.slice(0, 2))).toEqual([
        '##',
        expect.any(String),
        '| ',
        expect.stringMatching(/\d+/),
      ]);
      expect(rows.map((row) => row.length)).toEqual(rows.map(() => 4));
      for (const row of rows.slice(2)) for (const cell of row) shown(cell);
    },
  );

  test('shows a hostile text as it is', () => {
    const all = { node: hostile, message: hostile, remedy: hostile };
    const rows = rowsOf(renderMarkdown(gateOf([finding('fail', all)], 'closed'), options));
    const safe = visible(hostile);

    expect(rows[2]?.map(shown)).toEqual(['FAIL', 'storage.size', safe, `${safe}\nfix ${safe}`]);
  });

  test('shows passes when asked, and no table when there is nothing to show', () => {
    expect(rowsOf(renderMarkdown(openGate, options))).toEqual([]);
    expect(rowsOf(renderMarkdown(openGate, { ...options, verbose: true }))).toHaveLength(3);
  });
});
