import { describe, expect, test } from 'vitest';
import type { Cell } from '../../../collector/cluster/cpu/migration-cell.ts';
import type { MigrationAnswer } from '../../../collector/cluster/migration.ts';
import { migrationSection } from '../../../collector/web/heat-map.ts';
import { showHtml } from '../../../collector/web/html.ts';

const ok: Cell = { verdict: 'ok', reasons: [] };
const older: Cell = {
  verdict: 'not',
  reasons: [{ code: 'qemu-older', verdict: 'not', text: 'from QEMU 8 to <7>' }],
};

/** Two kinds of nodes; only from the newer to the older a guest cannot go. */
function answer(newer: string[], old: string[]): MigrationAnswer {
  const kind = { group: 'default', vendor: 'GenuineIntel', evidence: 'proven', qemu: '8' } as const;
  const cells = { 1: { 1: ok, 2: older }, 2: { 1: ok, 2: ok } };
  const cpuTypes = { 1: 'Haswell-v4', 2: 'Haswell-v4' };
  return {
    schema: 1,
    classes: [
      { ...kind, id: '1', nodes: newer },
      { ...kind, id: '2', nodes: old },
    ],
    matrices: [{ of: 'recommended', cpuTypes, machineVersion: null, cells }],
    tags: { commands: [], notes: [] } as never,
  };
}

function textOf(asked: MigrationAnswer): string {
  const section = migrationSection(asked);
  return section === null ? '' : showHtml(section);
}

describe('the migration matrix', () => {
  test('has a row and a column for each of few nodes, and the reason in each cell', () => {
    const text = textOf(answer(['b.example', 'a.example'], ['c.example']));
    const heads = [...text.matchAll(/<th scope="row">([^<]*)/g)].map(([, name]) => name);
    expect(heads).toEqual(['a.example', 'b.example', 'c.example']);
    const cells = [...text.matchAll(/<td class="([a-z]+)"/g)].map(([, name]) => name);
    expect(cells).toEqual(['same', 'ok', 'not', 'ok', 'same', 'not', 'ok', 'ok', 'same']);
    expect(text).toContain('<a href="#recommended-1"\ntitle="from QEMU 8 to &lt;7&gt;">');
    expect(text).toMatch(/<li id="recommended-1">[\s\S]*from QEMU 8 to &lt;7&gt;/);
    expect(text).toContain('a.example → c.example and b.example → c.example');
  });

  test('has one for each kind of many nodes, where one kind has cells with itself', () => {
    const many = Array.from({ length: 40 }, (_, index) => `n${index}`);
    const text = textOf(answer(many, ['old']));
    const cells = [...text.matchAll(/<td class="([a-z]+)"/g)].map(([, name]) => name);
    expect(cells).toEqual(['ok', 'not', 'ok', 'ok']);
    expect(text).toContain('n0 and 39 more like it');
  });

  test('says in words when every node can hand over to every other', () => {
    const asked = answer(['a'], ['b']);
    for (const row of Object.values(asked.matrices[0]?.cells ?? {})) row[2] = ok;
    expect(textOf(asked)).toContain('Every node can hand a running guest to every other.');
  });

  test('is not there when nothing is known', () => {
    expect(migrationSection({ ...answer([], []), classes: [] })).toBe(null);
  });
});
