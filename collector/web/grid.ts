import { type Finding, isWaived, type Verdict } from '../../shared/check.ts';
import type { Fleet, FleetNode } from '../../shared/fleet.ts';
import { groupedBy } from '../../shared/grouping.ts';
import { worseOf, worstFirst } from '../summary.ts';

/** One node of the grid. */
export interface GridRow {
  node: FleetNode;
  /** by check group; a group that says nothing of the node has none */
  cells: Map<string, Verdict>;
  /** findings set aside by a waiver, by check group; they are in no verdict of a cell */
  waived: Map<string, number>;
}

export interface Grid {
  groups: string[];
  rows: GridRow[];
  /** of the checks across nodes that lie at no single one, by group */
  across: Map<string, Verdict>;
}

/** Above it, nodes of which the same is to be said share a row. */
export const NODES_APART_MAX = 40;

/** Nodes by check groups, each cell the worst verdict of its findings, the worst rows first. */
export function gridOf(fleet: Fleet, shows: (finding: Finding) => boolean = () => true): Grid {
  const across = groupedBy(fleet.clusterFindings, ({ node }) => node);
  const groupIn = groupBook();
  const told = fleet.nodes.map((node) => {
    return { node, findings: [...node.findings, ...(across.get(node.node) ?? [])] };
  });
  const rows = told
    .filter(({ findings }) => findings.some(shows))
    .map(({ node, findings }) => ({
      node,
      cells: worstByGroup(findings, groupIn),
      waived: countByGroup(findings.filter(isWaived)),
    }));
  const groups = [
    ...new Set(rows.flatMap(({ cells, waived }) => [...cells.keys(), ...waived.keys()])),
  ];
  // A node without a fresh report was not judged: unknown in every group, not blank.
  for (const { node, cells } of rows) {
    if (node.freshness === 'fresh') continue;
    for (const group of groups) if (!cells.has(group)) cells.set(group, 'unknown');
  }
  rows.sort((one, other) => compareWeights(weightOf(one), weightOf(other)));
  const atNone = (across.get(null) ?? []).filter(shows);
  return { groups, rows, across: worstByGroup(atNone, groupIn) };
}

/** Rows of which the same is to be said, together; each its own where there are few. */
export function alikeRows({ groups, rows }: Grid): GridRow[][] {
  if (rows.length <= NODES_APART_MAX) return rows.map((row) => [row]);
  const profile = ({ node, cells, waived }: GridRow) => {
    const said = groups.map((group) => `${cells.get(group) ?? ''} ${waived.get(group) ?? 0}`);
    return `${node.freshness} ${node.expected} ${said.join()}`;
  };
  return [...groupedBy(rows, profile).values()];
}

/** The group of a check is what stands before the first dot of its id. */
export function groupOf(check: string): string {
  return check.split('.')[0] ?? check;
}

/** The groups of all checks that say something of a fleet. */
export function groupsOf({ nodes, clusterFindings }: Fleet): string[] {
  const checks = new Set<string>();
  for (const { findings } of nodes) for (const { check } of findings) checks.add(check);
  for (const { check } of clusterFindings) checks.add(check);
  return [...new Set([...checks].map(groupOf))];
}

/** Large clusters have hundreds of findings for each check: its id is taken apart once. */
function groupBook(): typeof groupOf {
  const known = new Map<string, string>();
  return (check) => {
    const group = known.get(check) ?? groupOf(check);
    known.set(check, group);
    return group;
  };
}

function worstByGroup(findings: readonly Finding[], groupIn: typeof groupOf): Map<string, Verdict> {
  const worst = new Map<string, Verdict>();
  for (const finding of findings) {
    if (isWaived(finding)) continue;
    const group = groupIn(finding.check);
    const known = worst.get(group);
    worst.set(group, known === undefined ? finding.verdict : worseOf(known, finding.verdict));
  }
  return worst;
}

function countByGroup(findings: readonly Finding[]): Map<string, number> {
  const byGroup = groupedBy(findings, ({ check }) => groupOf(check));
  return new Map([...byGroup].map(([group, some]) => [group, some.length]));
}

/** How many cells of each verdict, the worst first; names break ties as the fleet is sorted. */
function weightOf({ cells }: GridRow): number[] {
  const all = [...cells.values()];
  return worstFirst.map((verdict) => all.filter((one) => one === verdict).length);
}

function compareWeights(one: readonly number[], other: readonly number[]): number {
  for (const [index, count] of one.entries()) {
    const difference = (other[index] ?? 0) - count;
    if (difference !== 0) return difference;
  }
  return 0;
}
