import { describe, expect, test } from 'vitest';
import { answerOf } from './trap-cluster.ts';
import { unseenTraps, visibleTraps } from './traps.ts';

describe('the traps of the guide', () => {
  test('are all there, seen or with the reason why not', () => {
    const told = [...visibleTraps, ...unseenTraps].map(({ trap }) => trap);
    expect([...new Set(told)].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 27 }, (_, index) => index + 1),
    );
    const seen = new Set(visibleTraps.map(({ trap }) => trap));
    expect(unseenTraps.filter(({ trap }) => seen.has(trap))).toEqual([]);
    for (const { why } of unseenTraps) expect(why).toMatch(/^[A-Z].{20,200}\.$/);
  });

  test.each(visibleTraps)('$trap: $title', async ({ asked, gate, finds, ...cluster }) => {
    const answer = await answerOf(asked ?? 'install', cluster);
    const told = finds.map(({ check, node, subject }) =>
      answer.findings.find(
        (one) =>
          one.check === check &&
          one.node === (node === undefined ? null : `${node}.example.org`) &&
          (subject === undefined || one.subject === subject),
      ),
    );
    expect(told).toMatchObject(
      finds.map(({ verdict, says, remedy }) => ({
        verdict,
        message: expect.stringContaining(says),
        ...(remedy === undefined ? {} : { remedy: expect.stringContaining(remedy) }),
      })),
    );
    expect(answer.state).toBe(gate);
  });
});
