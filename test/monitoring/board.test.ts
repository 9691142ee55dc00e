import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import { z } from 'zod';
import { describeWith, program, root } from '../requirements.ts';
import { printedSeries, unknownTo } from './series.ts';

const text = readFileSync(join(root, 'packaging', 'grafana', 'muster.json'), 'utf8');

const datasource = z.strictObject({ type: z.literal('prometheus'), uid: z.string() });
const panelSchema = z.looseObject({
  id: z.int().positive(),
  title: z.string().min(1),
  description: z.string().min(1),
  datasource,
  gridPos: z.strictObject({ x: z.int(), y: z.int(), w: z.int(), h: z.int() }),
  targets: z
    .array(z.looseObject({ refId: z.string(), datasource, expr: z.string().min(1) }))
    .min(1),
});
const boardSchema = z.looseObject({
  uid: z.string(),
  title: z.string(),
  // of Grafana 12; an older one reads it too, a newer one migrates it
  schemaVersion: z.literal(41),
  templating: z.strictObject({
    list: z.array(z.looseObject({ name: z.string(), type: z.string(), query: z.unknown() })),
  }),
  panels: z.array(panelSchema).min(6),
});

const board = boardSchema.parse(JSON.parse(text));
const exprs = board.panels.flatMap(({ targets }) => targets.map(({ expr }) => plain(expr)));

describe('the Grafana board', () => {
  test('has panels of different ids that do not lie over each other', () => {
    const ids = board.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const cells = board.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, at) => `${x + (at % w)},${y + Math.floor(at / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(board.panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
  });

  test('asks for one data source, and for nothing from elsewhere', () => {
    const variables = board.templating.list.map(({ name, type }) => [name, type]);
    expect(variables).toEqual([
      ['datasource', 'datasource'],
      ['cluster', 'query'],
    ]);
    const used = board.panels.flatMap(({ datasource, targets }) => [
      datasource.uid,
      ...targets.map((target) => target.datasource.uid),
    ]);
    expect(used.filter((uid) => !/^\$\{datasource\}$/.test(uid))).toEqual([]);
    expect(text).not.toMatch(/https?:|__inputs|__requires/);
  });

  test('asks for metrics, labels and values that are printed', async () => {
    const printed = await printedSeries();
    const unknown = exprs.map((expr) => [expr, unknownTo(printed, expr)]);
    expect(unknown).toEqual(exprs.map((expr) => [expr, []]));
    expect(text).toContain('"label_values(muster_gate, cluster)"');
    expect(printed.get('muster_gate')?.has('cluster')).toBe(true);
  });
});

describeWith([program('promtool', 'prometheus')], 'promtool takes each question', () => {
  test('of the board', () => {
    const folder = mkdtempSync(join(tmpdir(), 'muster-board-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const rules = exprs.map((expr, at) => ({ record: `board:question${at}`, expr }));
    const file = join(folder, 'board.yml');
    writeFileSync(file, stringify({ groups: [{ name: 'board', rules }] }));
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'rules', file], {
      encoding: 'utf8',
    });
    expect({ status, said: stdout + stderr }).toMatchObject({ status: 0 });
    expect(stdout).toContain(`${exprs.length} rules found`);
  });
});

/** Without what Grafana fills in. */
function plain(expr: string): string {
  return expr.replaceAll('$__rate_interval', '5m').replaceAll('$cluster', '.*');
}
