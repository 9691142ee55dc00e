import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { initPolicy } from '../../collector/policy-init.ts';
import { jsonSchemas } from '../../shared/json-schemas.ts';
import { root } from '../requirements.ts';
import { smallReport } from './rules/rule-cases.ts';

const folder = join(root, 'packaging', 'schemas');
const read = (name: string): unknown =>
  JSON.parse(readFileSync(join(folder, `${name}.schema.json`), 'utf8'));

/** What a validator that is not ours says is wrong by the published schema. */
function errorsOf(name: string, value: unknown): string[] {
  const ajv = new Ajv2020({ allErrors: true, strict: false });
  addFormats.default(ajv);
  const validate = ajv.compile(Object(read(name)));
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

describe('the published schemas', () => {
  test('are those of the code (npm run schemas)', () => {
    const written = readdirSync(folder).map((name) => name.replace('.schema.json', ''));
    expect(written.sort()).toEqual(Object.keys(jsonSchemas).sort());
    for (const [name, schema] of Object.entries(jsonSchemas)) expect(read(name)).toEqual(schema());
  });

  test('take the example, what "policy init" writes, a waiver and a report', () => {
    const example = readFileSync(join(root, 'packaging/examples/seed-cluster.yaml'), 'utf8');
    const waiver = { check: '*', reason: 'r', owner: 'o', expires: '2027-01-31T00:00:00Z' };
    expect(errorsOf('policy', parse(example))).toEqual([]);
    expect(errorsOf('policy', parse(initPolicy([smallReport()], 'c1')))).toEqual([]);
    expect(errorsOf('waivers', [waiver])).toEqual([]);
    expect(errorsOf('report', smallReport())).toEqual([]);
  });

  test('refuse what the programs refuse', () => {
    const rule = { id: 'Big', title: 't', message: 'm', remedy: 'r', severity: 'note' };
    expect(errorsOf('policy', { storage: { volumegroup: 'x' }, rules: [rule] })).toEqual([
      '/storage must NOT have additional properties',
      "/rules/0 must have required property 'that'",
      '/rules/0/id must match pattern "^[a-z0-9]+(-[a-z0-9]+)*$"',
      '/rules/0/severity must be equal to one of the allowed values',
    ]);
    expect(errorsOf('waivers', [{ check: '*' }])).not.toEqual([]);
    expect(errorsOf('report', { ...smallReport(), schema: 2 })).toEqual([
      '/schema must be equal to constant',
    ]);
  });

  test('describe every size and duration by its unit, with an example', () => {
    expect(read('policy')).toMatchObject({
      properties: {
        storage: { properties: { minimumFree: { 'x-unit': 'bytes', examples: ['20 GiB'] } } },
        thresholds: { properties: { maximumAge: { 'x-unit': 'ms', examples: ['15m', '2h'] } } },
      },
    });
  });

  test.each(['policy init', 'the example'])('are named to editors by %s', (what) => {
    const file = join(root, 'packaging/examples/seed-cluster.yaml');
    const text = what === 'the example' ? readFileSync(file, 'utf8') : initPolicy([], undefined);
    expect(text).toMatch(/^# yaml-language-server: \$schema=\S+\/policy\.schema\.json\n/);
  });
});
