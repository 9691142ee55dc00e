import { describe, expect, test } from 'vitest';
import { withCode } from '../../../../collector/cluster/ganeti/verify-codes.ts';
import type { VerifyFinding } from '../../../../shared/ganeti-verify.ts';
import { verify } from '../maintenance/gate-changes.ts';
import { drained, smallCluster, troubles } from '../maintenance/small-cluster.ts';

function finding(kind: string | null, message: string, code: string | null = null): VerifyFinding {
  return { severity: 'warning', code, kind, name: 'x', message };
}

describe('the code of a finding of verify', () => {
  test.each<[string | null, string, string | null]>([
    ['node', 'while contacting node: Connection refused', 'ENODERPC'],
    ['node', 'instance vm1, connection to secondary node failed', 'ENODERPC'],
    ['node', "volume group 'gnt' too small (20480 MiB required, 12284 MiB found)", 'ENODELVM'],
    ['instance', "disk/0 on ganeti02; state is 'sync'", 'EINSTANCEFAULTYDISK'],
    ['instance', 'disk/1 on ganeti02 is degraded', 'EINSTANCEFAULTYDISK'],
    ['instance', 'while contacting node: Connection refused', null],
    ['node', 'it said: while contacting node: no', null],
    ['node', 'disk/0 on ganeti02 is degraded', null],
    ['cluster', '', null],
    [null, 'while contacting node: Connection refused', null],
  ])('of a %s: "%s" is %s', (kind, message, code) => {
    expect(withCode(finding(kind, message)).code).toBe(code);
  });

  test('that is told is never another', () => {
    expect(withCode(finding('node', 'node setup error: x', 'ENODEHV')).code).toBe('ENODEHV');
  });
});

describe('the gate maintenance after a verify without --error-codes', () => {
  const sketch = { free: [4096, 4096, 4096], guests: [{ name: 'web', on: 2, mirror: 3 }] };
  const asked = (found: Record<string, unknown>) => {
    const answer = drained(smallCluster({ ...sketch, member: verify(found) }), [2]);
    return [answer.state, ...troubles(answer)];
  };

  test.each([
    [
      'a degraded disk, a mere warning to verify',
      { kind: 'instance', name: 'web', message: "disk/0 on a is degraded; state is 'ok'" },
      ['closed', 'fail maintenance.verify'],
    ],
    [
      'a warning of which the text tells nothing',
      { message: 'something that nobody has seen' },
      ['undecided', 'unknown maintenance.verify'],
    ],
    ['a stray volume', { message: 'volume gnt/a is unknown' }, ['open']],
    ['what only the job log says', { kind: null, name: null, message: 'aside' }, ['open']],
    [
      'an error',
      { severity: 'error', message: 'something that nobody has seen' },
      ['closed', 'fail maintenance.verify'],
    ],
  ])('%s', (_what, found, expected) => {
    expect(asked({ code: null, ...found })).toEqual(expected);
  });
});
