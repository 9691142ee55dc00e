import { describe, expect, test } from 'vitest';
import { ganetiClusterChecks } from '../../../collector/cluster/ganeti.ts';
import { failed, seedPolicy, withFailed } from '../seed-cluster.ts';
import { first, members, report, second, third } from './ganeti/cluster.ts';
import { judged } from './judging.ts';

const ids = ganetiClusterChecks.map(({ id }) => id);
const outsiders = [1, 2, 3].map((number) => report(number, null));

describe.each(ids)('%s', (id) => {
  test('passes a healthy cluster', () => {
    expect(judged(id, members())).toEqual([expect.stringMatching(/^pass /)]);
  });

  test('is asked of no nodes outside a cluster', () => {
    expect(judged(id, outsiders)).toEqual(['skip the nodes are in no cluster']);
  });

  test('is unknown while a node has not told', () => {
    const [one, two, three] = members();
    if (!one || !two || !three) throw new Error('three nodes');
    for (const reports of [
      [one, two],
      [one, two, withFailed(three, 'ganeti', 'no answer')],
      [withFailed(one, 'ganeti', 'no answer'), two, three],
    ]) {
      expect(judged(id, reports).at(-1)).toMatch(/^unknown /);
    }
  });

  test('is unknown where a node cannot tell whether it is in a cluster', () => {
    const [one, two, three] = members();
    if (!one || !two || three?.sections.ganeti?.status !== 'ok') throw new Error('three nodes');
    three.sections.ganeti.facts.membership = failed('ssconf: denied');
    expect(judged(id, [one, two, three])).toContain(
      `unknown membership not known of ${third} (ssconf: denied)`,
    );
  });
});

test('the policy of the seed has the three nodes of the samples', () => {
  expect(seedPolicy().nodes.map(({ name }) => name)).toEqual([first, second, third]);
});
