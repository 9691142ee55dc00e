import { type Finding, isWaived } from '../check.ts';
import type { Fleet, FleetNode } from '../fleet.ts';
import type { GateResult } from '../gate.ts';
import { groupedBy } from '../grouping.ts';
import type { NameCell, NameRow, NamesMatrix } from '../names-matrix.ts';
import { formatDuration } from '../units.ts';
import { counted } from '../wording.ts';
import { type Counts, countsOf, troubles } from './counts.ts';
import { stateWord } from './paint.ts';
import { visible } from './safe.ts';

const UNDECIDED_WIDTH = 'undecided'.length;

/** The nodes with the age of their reports and their findings, then every gate in a line. */
export function renderFleet(
  fleet: Fleet,
  results: readonly GateResult[],
  { color }: { color: boolean },
): string {
  const all = [...fleet.nodes.flatMap(({ findings }) => findings), ...fleet.clusterFindings];
  const columns: (keyof Counts)[] = all.some(isWaived)
    ? ['fail', 'unknown', 'warn', 'waived', 'pass', 'skip']
    : ['fail', 'unknown', 'warn', 'pass', 'skip'];
  const rows = [
    ['NODE', 'REPORT', ...columns.map((column) => column.toUpperCase())],
    ...fleet.nodes.map((node) => [
      node.node,
      reportWords(node),
      ...countColumns(node.findings, columns),
    ]),
    ['(across nodes)', '', ...countColumns(fleet.clusterFindings, columns)],
  ];
  const gates = results.map((result) => {
    const state = stateWord(result.state, UNDECIDED_WIDTH, color);
    return `${state}  gate ${result.gate}: ${troubles(countsOf(result.findings))}`;
  });
  const head = `cluster ${visible(fleet.cluster)}: ${counted(fleet.nodes.length, 'node')}`;
  const blocks = [[`${head}, as of ${fleet.now.toISOString()}`], table(rows, 2), gates];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** For each name its answers and who gives them; one line where all nodes agree. */
export function renderNamesMatrix(matrix: NamesMatrix): string {
  if (matrix.rows.length === 0) return 'no names: no node reported, and the policy names none\n';
  const rows = matrix.rows.flatMap((row) => answerRows(row, matrix.nodes.length));
  return `${table([['NAME', 'ADDRESS', 'ON'], ...rows], 3).join('\n')}\n`;
}

function reportWords({ expected, freshness, ageMs }: FleetNode): string {
  const words = expected ? '' : ', not in the policy';
  if (ageMs === null) return `${freshness}${words}`;
  const age = ageMs < 0 ? 'just now' : `${formatDuration(ageMs)} old`;
  if (freshness === 'fresh') return `${age}${words}`;
  return `stale, ${ageMs < 0 ? `${formatDuration(-ageMs)} in the future` : age}${words}`;
}

function countColumns(findings: readonly Finding[], columns: readonly (keyof Counts)[]): string[] {
  const counts = countsOf(findings);
  return columns.map((column) => (counts[column] === 0 ? '·' : String(counts[column])));
}

function answerRows({ name, expected, cells }: NameRow, nodeCount: number): string[][] {
  const answers = groupedBy(cells, (cell) => answerWords(cell, expected));
  if (answers.size === 0) return [[name, 'unknown', 'no node']];
  return [...answers].map(([answer, givers], index) => [
    index === 0 ? name : '',
    answer,
    givers.length === nodeCount && nodeCount > 1
      ? `all ${nodeCount} nodes`
      : givers.map(giverWords).join(', '),
  ]);
}

function answerWords(cell: NameCell, expected: string | null): string {
  if (cell.status === 'unknown') return `unknown: ${cell.why}`;
  const found = cell.addresses.join(' + ') || 'no address';
  return expected !== null && found !== expected ? `${found}, expected ${expected}` : found;
}

function giverWords(cell: NameCell): string {
  const predicted = cell.status === 'answered' && cell.source === 'hosts';
  return predicted ? `${cell.node} (by its hosts file)` : cell.node;
}

/** Aligned columns: the first `texts` of them to the left, numbers to the right. */
export function table(rows: readonly string[][], texts: number): string[] {
  const safe = rows.map((row) => row.map(visible));
  const widths = (safe[0] ?? []).map((_, column) =>
    Math.max(...safe.map((row) => (row[column] ?? '').length)),
  );
  return safe.map((row) =>
    row
      .map((value, column) => {
        const width = widths[column] ?? 0;
        return column < texts ? value.padEnd(width) : value.padStart(width);
      })
      .join('  ')
      .trimEnd(),
  );
}
