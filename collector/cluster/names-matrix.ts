import type { NamesFacts } from '../../shared/facts/names.ts';
import type { Fleet, FleetNode } from '../../shared/fleet.ts';
import { groupedBy } from '../../shared/grouping.ts';
import { canonicalIp } from '../../shared/ip.ts';
import type { NameCell, NameRow, NamesMatrix } from '../../shared/names-matrix.ts';
import { type Policy, policyNames, policyNode } from '../../shared/policy.ts';

export type { NameCell, NameRow, NamesMatrix } from '../../shared/names-matrix.ts';

/** The answers for a name, of those nodes that tell one or could not. */
export interface ToldName extends Omit<NameRow, 'cells'> {
  told: NameCell[];
}

/** The same as a matrix without its empty cells, which are most of them in a large cluster. */
export interface ToldNames {
  /** of each node what it says of a name of which it tells nothing */
  otherwise: NameCell[];
  rows: ToldName[];
}

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
  const answerers = nodes.map(answerer);
  const rows = namesAsked(nodes, policy).map((name) => rowOf(name, answerers, policy));
  return { nodes: nodes.map(({ node }) => node), rows };
}

/** One row of the matrix. */
export function nameRow(name: string, nodes: readonly NodeNames[], policy: Policy): NameRow {
  return rowOf(name, nodes.map(answerer), policy);
}

/** What the matrix tells, in time and space that grow with what the nodes tell. */
export function toldNames(nodes: readonly NodeNames[], policy: Policy): ToldNames {
  const answerers = nodes.map(answerer);
  const rows = namesAsked(nodes, policy).map((name): ToldName => {
    return { name, expected: addressOf(policy, name), told: [] };
  });
  const byName = new Map(rows.map((row) => [row.name, row]));
  for (const { knows, answer } of answerers) {
    for (const name of knows) byName.get(name)?.told.push(answer(name));
  }
  return { otherwise: answerers.map(({ otherwise }) => otherwise), rows };
}

function namesAsked(nodes: readonly NodeNames[], policy: Policy): string[] {
  return [...new Set([...nodes.map(({ node }) => node), ...policyNames(policy)])];
}

function rowOf(name: string, answerers: readonly Answerer[], policy: Policy): NameRow {
  const cells = answerers.map(({ answer }) => answer(name));
  return { name, expected: addressOf(policy, name), cells };
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

interface Answerer {
  /** the names of which the node tells anything */
  knows: ReadonlySet<string>;
  /** of every other one */
  otherwise: NameCell;
  answer(name: string): NameCell;
}

/** Everything is looked up once for the node: a large cluster asks each for a thousand names. */
function answerer({ node, names }: NodeNames): Answerer {
  if ('why' in names) {
    const untold: NameCell = { node, status: 'unknown', why: names.why };
    return { knows: new Set(), otherwise: untold, answer: () => untold };
  }
  const lookups = new Map([...names.own, ...names.lookups].map((lookup) => [lookup.name, lookup]));
  const byHosts = hostsAnswers(names);
  const unasked: NameCell = { node, status: 'unknown', why: NOT_ASKED };
  const answer = (name: string): NameCell => {
    const resolver = lookups.get(name)?.resolver;
    if (resolver?.status === 'failed') {
      return { node, status: 'unknown', why: resolver.error.message };
    }
    if (resolver !== undefined) return answered(node, resolver.value, 'resolver');
    const addresses = byHosts.get(name);
    return addresses === undefined ? unasked : answered(node, addresses, 'hosts');
  };
  const knows = new Set([...lookups.keys(), ...byHosts.keys()]);
  return { knows, otherwise: unasked, answer };
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
