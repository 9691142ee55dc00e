import { expect, test } from 'vitest';
import { muster } from './muster.ts';

test('the rules and the checks that cover them, then those left out, with the reason', async () => {
  const { code, stdout } = await muster('checks', 'coverage');
  expect(code).toBe(0);
  const [covered = '', left = ''] = stdout.split('Not covered, and why: ');
  expect(covered).toMatch(/^Covered by checks: \d+\n\n/);
  expect(covered).toContain('\nDRBD-05  drbd.usermode-helper, drbd.helper-persistence\n');
  expect(covered).toContain('\nGATE-14  fleet.report\n');
  expect(left).toContain('\nOS-16    A denial shows in the audit log alone, which is not read.\n');
  const counts = [...stdout.matchAll(/: (\d+)\n/g)].map((match) => Number(match[1]));
  const rows = [...stdout.matchAll(/^[A-Z]+-\d\d /gm)].length;
  expect(counts.reduce((sum, count) => sum + count)).toBe(rows);
});
