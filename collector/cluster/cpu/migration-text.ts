import { visible } from '../../../shared/render/safe.ts';
import { listed } from '../../../shared/wording.ts';
import type { MigrationAnswer, MigrationClass, MigrationMatrix } from '../migration.ts';

/** The answer as a person reads it: what moves where, why not, what to do. */
export function migrationText(answer: MigrationAnswer): string {
  const lines = [
    ...answer.matrices.flatMap((matrix) => [...matrixText(matrix, answer.classes), '']),
    'Classes of nodes:',
    ...answer.classes.map(classText),
    '',
    ...tagsText(answer),
  ];
  return `${lines.map((line) => visible(line)).join('\n')}\n`;
}

function classText({ id, nodes, vendor, evidence, qemu }: MigrationClass): string {
  const about = [vendor, qemu && `QEMU ${qemu}`, evidence === 'none' ? 'not known' : evidence];
  return `  ${id}: ${listed(nodes)} (${about.filter(Boolean).join(', ')})`;
}

function matrixText(matrix: MigrationMatrix, classes: readonly MigrationClass[]): string[] {
  const types = [...new Set(Object.values(matrix.cpuTypes))];
  const title = types.map((type) => type ?? 'not decided').join(' or ');
  const cells = classes.flatMap((from) =>
    classes.map((to) => ({ from: from.id, to: to.id, cell: matrix.cells[from.id]?.[to.id] })),
  );
  const closed = cells.filter(({ cell }) => cell?.verdict !== 'ok');
  const summary =
    closed.length === 0
      ? ['  every node can send a running guest to every other']
      : grid(matrix, classes);
  const reasons = closed.map(({ from, to, cell }) => {
    const why = cell?.reasons.map(({ text }) => text).join('; ') ?? '';
    return `  ${from} → ${to}: ${cell?.verdict === 'not' ? 'no' : 'not known'}: ${why}`;
  });
  return [`Live migration with the ${matrix.of} cpu_type ${title}:`, ...summary, ...reasons];
}

function grid(matrix: MigrationMatrix, classes: readonly MigrationClass[]): string[] {
  const width = Math.max(...classes.map(({ id }) => id.length), 3);
  const cellOf = (from: string, to: string) => {
    const verdict = matrix.cells[from]?.[to]?.verdict;
    return (verdict === 'ok' ? 'ok' : verdict === 'not' ? 'no' : '?').padStart(width);
  };
  const head = `  from\\to ${classes.map(({ id }) => id.padStart(width)).join(' ')}`;
  const rows = classes.map(
    ({ id }) => `  ${id.padStart(7)} ${classes.map((to) => cellOf(id, to.id)).join(' ')}`,
  );
  return [head, ...rows];
}

function tagsText({ tags }: MigrationAnswer): string[] {
  if (!tags.needed) return ['htools needs no migration tags.'];
  return [
    'Tags that keep htools to the ways that are open:',
    ...tags.commands.map((command) => `  ${command}`),
    `  ${tags.note}`,
  ];
}
