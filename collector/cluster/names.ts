import type { Judgement } from '../../shared/check.ts';
import { groupedBy } from '../../shared/grouping.ts';
import { fail, pass, skip, unknown, warn } from '../../shared/judgement.ts';
import type { NameCell } from '../../shared/names-matrix.ts';
import type { Policy } from '../../shared/policy.ts';
import { counted, listed } from '../../shared/wording.ts';
import { type ClusterCheck, defineClusterCheck, type NodeFacts } from './cluster-check.ts';
import { type ToldName, type ToldNames, toldNames } from './names-matrix.ts';

/** Whether all nodes mean the same by a name. */
export const namesClusterChecks: ClusterCheck[] = [
  defineClusterCheck({
    id: 'names.resolution',
    title: 'Every node resolves every name to the same address',
    why:
      'Ganeti reaches nodes by name; where two nodes disagree, commands, disks and migrations go ' +
      'to the wrong machine or nowhere.',
    rules: ['NAME-01'],
    needs: ['names'],
    judge: (nodes, policy) => {
      const asked = nodes.map(({ node, facts }) => ({ node, names: facts.names }));
      return judgeRows(toldNames(asked, policy));
    },
  }),
  defineClusterCheck({
    id: 'names.cluster-distinct',
    title: 'The cluster has a name of its own, in the domain of its nodes',
    why:
      'The cluster name belongs to an address that moves with the master; gnt-cluster init ' +
      'refuses the name of a node.',
    rules: ['NAME-07'],
    needs: [],
    judge: judgeClusterName,
  }),
];

function judgeRows({ rows, otherwise }: ToldNames): Judgement[] {
  const wrong = rows.flatMap(wrongRow);
  const untold = rows.filter(({ told }) => told.length < otherwise.length || told.some(isUnknown));
  const judged = untold.length > 0 ? [...wrong, unknownRows(untold, otherwise)] : wrong;
  if (judged.length > 0) return judged;
  const nodes = rows.length === 0 ? 0 : otherwise.length;
  const names = counted(rows.length, 'name');
  return [pass(`${names}, the same address on ${counted(nodes, 'node')}`)];
}

/** A failure when the known answers for a name differ, are empty, or are not the policy's. */
function wrongRow({ name, expected, told }: ToldName): Judgement[] {
  const known = told.filter((cell) => cell.status === 'answered');
  const answers = groupedBy(known, ({ addresses }) => addresses.join(' + ') || 'no address');
  const [first = 'no address'] = answers.keys();
  const wanted = expected ?? first;
  if (answers.size === 0 || (answers.size === 1 && wanted === first && first !== 'no address')) {
    return [];
  }
  const found = [...answers].map(([answer, givers]) => `${answer} on ${nodesOf(givers)}`);
  return [
    {
      verdict: 'fail',
      message: `${name} is ${found.join('; ')}; expected ${expected ?? 'one answer'} everywhere`,
      remedy: `correct ${name} in the DNS, or in /etc/hosts of the nodes named`,
      subject: name,
    },
  ];
}

function unknownRows(rows: readonly ToldName[], otherwise: readonly NameCell[]): Judgement {
  const why = [...groupedBy(unknownCells(rows, otherwise), (cell) => cell.why)].map(
    ([reason, cells]) => `${reason} (${nodesOf(cells)})`,
  );
  const names = listed(rows.map((row) => row.name));
  return unknown(`the address of ${names} is not known: ${why.join('; ')}`);
}

type UnknownCell = Extract<NameCell, { status: 'unknown' }>;

/** Row by row, in each by the order of the nodes; what a node says of every name only once. */
function unknownCells(rows: readonly ToldName[], otherwise: readonly NameCell[]): UnknownCell[] {
  const places = new Map(otherwise.map(({ node }, index) => [node, index]));
  const placeOf = ({ node }: NameCell) => places.get(node) ?? 0;
  let pending = otherwise.filter(isUnknown);
  return rows.flatMap(({ told }) => {
    const tellers = new Set(told.map(({ node }) => node));
    const silent = pending.filter(({ node }) => !tellers.has(node));
    pending = pending.filter(({ node }) => tellers.has(node));
    return [...told.filter(isUnknown), ...silent].sort((a, b) => placeOf(a) - placeOf(b));
  });
}

function isUnknown(cell: NameCell): cell is UnknownCell {
  return cell.status === 'unknown';
}

function nodesOf(cells: readonly { node: string }[]): string {
  return listed([...new Set(cells.map(({ node }) => node))]);
}

function judgeClusterName(nodes: NodeFacts<never>[], policy: Policy): Judgement[] {
  const cluster = policy.cluster.name?.toLowerCase();
  if (cluster === undefined) {
    return [skip('the policy names no cluster (cluster.name)')];
  }
  const names = [...policy.nodes.map((node) => node.name), ...nodes.map(({ node }) => node)];
  if (names.some((name) => name.toLowerCase() === cluster)) {
    return [
      fail(
        `${cluster} names a node and the cluster; expected a name of its own for each`,
        'choose another cluster name and give it an address of its own',
      ),
    ];
  }
  const elsewhere = [...new Set(names)].filter((name) => domainOf(name) !== domainOf(cluster));
  if (elsewhere.length > 0) {
    return [
      warn(
        `${listed(elsewhere.sort())} not in the domain of ${cluster}; expected one domain`,
        'use fully qualified names of one domain for the nodes and the cluster',
      ),
    ];
  }
  return [pass(`${cluster} is no node's name, and in the nodes' domain`)];
}

function domainOf(name: string): string {
  const [, ...domain] = name.toLowerCase().split('.');
  return domain.join('.');
}
