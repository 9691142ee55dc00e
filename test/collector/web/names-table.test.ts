import { expect, test } from 'vitest';
import { showHtml } from '../../../collector/web/html.ts';
import { namesSection } from '../../../collector/web/names-table.ts';
import type { NameCell, NamesMatrix } from '../../../shared/names-matrix.ts';

const answered = (node: string, ...addresses: string[]): NameCell => {
  return { node, status: 'answered', addresses, source: 'resolver' };
};

function textOf(matrix: NamesMatrix): string {
  const section = namesSection(matrix);
  return section === null ? '' : showHtml(section);
}

const many = Array.from({ length: 41 }, (_, index) => `n${String(index).padStart(2, '0')}`);

/** Each of many nodes has one answer for each name, as the policy has it, but for `change`. */
function matrixOf(change: (name: string, node: string) => NameCell | null): NamesMatrix {
  const rows = many.map((name) => ({
    name,
    expected: `ip-${name}`,
    cells: many.map((node) => change(name, node) ?? answered(node, `ip-${name}`)),
  }));
  return { nodes: many, rows };
}

test('few nodes have a column each, with what differs from the policy marked', () => {
  const cells = [answered('a', '192.0.2.1'), answered('b', '192.0.2.9')];
  const text = textOf({ nodes: ['a', 'b'], rows: [{ name: 'x', expected: '192.0.2.1', cells }] });
  expect([...text.matchAll(/scope="col">on ([^<]*)/g)].map(([, node]) => node)).toEqual(['a', 'b']);
  expect(text.match(/differs/g)?.length).toBe(2);
});

test('many nodes that agree on everything are said in a sentence', () => {
  const text = textOf(matrixOf(() => null));
  expect(text).toContain('41 names have one answer on all nodes');
  expect(text).not.toContain('<table');
});

test('a node that answers otherwise has a column of its own, for the names it is about', () => {
  const text = textOf(
    matrixOf((name, node) => (name === 'n05' && node === 'n07' ? answered(node) : null)),
  );
  expect(text).toContain('40 names have one answer on all nodes');
  expect([...text.matchAll(/<th scope="row">([^<]*)/g)].map(([, name]) => name)).toEqual(['n05']);
  expect(text).toContain('on n00 and\n39 more');
  expect(text).toContain('<th scope="col">on n07</th>');
  expect(text).toContain('no such name');
});

test('what a node says of itself is not hidden among nodes that say the same of all others', () => {
  const text = textOf(
    matrixOf((name, node) =>
      name === node && name === 'n07' ? answered(node, '127.0.1.1') : null,
    ),
  );
  expect(text.match(/<th scope="col">/g)?.length).toBe(3);
  expect(text).toContain('127.0.1.1 <span class="why">on n07</span>');
});

test('names that nobody was asked are told together', () => {
  const text = textOf(
    matrixOf((_, node) => ({ node, status: 'unknown', why: 'the agent did not ask' })),
  );
  expect(text).toContain('n00 and 40 more</abbr>');
  expect(text.match(/<tr>/g)?.length).toBe(2);
});
