import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Evidence, fingerprintOf } from '../../shared/fingerprint.ts';

const evidence: Evidence = {
  check: 'storage.size',
  node: 'n1',
  subject: 'gnt',
  verdict: 'fail',
  message: 'volume group "gnt" has 19.9 GiB, expected 20 GiB or more',
};

describe('the fingerprint of a finding', () => {
  test('is the same for ever, since waiver files hold it', () => {
    expect(fingerprintOf(evidence)).toBe('v1-706687159926e414');
    const { subject: _, ...ofCluster } = { ...evidence, node: null };
    expect(fingerprintOf(ofCluster)).toBe('v1-db1580215a988980');
  });

  test.each<[string, Partial<Evidence>]>([
    ['check', { check: 'storage.sizes' }],
    ['node', { node: 'n2' }],
    ['cluster instead of a node', { node: null }],
    ['subject', { subject: 'gnt2' }],
    ['verdict', { verdict: 'warn' }],
    ['message', { message: 'volume group "gnt" has 19.8 GiB, expected 20 GiB or more' }],
  ])('changes with the %s', (_, change) => {
    expect(fingerprintOf({ ...evidence, ...change })).not.toBe(fingerprintOf(evidence));
  });

  test('does not change with the title, the remedy, or being waived', () => {
    const waived = { reason: 'r', owner: 'o', expires: '2027-01-31T00:00:00Z' };
    const finding = { ...evidence, title: 'other', remedy: 'mend it', waived };
    expect(fingerprintOf(finding)).toBe(fingerprintOf(evidence));
  });

  test('tells apart texts that run together', () => {
    const { subject: _, ...without } = evidence;
    expect(fingerprintOf({ ...without, check: 'a', node: 'bc' })).not.toBe(
      fingerprintOf({ ...without, check: 'ab', node: 'c' }),
    );
  });

  test('is a prefix and sixteen digits for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (message) => {
        expect(fingerprintOf({ ...evidence, message })).toMatch(/^v1-[0-9a-f]{16}$/);
      }),
    );
  });
});
