import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { describeWith, program, root } from '../requirements.ts';
import { printedSeries, unknownTo } from './series.ts';

const rulesFile = join(root, 'packaging', 'prometheus', 'muster.rules.yml');
const unitTests = join(root, 'test', 'monitoring', 'muster.rules.test.yml');

const alertSchema = z.strictObject({
  alert: z.string(),
  expr: z.string(),
  for: z.string(),
  labels: z.strictObject({ severity: z.enum(['critical', 'warning']) }),
  annotations: z.strictObject({ summary: z.string(), description: z.string() }),
});
const rulesSchema = z.strictObject({
  groups: z.array(z.strictObject({ name: z.string(), rules: z.array(alertSchema) })),
});
const testsSchema = z.object({
  tests: z.array(
    z.object({
      alert_rule_test: z.array(
        z.object({ alertname: z.string(), exp_alerts: z.array(z.unknown()) }),
      ),
    }),
  ),
});

/** Each alert has a summary, a description, a severity and a time to wait, and nothing else. */
const alerts = rulesSchema
  .parse(parse(readFileSync(rulesFile, 'utf8')))
  .groups.flatMap(({ rules }) => rules);

describe('the alert rules', () => {
  test('ask for metrics, labels and values that are printed', async () => {
    const printed = await printedSeries();
    const unknown = alerts.map(({ alert, expr }) => [alert, unknownTo(printed, expr)]);
    expect(unknown).toEqual(alerts.map(({ alert }) => [alert, []]));
  });

  test('have each alert once, and each one is seen to fire and to stay silent', () => {
    const names = alerts.map(({ alert }) => alert).sort();
    expect(new Set(names).size).toBe(names.length);
    const tried = testsSchema
      .parse(parse(readFileSync(unitTests, 'utf8')))
      .tests.flatMap((one) => one.alert_rule_test);
    const fired = tried.filter((one) => one.exp_alerts.length > 0);
    const silent = tried.filter((one) => one.exp_alerts.length === 0);
    for (const some of [fired, silent]) {
      expect([...new Set(some.map(({ alertname }) => alertname))].sort()).toEqual(names);
    }
  });
});

describeWith([program('promtool', 'prometheus')], 'promtool', () => {
  test.each([
    ['takes the rules', ['check', 'rules', rulesFile]],
    ['sees each alert fire when it should, and say what it should', ['test', 'rules', unitTests]],
  ])('%s', (_, args) => {
    const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8' });
    expect({ status, said: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, said: '' });
  });
});
