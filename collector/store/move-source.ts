import { existsSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import { CommandError } from '../../shared/exit.ts';
import type { MovedTable } from './move-tables.ts';
import { volatileColumns } from './postgres-deliveries.ts';
import { type Scalar, storable } from './postgres-statements.ts';
import { unpacked, type Volatiles } from './report-parts.ts';
import { contentStatements } from './sqlite-contents.ts';
import { openDatabase } from './sqlite-database.ts';
import { nodeStatements } from './sqlite-nodes.ts';
import { reportStatements } from './sqlite-reports.ts';

/** A row as PostgreSQL is to hold it. */
export type MovedRow = Readonly<Record<string, Scalar>>;

/** A row on its way; `whole` is the text of a report that was never taken apart. */
export interface SourceRow {
  key: Key;
  row: MovedRow;
  whole: Buffer | null;
}

/** What tells a row from the others of its table. */
export type Key = readonly (string | number)[];

/** A store that is moved: nobody else reads or changes it meanwhile. */
export interface MoveSource {
  /** the rows after a key, or the first ones */
  page(table: MovedTable, after: Key | null, limit: number): SourceRow[];
  rows(table: MovedTable): number;
  /** the highest id that the table gave, even when its row is gone */
  lastId(table: MovedTable): number;
  /** what the store holds, in figures: the same as long as nothing came or went */
  identity: string;
  /** reports of schema 1 that were never taken apart: to be, they get new parts */
  hasWhole: boolean;
  /** the JSON of a report */
  body(id: number): string;
  close(): void;
}

type Cell = string | number | Buffer | null;
type Cells = Record<string, Cell>;

/** Opens the store at `path` for itself alone, in its newest schema. */
export async function openMoveSource(
  path: string,
  tables: readonly MovedTable[],
): Promise<MoveSource> {
  if (!existsSync(path)) throw new CommandError('noInput', `--from: there is no ${path}`);
  const db = await openDatabase(path);
  try {
    beAlone(db, path);
  } catch (error) {
    db.close();
    throw error;
  }
  const rows = (table: MovedTable) => figureOf(db, `SELECT count(*) FROM ${table.name}`);
  const lastId = (table: MovedTable) => lastIdOf(db, table);
  const counts = tables.map((table) => [
    ...[table.name, rows(table), table.counted ? lastId(table) : 0],
  ]);
  return {
    ...{ rows, lastId, identity: JSON.stringify(counts) },
    page: (table, after, limit) => pageOf(db, table, { after, limit }),
    hasWhole: figureOf(db, 'SELECT count(*) FROM reports WHERE whole IS NOT NULL') > 0,
    body: reportStatements(db, { contents: contentStatements(db), nodes: nodeStatements(db) }).body,
    close: () => db.close(),
  };
}

/** The lock of an open connection is enough to refuse us, and ours to refuse all others. */
function beAlone(db: Database, path: string): void {
  try {
    db.pragma('locking_mode = EXCLUSIVE');
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    throw new CommandError('unavailable', `${path} is in use: stop its collector first`, error);
  }
}

function figureOf(db: Database, sql: string): number {
  return Number(db.prepare<[], number>(sql).pluck().get() ?? 0);
}

function lastIdOf(db: Database, { name }: MovedTable): number {
  const highest = figureOf(db, `SELECT max(id) FROM ${name}`);
  const given = db.prepare<[string], number>('SELECT seq FROM sqlite_sequence WHERE name = ?');
  return Math.max(highest, Number(given.pluck().get(name) ?? 0));
}

function pageOf(
  db: Database,
  table: MovedTable,
  { after, limit }: { after: Key | null; limit: number },
): SourceRow[] {
  const key = table.key.join(', ');
  const names = sourceColumns(table).join(', ');
  const beyond = after === null ? '' : `WHERE (${key}) > (${table.key.map(() => '?').join(', ')})`;
  const sql = `SELECT ${names} FROM ${table.name} ${beyond} ORDER BY ${key} LIMIT ?`;
  const rows = db.prepare<Cell[], Cells>(sql).all(...(after ?? []), limit);
  return rows.map((cells) => sourceRowOf(table, cells));
}

/** SQLite tells by a value's type whether it is packed, and may hold reports whole. */
export function sourceColumns({ name, columns }: MovedTable): string[] {
  if (name !== 'reports') return Object.keys(columns);
  return [...Object.keys(columns).filter((column) => column !== 'packed'), 'whole'];
}

function sourceRowOf(table: MovedTable, cells: Cells): SourceRow {
  const key = table.key.map((column) => keyOf(cells[column]));
  const whole = Buffer.isBuffer(cells.whole) ? Buffer.from(unpacked(cells.whole)) : null;
  const all = table.name === 'reports' ? withVolatiles(cells) : cells;
  const row = Object.entries(table.columns).map(([column, type]) => {
    const cell = all[column] ?? null;
    if (type === 'instant') return [column, typeof cell === 'string' ? Date.parse(cell) : cell];
    return [column, type === 'boolean' ? Boolean(cell) : storable(cell)];
  });
  return { key, row: Object.fromEntries(row), whole };
}

function withVolatiles(cells: Cells): Record<string, Scalar> {
  const [volatiles, packed] = volatileColumns(volatilesOf(cells.volatiles));
  return { ...cells, volatiles, packed };
}

function volatilesOf(cell: Cell | undefined): Volatiles {
  if (typeof cell === 'number') throw new Error('a report has a number for its volatile facts');
  return cell ?? null;
}

function keyOf(cell: Cell | undefined): string | number {
  if (typeof cell === 'string' || typeof cell === 'number') return cell;
  throw new Error('a row has no key');
}
