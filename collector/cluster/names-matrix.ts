import type { NamesFacts } from '../../shared/facts/names.ts';
import type { Fleet, FleetNode } from '../../shared/fleet.ts';
import { groupedBy } from '../../shared/grouping.ts';
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

/** Everything is looked up once for the node: a large cluster asks each for a thousand names. */
function answerer({ node, names }: NodeNames): (name: string) => NameCell {
  if ('why' in names) {
    const untold: NameCell = { node, status: 'unknown', why: names.why };
    return () => untold;
  }
  const lookups = new Map([...names.own, ...names.lookups].map((lookup) => [lookup.name, lookup]));
  const byHosts = hostsAnswers(names);
  const unasked: NameCell = { node, status: 'unknown', why: NOT_ASKED };
  return (name) => {
    const resolver = lookups.get(name)?.resolver;
    if (resolver?.status === 'failed') {
      return { node, status: 'unknown', why: resolver.error.message };
    }
    if (resolver !== undefined) return answered(node, resolver.value, 'resolver');
    const addresses = byHosts.get(name);
    return addresses === undefined ? unasked : answered(node, addresses, 'hosts');
  };
}

const NOT_ASKED = 'the agent did not ask, as its policy does not name it';

function answered(
  node: string,
  addresses: readonly string[],
  source: 'resolver' | 'hosts',
): NameCell {
  return { node, status: 'answered', addresses: sortedSet(addresses), source };
}

/** Where the hosts file is asked first, the names it holds are answered from it. */
function hostsAnswers({ hosts, hostsOrder }: NamesFacts): Map<string, string[]> {
  if (hostsOrder?.[0] !== 'files' || hosts.status !== 'ok') return new Map();
  const given = hosts.value.flatMap(({ address, names }) =>
    [...new Set(names)].map((name) => ({ name, address })),
  );
  const byName = groupedBy(given, ({ name }) => name);
  return new Map([...byName].map(([name, all]) => [name, all.map(({ address }) => address)]));
}

function sortedSet(addresses: readonly string[]): string[] {
  return [...new Set(addresses.map(canonicalIp))].sort();
}
