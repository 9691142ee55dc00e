import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { allCards } from '../collector/commands/cards.ts';
import { notCovered } from '../shared/coverage.ts';
import { captures, describeWith, reference } from './requirements.ts';

const covered = new Set(allCards.flatMap(({ rules }) => rules));
const listed = notCovered.flatMap(({ rules }) => rules);

describe('the rules that no check covers', () => {
  test('each stands there once, with a reason of one sentence', () => {
    expect(listed).toEqual([...new Set(listed)]);
    for (const { reason } of notCovered) expect(reason).toMatch(/^[A-Zp/g].{20,200}[^.]\.$/);
  });

  test('are covered by no check', () => {
    expect(listed.filter((rule) => covered.has(rule))).toEqual([]);
  });
});

describeWith([captures], 'the reference list of rules', () => {
  const rows = existsSync(reference('RULES.md')) ? rowsOf(reference('RULES.md')) : [];

  test('is read whole', () => {
    expect(rows).toHaveLength(200);
    expect(rows.filter(({ seed }) => seed.startsWith('S'))).toHaveLength(54);
    expect(rows.filter(({ seed }) => seed.startsWith('s'))).toHaveLength(40);
  });

  test('is covered by checks, or by a reason why not', () => {
    const rules = rows.map(({ rule }) => rule);
    expect(rules.filter((rule) => !covered.has(rule) && !listed.includes(rule))).toEqual([]);
  });

  test('holds every rule that is named', () => {
    const rules = rows.map(({ rule }) => rule);
    expect([...covered, ...listed].filter((rule) => !rules.includes(rule))).toEqual([]);
  });

  test('leaves out of the rules of the guide what needs more than reports hold', () => {
    const left = rows.filter(({ rule, seed }) => seed !== '' && listed.includes(rule));
    expect(left.map(({ rule }) => rule)).toEqual([
      // what needs the word of a switch, or a login between nodes
      ...['NET-13', 'OS-07'],
    ]);
  });
});

interface Row {
  rule: string;
  /** S: stated by the guide, s: implied, else empty; a remark may follow */
  seed: string;
}

/** The rows of the tables of rules, whose columns differ by section, and are named in its head. */
function rowsOf(path: string): Row[] {
  let seedColumn = -1;
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
      if (cells[1] === 'ID') seedColumn = cells.indexOf('S') - cells.length;
      const rule = /^[A-Z]+-\d\d$/.exec(cells[1] ?? '')?.[0];
      return rule === undefined ? [] : [{ rule, seed: cells.at(seedColumn) ?? '' }];
    });
}
