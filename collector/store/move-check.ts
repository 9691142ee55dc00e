import { createHash } from 'node:crypto';
import { CommandError } from '../../shared/exit.ts';
import type { Key, MovedRow, MoveSource, SourceRow } from './move-source.ts';
import type { MovedTable } from './move-tables.ts';
import { bodies } from './postgres-reports.ts';
import { rowOf, rowsOf, type Session } from './postgres-statements.ts';

/** Rows that follow each other, and the last one before them. */
export interface Page {
  after: Key | null;
  rows: readonly SourceRow[];
}

/** What a report that was whole gets anew, and the tables that grow by it. */
const ofParts: ReadonlySet<string> = new Set(['skeleton_id', 'volatiles', 'packed']);
const grow: ReadonlySet<string> = new Set(['sections', 'skeletons', 'skeleton_sections']);

/** Refuses rows that do not stand in the target as they stand in the source. */
export async function checkRows(
  session: Session,
  table: MovedTable,
  { after, rows }: Page,
): Promise<void> {
  const last = rows.at(-1);
  if (last === undefined) return;
  const there = await rowsBetween(session, table, [after, last.key]);
  const found = new Map(there.map((row) => [textOf(table.key.map((name) => row[name])), row]));
  for (const { key, row, whole } of rows) {
    const kept = found.get(textOf(key));
    const columns = Object.keys(table.columns).filter((name) => !whole || !ofParts.has(name));
    const wrong = columns.find((name) => !isEqual(kept?.[name], row[name]));
    if (wrong !== undefined) refuse(table, key, `its ${wrong} is not that of the source`);
  }
  if (there.length !== rows.length) refuse(table, last.key, 'the target has more rows before it');
}

/** Refuses a table with other than as many rows as in the source. */
export async function checkCount(
  session: Session,
  table: MovedTable,
  source: MoveSource,
): Promise<void> {
  const [found, expected] = [await countOf(session, table.name), source.rows(table)];
  if (found === expected) return;
  if (source.hasWhole && grow.has(table.name) && found > expected) return;
  throw new CommandError('badData', `${table.name}: ${found} rows, and ${expected} in the source`);
}

/**
 * Puts reports together again from their parts: each must be what its digest says. The ids of those
 * that do not fit and say in the source what they say here: they were damaged before.
 */
export async function checkDigests(
  session: Session,
  rows: readonly SourceRow[],
  source: MoveSource,
): Promise<number[]> {
  const ids = rows.map(({ key: [id] }) => Number(id));
  const texts = await bodies(session, ids);
  return rows.flatMap(({ key, row }, index) => {
    const [id, text] = [ids[index] ?? 0, texts[index] ?? ''];
    if (isEqual(createHash('sha256').update(text).digest(), row.digest)) return [];
    if (text === source.body(id)) return [id];
    return refuse({ name: 'reports' }, key, 'what it says is not what it says in the source');
  });
}

/** How many rows a table has. */
export async function countOf(session: Session, table: string): Promise<number> {
  const count = rowOf<{ rows: number }>(`SELECT count(*) AS rows FROM ${table}`);
  return (await count(session))?.rows ?? 0;
}

async function rowsBetween(
  session: Session,
  { name, key, columns }: MovedTable,
  [after, last]: readonly [Key | null, Key],
): Promise<MovedRow[]> {
  const names = key.join(', ');
  const numbered = (from: number) => key.map((_, index) => `$${from + index}`).join(', ');
  const beyond = after === null ? '' : `AND (${names}) > (${numbered(key.length + 1)})`;
  const select = rowsOf<MovedRow>(
    `SELECT ${Object.keys(columns).join(', ')} FROM ${name}
     WHERE (${names}) <= (${numbered(1)}) ${beyond}`,
  );
  return select(session, ...last, ...(after ?? []));
}

function textOf(key: readonly unknown[]): string {
  return JSON.stringify(key);
}

function isEqual(one: unknown, other: unknown): boolean {
  if (Buffer.isBuffer(one) && Buffer.isBuffer(other)) return one.equals(other);
  return one === other;
}

function refuse({ name }: Pick<MovedTable, 'name'>, key: Key, why: string): never {
  throw new CommandError('badData', `${name}, row ${key.join(' ')}: ${why}`);
}
