import { describe, expect, test } from 'vitest';
import { cases, healthy } from './gate-cases.ts';
import { traps } from './gate-traps.ts';
import { drained, smallCluster, troubles } from './small-cluster.ts';

test('a healthy cluster opens it, and the plan is there', () => {
  const answer = drained(smallCluster(healthy), [2]);
  expect(troubles(answer)).toEqual([]);
  expect(answer.state).toBe('open');
  expect(answer.plan?.steps.map(({ phase, command }) => `${phase}: ${command}`)).toEqual([
    'prepare: gnt-cluster watcher pause 3h',
    'prepare: gnt-node modify --drained=yes --auto-promote ganeti02.example.org',
    'move: gnt-instance migrate -f --no-runtime-changes web',
    'down: gnt-node modify --offline=yes ganeti02.example.org',
    'return: gnt-node modify -f --offline=no --drained=no ganeti02.example.org',
    'return: gnt-node modify --master-candidate=yes ganeti02.example.org',
    'return: gnt-cluster verify-disks',
    'return: gnt-cluster watcher continue',
    'return: gnt-cluster verify --error-codes',
    'restore: gnt-instance migrate -f --no-runtime-changes web',
    'restore: hbal -L -G default',
  ]);
  expect(answer.plan?.expectedMs).toBe(16_000);
});

describe('each rule', () => {
  test.each([...cases, ...traps])('%s', (_name, change, expected) => {
    const answer = drained(smallCluster({ ...healthy, ...change }), [2]);
    expect(troubles(answer).toSorted()).toEqual(expected.toSorted());
    const has = (verdict: string) => expected.some((one) => one.startsWith(verdict));
    expect(answer.state).toBe(has('fail') ? 'closed' : has('unknown') ? 'undecided' : 'open');
    expect(answer.plan === undefined).toBe(answer.state !== 'open');
  });
});
