import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { codeCard } from '../../../collector/cluster/ganeti/code-remedies.ts';
import { allCards } from '../../../collector/commands/cards.ts';
import { root } from '../../requirements.ts';
import { muster } from './muster.ts';

test('the rules and the checks that cover them, then those left out, with the reason', async () => {
  const { code, stdout } = await muster('checks', 'coverage');
  expect(code).toBe(0);
  const [covered = '', left = ''] = stdout.split('Not covered, and why: ');
  expect(covered).toMatch(/^Covered by checks: \d+\n\n/);
  expect(covered).toContain('\nDRBD-05  drbd.usermode-helper, drbd.helper-persistence\n');
  expect(covered).toContain('\nGATE-14  fleet.report, ');
  expect(left).toContain('\nOS-16    A denial shows in the audit log alone, which is not read.\n');
  const counts = [...stdout.matchAll(/: (\d+)\n/g)].map((match) => Number(match[1]));
  const rows = [...stdout.matchAll(/^[A-Z]+-\d\d /gm)].length;
  expect(counts.reduce((sum, count) => sum + count)).toBe(rows);
});

describe('every check that an output may name', () => {
  const sources = ['shared', 'collector', 'agent'].flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(join(root, room, name), 'utf8')),
  );
  const golden = readdirSync(join(root, 'test', 'golden'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .map((name) => readFileSync(join(root, 'test', 'golden', name), 'utf8'));
  const ids = (texts: readonly string[], pattern: RegExp) =>
    new Set(texts.flatMap((text) => [...text.matchAll(pattern)].map(([, id = '']) => id)));
  const written = ids(sources, /\b(?:id|check): '([a-z0-9-]+\.[a-z0-9-]+)'/g);
  const seen = ids(golden, /"(?:check|ruleId)": "([a-z0-9-]+\.[a-z0-9-]+)"/g);
  const listed = allCards.map(({ id }) => id);

  test('is in the list, once', async () => {
    expect([...written, ...seen].filter((id) => !listed.includes(id))).toEqual([]);
    expect(written.size).toBeGreaterThan(100);
    expect(seen.size).toBeGreaterThan(5);
    const { stdout } = await muster('checks');
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => line.split(' ')[0])).toEqual([...new Set(listed)]);
    expect(listed).toContain('answer.evidence');
  });

  test.each(listed)('%s is explained', async (id) => {
    const { code, stdout } = await muster('checks', 'explain', id);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^${id}: .{10,}\n\n.{20,}\n\nscope `));
    expect(stdout).toMatch(
      /\ngates {3}(install|join|health|upgrade|maintenance|none: muster capacity)/,
    );
  });
});

describe('a code of gnt-cluster verify', () => {
  test('is explained by how to mend it, what verify does not see, and who does', async () => {
    const { code, stdout } = await muster('checks', 'explain', 'ganeti.ENODETIME');
    expect(code).toBe(0);
    expect(stdout).toBe(
      [
        'ganeti.ENODETIME: found by gnt-cluster verify, when it was run',
        '',
        'told by      ganeti.verify-findings, with this as its subject; a waiver may name it',
        'to mend it   set the clock: systemctl restart chrony, chronyc tracking; then ' +
          'gnt-cluster verify --error-codes',
        'verify does not see, and these do: a daemon that is dead: the clock is right until it ' +
          'drifts by 150 s',
        '  time.synchronised: The clock is synchronised',
        '',
      ].join('\n'),
    );
  });

  test('names no check that there is not, whichever of those with a remedy', () => {
    const listed = allCards.map(({ id }) => id);
    const source = readFileSync(join(root, 'collector/cluster/ganeti/code-remedies.ts'), 'utf8');
    const codes = new Set([...source.matchAll(/^ {2}(E[A-Z0-9]+): /gm)].map(([, one = '']) => one));
    expect(codes.size).toBeGreaterThan(20);
    for (const code of codes) {
      const card = codeCard(code);
      expect([code, card?.besides.filter((id) => !listed.includes(id))]).toEqual([code, []]);
      expect(card?.besides.length).toBeGreaterThan(0);
    }
  });

  test('that is none is no check', async () => {
    const { code } = await muster('checks', 'explain', 'ganeti.ENOSUCHCODE');
    expect(code).toBe(64);
  });
});
