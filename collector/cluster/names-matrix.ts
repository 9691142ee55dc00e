import type { NamesFacts } from '../../shared/facts/names.ts';
import type { Fleet, FleetNode } from '../../shared/fleet.ts';
import { canonicalIp } from '../../shared/ip.ts';
import type { NameCell, NameRow, NamesMatrix } from '../../shared/names-matrix.ts';
import { type Policy, policyNames, policyNode } from '../../shared/policy.ts';

export type { NameCell, NameRow, NamesMatrix } from '../../shared/names-matrix.ts';

/** The answers of one node, or why there are none. */
export interface NodeNames {
  node: string;
  names: NamesFacts | { why: string };
}

/** What every expected node answers for the name of every expected node and of the cluster. */
export function namesMatrix(fleet: Fleet): NamesMatrix {
  return matrixOf(fleet.nodes.filter((node) => node.expected).map(namesOf), fleet.policy);
}

/** The matrix of these nodes' answers for the names of the policy and of the nodes themselves. */
export function matrixOf(nodes: readonly NodeNames[], policy: Policy): NamesMatrix {
  const names = new Set([...nodes.map(({ node }) => node), ...policyNames(policy)]);
  const answerers = nodes.map(answerer);
  const rows = [...names].map((name): NameRow => {
    return { name, expected: addressOf(policy, name), cells: answerers.map((ask) => ask(name)) };
  });
  return { nodes: nodes.map(({ node }) => node), rows };
}

function namesOf({ node, report, freshness }: FleetNode): NodeNames {
  if (report === null) return { node, names: { why: 'no report' } };
  if (freshness !== 'fresh') return { node, names: { why: 'no fresh report' } };
  const outcome = report.sections.names;
  if (outcome === undefined) return { node, names: { why: 'its report has no section "names"' } };
  if (outcome.status === 'ok') return { node, names: outcome.facts };
  return { node, names: { why: `section "names" failed: ${outcome.error.message}` } };
}

function addressOf(policy: Policy, name: string): string | null {
  const address = policyNode(policy, name)?.address;
  if (address !== undefined) return canonicalIp(address);
  const { cluster } = policy;
  return cluster.name === name && cluster.address ? canonicalIp(cluster.address) : null;
}

function answerer({ node, names }: NodeNames): (name: string) => NameCell {
  if ('why' in names) return () => ({ node, status: 'unknown', why: names.why });
  const lookups = new Map([...names.own, ...names.lookups].map((lookup) => [lookup.name, lookup]));
  return (name) => {
    const resolver = lookups.get(name)?.resolver;
    if (resolver === undefined) return hostsCell(node, names, name);
    if (resolver.status === 'failed') {
      return { node, status: 'unknown', why: resolver.error.message };
    }
    return { node, status: 'answered', addresses: sortedSet(resolver.value), source: 'resolver' };
  };
}

/** Where the hosts file is asked first, a name it holds is answered from it. */
function hostsCell(node: string, names: NamesFacts, name: string): NameCell {
  const lines = names.hosts.status === 'ok' ? names.hosts.value : [];
  const addresses = lines.filter((line) => line.names.includes(name)).map((line) => line.address);
  if (names.hostsOrder?.[0] === 'files' && addresses.length > 0) {
    return { node, status: 'answered', addresses: sortedSet(addresses), source: 'hosts' };
  }
  return { node, status: 'unknown', why: 'the agent did not ask, as its policy does not name it' };
}

function sortedSet(addresses: readonly string[]): string[] {
  return [...new Set(addresses.map(canonicalIp))].sort();
}
