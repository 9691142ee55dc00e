import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { renderSarif } from '../../../shared/render/sarif.ts';
import {
  answersSaying,
  closedGate,
  finding,
  gateOf,
  hostile,
  openGate,
  options,
} from './answers.ts';

const message = z.strictObject({ text: z.string().min(1) });
const properties = z.record(z.string(), z.unknown());
/** What the standard asks of the objects that we write; a property it does not know is refused. */
const sarif = z.strictObject({
  $schema: z.url(),
  version: z.literal('2.1.0'),
  runs: z.tuple([
    z.strictObject({
      tool: z.strictObject({
        driver: z.strictObject({
          name: z.string().min(1),
          version: z.string(),
          semanticVersion: z.string().regex(/^\d+\.\d+\.\d+/),
          rules: z.array(
            z.strictObject({
              id: z.string().min(1),
              shortDescription: message,
              fullDescription: message,
              help: message,
            }),
          ),
        }),
      }),
      automationDetails: z.strictObject({ id: z.string() }),
      invocations: z.tuple([
        z.strictObject({
          executionSuccessful: z.boolean(),
          exitCode: z.int(),
          endTimeUtc: z.iso.datetime(),
        }),
      ]),
      results: z.array(
        z.strictObject({
          ruleId: z.string(),
          ruleIndex: z.int().min(0),
          level: z.enum(['none', 'note', 'warning', 'error']),
          message,
          locations: z.tuple([
            z.strictObject({
              logicalLocations: z.tuple([
                z.strictObject({
                  name: z.string(),
                  fullyQualifiedName: z.string(),
                  kind: z.string(),
                }),
              ]),
            }),
          ]),
          partialFingerprints: z.record(z.string().regex(/^[^/]+\/v\d+$/), z.string()),
          suppressions: z.array(
            z.strictObject({
              kind: z.enum(['inSource', 'external']),
              status: z.enum(['accepted', 'underReview', 'rejected']),
              justification: z.string(),
            }),
          ),
          properties,
        }),
      ),
      properties,
    }),
  ]),
});

function runOf(answer: Parameters<typeof renderSarif>[0], failOn: 'fail' | 'warn' = 'fail') {
  return sarif.parse(JSON.parse(renderSarif(answer, { ...options, failOn }))).runs[0];
}

describe('SARIF', () => {
  test.each([closedGate, openGate, ...answersSaying(hostile)])('keeps to 2.1.0 (%#)', (answer) => {
    const { tool, results } = runOf(answer);

    const { rules } = tool.driver;
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
    expect(results.map(({ ruleIndex }) => rules[ruleIndex]?.id)).toEqual(
      results.map(({ ruleId }) => ruleId),
    );
  });

  test('has every check as a rule, and a result for each failure, unknown and warning', () => {
    const { tool, results } = runOf(closedGate);

    expect(tool.driver.rules.map(({ id }) => id)).toEqual([
      'storage.size',
      'network.stp',
      'memory.ecc',
      'addresses.secondary',
    ]);
    expect(results.map(({ ruleId, level }) => [ruleId, level])).toEqual([
      ['storage.size', 'error'],
      ['storage.size', 'error'],
      ['network.stp', 'warning'],
      ['network.stp', 'warning'],
      ['memory.ecc', 'error'],
    ]);
    expect(results[1]?.message.text).toBe(
      'node3.example.org: could not tell: section "storage" failed: vgs: not permitted',
    );
  });

  test('suppresses what is waived, with its reason, and nothing else', () => {
    const { results } = runOf(closedGate);

    expect(results.map(({ suppressions }) => suppressions.length)).toEqual([0, 0, 0, 0, 1]);
    expect(results[4]?.suppressions[0]?.justification).toBe(
      'waived by alice@example.org until 2026-12-01T00:00:00.000Z: ' +
        'new memory is ordered (100 % sure)',
    );
  });

  test('knows a finding again though its value moved, and others by node and subject', () => {
    const fingerprintOf = (rest: Parameters<typeof finding>[1]) =>
      runOf(gateOf([finding('fail', rest)], 'closed')).results[0]?.partialFingerprints;

    expect(fingerprintOf({ message: '19 GiB' })).toEqual(fingerprintOf({ message: '18 GiB' }));
    expect(fingerprintOf({ node: 'a' })).not.toEqual(fingerprintOf({ node: 'b' }));
    expect(fingerprintOf({ subject: 'a' })).not.toEqual(fingerprintOf({ subject: 'b' }));
  });

  test('tells the exit code', () => {
    const warned = gateOf([finding('warn')], 'open');

    expect(runOf(warned).invocations[0].exitCode).toBe(0);
    expect(runOf(warned, 'warn').invocations[0].exitCode).toBe(1);
    expect(runOf(closedGate).invocations[0].exitCode).toBe(2);
  });
});
