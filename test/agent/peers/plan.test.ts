import { expect, test } from 'vitest';
import { planPeers } from '../../../agent/peers/plan.ts';
import { policySchema } from '../../../shared/policy.ts';

const name = (number: number) => `node${number}.example.org`;

function policyOf(nodes: Record<string, unknown>[], cluster = {}) {
  return policySchema.parse({ nodes, cluster });
}

const dual = (number: number) => ({
  name: name(number),
  address: `192.0.2.${number}`,
  secondaryAddress: `10.0.0.${number}`,
});

test('each role goes from its own address to the same role of each peer', () => {
  const policy = policyOf([dual(1), dual(2)], { address: '192.0.2.100' });
  expect(planPeers(policy, name(1))).toEqual({
    paths: [
      { peer: name(2), role: 'primary', source: '192.0.2.1', address: '192.0.2.2' },
      { peer: name(2), role: 'secondary', source: '10.0.0.1', address: '10.0.0.2' },
    ],
    leftOut: 0,
    cluster: { source: '192.0.2.1', address: '192.0.2.100' },
  });
});

test('the order is that of the policy, beginning after the node itself', () => {
  const policy = policyOf([1, 2, 3, 4].map(dual));
  const primary = planPeers(policy, name(3)).paths.filter(({ role }) => role === 'primary');
  expect(primary.map(({ peer }) => peer)).toEqual([name(4), name(1), name(2)]);
});

test('a peer without an address has no path, and no name stands in for it', () => {
  const policy = policyOf([dual(1), { name: name(2) }, { name: name(3), address: '192.0.2.3' }]);
  expect(planPeers(policy, name(1)).paths).toEqual([
    { peer: name(3), role: 'primary', source: '192.0.2.1', address: '192.0.2.3' },
  ]);
});

test('a peer that is given the own address is not tried, however it is spelled', () => {
  const policy = policyOf([
    { name: name(1), address: '2001:db8::1' },
    { name: name(2), address: '2001:db8:0::1' },
  ]);
  expect(planPeers(policy, name(1)).paths).toEqual([]);
});

test('a node that the policy does not list contacts nobody', () => {
  const policy = policyOf([dual(1), dual(2)], { address: '192.0.2.100' });
  expect(planPeers(policy, 'node1')).toEqual({ paths: [], leftOut: 0, cluster: null });
});

test('a node without a primary address does not try the cluster address', () => {
  const policy = policyOf([{ name: name(1) }, dual(2)], { address: '192.0.2.100' });
  expect(planPeers(policy, name(1)).cluster).toBeNull();
});

test.each([
  [64, 63, 0],
  [65, 64, 0],
  [66, 64, 1],
  [200, 64, 135],
])('of %i nodes %i peers are tried and %i are left out', (count, tried, leftOut) => {
  const nodes = Array.from({ length: count }, (_, index) => dual(index + 1));
  const plan = planPeers(policyOf(nodes), name(1));
  expect(plan.paths).toHaveLength(tried * 2);
  expect(plan.leftOut).toBe(leftOut);
});
