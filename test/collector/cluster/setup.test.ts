import { describe, expect, test } from 'vitest';
import { setupClusterChecks } from '../../../collector/cluster/setup.ts';
import type { Report } from '../../../shared/report.ts';
import { failed, ok, withFailed } from '../seed-cluster.ts';
import { judged } from './judging.ts';
import { type Changes, first, installed, said } from './setup/installed.ts';

const ids = setupClusterChecks.map(({ id }) => id);

/** What does not arise in the sample: nobody has set it. */
const unasked = ['cpu.mask', 'qemu.migration-caps', 'memory.hugepages', 'network.guest-vlans'];

function withGaneti(report: Report, membership: unknown): Report {
  const facts = { release: ok('3.0.2'), membership };
  return { ...report, sections: { ...report.sections, ganeti: { status: 'ok', facts } } } as Report;
}

describe.each(ids)('%s', (id) => {
  test('passes a healthy cluster, or has nothing to ask of it', () => {
    const verdict = unasked.includes(id) ? /^skip / : /^pass /;
    expect(said(id)).toEqual([expect.stringMatching(verdict)]);
  });

  test('is asked of no nodes outside a cluster', () => {
    const bare = installed().map((report) => withGaneti(report, ok(null)));
    expect(judged(id, bare)).toEqual(['skip the nodes are in no cluster']);
  });

  test('is unknown without a word of the master', () => {
    const [, two, three] = installed();
    if (!two || !three) throw new Error('three nodes');
    const found = judged(id, [two, three]);
    expect(found[0]).toBe(
      `unknown the master, ${first}, has not told the configuration of the cluster`,
    );
    expect(found.every((one) => one.startsWith('unknown '))).toBe(true);
  });

  test('is unknown when the configuration cannot be read', () => {
    const changes: Changes = {
      master: ({ master }) => {
        if (master) master.config = failed('config.data: truncated');
      },
    };
    expect(said(id, changes)).toEqual(['unknown config.data: truncated']);
  });

  test('is unknown where a node cannot tell whether it is in a cluster', () => {
    const [one, two, three] = installed();
    if (!one || !two || !three) throw new Error('three nodes');
    const unsure = withGaneti(three, failed('ssconf: denied'));
    expect(judged(id, [one, two, unsure]).at(-1)).toBe(
      `unknown membership not known of ${three.node} (ssconf: denied)`,
    );
  });

  test('is unknown when a section that it needs failed on any node', () => {
    const check = setupClusterChecks.find((one) => one.id === id);
    const [one, two, three] = installed();
    if (!one || !two || !three) throw new Error('three nodes');
    for (const need of check?.needs ?? []) {
      const found = judged(id, [one, withFailed(two, need, 'no answer'), three]);
      const told = found.some((line) => line.startsWith('unknown ') || line.startsWith('skip '));
      expect(told, need).toBe(true);
    }
  });

  test('tells what it is, why it matters and what it covers', () => {
    const check = setupClusterChecks.find((one) => one.id === id);
    expect(check?.title).toMatch(/^[A-Za-z].{9,98}[^.]$/);
    expect(check?.why).toMatch(/^.{20,300}\.$/s);
    expect(check?.rules.join(' ')).toMatch(/^([A-Z]+-\d\d ?)+$/);
  });
});

test('each id stands there once', () => {
  expect(ids).toEqual([...new Set(ids)]);
});
