import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Check, judgeReport } from '../shared/check.ts';
import { checks } from '../shared/checks/index.ts';
import { sections } from '../shared/report.ts';
import { doctored } from './doctored.ts';
import { captures, describeWith, reference, root } from './requirements.ts';
import { failed, samplePolicy, sampleReport, sampleWith } from './sample-report.ts';

const folder = join(root, 'shared', 'checks');
const groups = readdirSync(folder)
  .filter((name) => name.endsWith('.ts') && name !== 'index.ts')
  .map((name) => name.replace(/\.ts$/, ''));
const byId = checks.map((check) => [check.id, check] as const);

describe('the registry of checks', () => {
  test('holds each id once', () => {
    expect(checks.map(({ id }) => id)).toEqual([...new Set(checks.map(({ id }) => id))]);
  });

  test.each(groups)('holds every check of %s.ts, under that prefix', async (group) => {
    const module: Record<string, unknown> = await import(join(folder, `${group}.ts`));
    const own = Object.values(module).flatMap((value) => (Array.isArray(value) ? value : []));
    const registered = checks.filter(({ id }) => id.startsWith(`${group}.`));
    expect(own.length).toBeGreaterThan(0);
    expect(registered).toEqual(own);
  });

  test('has no check outside the groups', () => {
    const ofGroups = checks.filter(({ id }) => groups.includes(id.split('.')[0] ?? ''));
    expect(ofGroups).toEqual(checks);
  });

  test('has a doctored host for every check, and none for no check', () => {
    expect(Object.keys(doctored).toSorted()).toEqual(checks.map(({ id }) => id).toSorted());
  });
});

describe.each(byId)('%s', (id, check) => {
  const verdictsOf = (...input: Parameters<typeof judged>) =>
    judged(...input).map(({ verdict }) => verdict);

  test('says what it is, why it matters, what it covers and what it needs', () => {
    expect(id).toMatch(/^[a-z]+\.[a-z][a-z0-9-]*$/);
    expect(check.title).toMatch(/^[A-Z].{9,98}[^.]$/);
    expect(check.why).toMatch(/^.{20,300}\.$/s);
    expect(check.rules.join(' ')).toMatch(/^([A-Z]+-\d\d ?)+$/);
    expect(check.needs.length).toBeGreaterThan(0);
    expect(sections).toEqual(expect.arrayContaining(check.needs));
  });

  test('passes a healthy host', () => {
    const { sections: changes, policy } = doctored[id]?.passes ?? {};
    const found = judged(check, sampleWith(changes ?? {}), samplePolicy(policy));
    expect(found.map(({ verdict }) => verdict)).toContain('pass');
    expect(found.filter(({ verdict }) => !['pass', 'skip'].includes(verdict))).toEqual([]);
  });

  test('notices the doctored host, and says what to do', () => {
    const bad = doctored[id];
    const found = judged(check, sampleWith(bad?.sections ?? {}), samplePolicy(bad?.policy));
    const noticed = found.filter(({ verdict }) => verdict === bad?.verdict);
    expect(noticed.length).toBeGreaterThan(0);
    for (const { remedy } of noticed) expect(remedy).toMatch(/^.{5,200}$/);
  });

  test('is unknown without a report of any section', () => {
    expect(verdictsOf(check, { ...sampleReport(), sections: {} })).toEqual(['unknown']);
  });

  test.each(check.needs)('is unknown when section %s failed, and says why', (section) => {
    const report = sampleWith({ [section]: failed('timed_out', 'gave up after 5 s') });
    expect(judged(check, report)).toMatchObject([
      { verdict: 'unknown', message: `section "${section}" failed: gave up after 5 s` },
    ]);
  });
});

/** What one check says, each message being one line that a person can read. */
function judged(check: Check, report = sampleReport(), policy = samplePolicy()) {
  const findings = judgeReport(report, [check], policy);
  for (const { message } of findings) {
    expect(message).toMatch(/^.{3,400}$/);
    expect(message).not.toMatch(/undefined|NaN|\[object|\bnull\b|the check itself failed/);
  }
  return findings;
}

describeWith([captures], 'the reference list of rules', () => {
  test('has every rule that a check claims to cover', () => {
    const path = reference('RULES.md');
    const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
    const rules = new Set([...text.matchAll(/^\| ([A-Z]+-\d\d) \|/gm)].map((match) => match[1]));
    expect(checks.flatMap((check) => check.rules.filter((rule) => !rules.has(rule)))).toEqual([]);
  });
});
