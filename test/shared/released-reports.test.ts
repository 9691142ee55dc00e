import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseReports } from '../../collector/sources.ts';
import { judgeReport } from '../../shared/check.ts';
import { checks } from '../../shared/checks/index.ts';
import { REPORT_SCHEMA } from '../../shared/version.ts';
import { root } from '../requirements.ts';
import { samplePolicy } from '../sample-report.ts';

const folder = join(root, 'test', 'data', 'reports');
/** `agent-0.1.0.json`: what that version wrote. They are kept as they are, for ever. */
const recorded = readdirSync(folder).sort();

describe('the report of every released version', () => {
  test.each(recorded)('%s is read whole and judged', (name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    const told: string[] = [];
    const [report, ...more] = parseReports(text, name, (line) => told.push(line));
    expect([more, told]).toEqual([[], []]);
    expect(report).toEqual(JSON.parse(text));
    expect(`agent-${report?.agent.version}.json`).toBe(name);
    const findings = report === undefined ? [] : judgeReport(report, checks, samplePolicy());
    expect(new Set(findings.map(({ check }) => check))).toEqual(
      new Set(checks.map(({ id }) => id)),
    );
  });

  test('there is one of this schema', () => {
    const schemas = recorded.map((name) => {
      return JSON.parse(readFileSync(join(folder, name), 'utf8')).schema;
    });
    expect(schemas).toContain(REPORT_SCHEMA);
  });
});
