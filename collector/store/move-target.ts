import { z } from 'zod';
import { CommandError } from '../../shared/exit.ts';
import { countOf } from './move-check.ts';
import type { Key, MovedRow, MoveSource, SourceRow } from './move-source.ts';
import { type ColumnType, type MovedTable, movedTables } from './move-tables.ts';
import { skeletonId } from './postgres-contents.ts';
import { volatileColumns } from './postgres-deliveries.ts';
import { changeOf, rowOf, type Session } from './postgres-statements.ts';
import { partsOf } from './report-parts.ts';

const progressSchema = z.object({
  /** the number of the step under way */
  step: z.int(),
  /** the last row that it is done with */
  after: z.array(z.union([z.string(), z.number()])).nullable(),
});

/** How far a move came. */
export type Progress = Readonly<{ step: number; after: Key | null }>;

/** Two moves into one database: one begins, the other finds it begun. */
const MOVE_LOCK = 0x6d757377;

const lock = rowOf('SELECT pg_advisory_xact_lock($1)');
const underWay = rowOf<{ source: string; progress: string; finished_at: number | null }>(
  'SELECT source, progress, finished_at FROM moves',
);
const start = changeOf('INSERT INTO moves (source, progress) VALUES ($1, $2)');
const advance = changeOf('UPDATE moves SET progress = $2 WHERE progress = $1');
const finish = changeOf('UPDATE moves SET finished_at = $2 WHERE progress = $1');

/** Begins a move, or goes on with one that was begun from the same store; null: it is finished. */
export async function beginMove(
  session: Session,
  { identity }: MoveSource,
): Promise<Progress | null> {
  await lock(session, MOVE_LOCK);
  const begun = await underWay(session);
  if (begun === null) {
    await mustBeEmpty(session);
    const progress: Progress = { step: 0, after: null };
    await start(session, identity, JSON.stringify(progress));
    return progress;
  }
  if (begun.source !== identity) {
    throw new CommandError(
      'badData',
      'the target holds a move from another store, or from this one before it was changed: ' +
        'make an empty database and move into that',
    );
  }
  return begun.finished_at === null ? progressSchema.parse(JSON.parse(begun.progress)) : null;
}

/** Refuses a target that anything was ever put into. */
async function mustBeEmpty(session: Session): Promise<void> {
  for (const { name } of movedTables) {
    if ((await countOf(session, name)) === 0) continue;
    throw new CommandError('badData', `the target is not empty: it has ${name.replace('_', ' ')}`);
  }
}

/** Notes how far the move came, in the transaction that came so far. */
export async function advanceMove(session: Session, from: Progress, to: Progress): Promise<void> {
  mustBeOurs(await advance(session, JSON.stringify(from), JSON.stringify(to)));
}

/** Notes that all was moved and checked. */
export async function finishMove(session: Session, last: Progress, at: Date): Promise<void> {
  mustBeOurs(await finish(session, JSON.stringify(last), at.getTime()));
}

function mustBeOurs(changed: number): void {
  if (changed === 1) return;
  throw new CommandError('unavailable', 'another move into this database is under way');
}

/** Puts rows into their table. */
export async function putRows(
  session: Session,
  table: MovedTable,
  rows: readonly SourceRow[],
): Promise<void> {
  const ready: MovedRow[] = [];
  for (const { row, whole } of rows) ready.push({ ...row, ...(await partsIn(session, whole)) });
  const columns = Object.entries(table.columns);
  const names = columns.map(([name]) => name).join(', ');
  const arrays = columns.map(([, type], index) => `$${index + 1}::${typeIn(type)}[]`).join(', ');
  const insert = changeOf(`INSERT INTO ${table.name} (${names}) SELECT * FROM unnest(${arrays})`);
  await insert(session, ...columns.map(([name]) => ready.map((row) => row[name] ?? null)));
}

/** A report of schema 1 is taken apart as all others were. */
async function partsIn(session: Session, whole: Buffer | null): Promise<MovedRow> {
  if (whole === null) return {};
  const parts = partsOf(whole);
  const [volatiles, packed] = volatileColumns(parts.volatiles);
  return { skeleton_id: await skeletonId(session, parts), volatiles, packed };
}

/** The ids that a table gives go on after the last one that the source gave. */
export async function countOn(
  session: Session,
  table: MovedTable,
  source: MoveSource,
): Promise<void> {
  const last = table.counted ? source.lastId(table) : 0;
  const set = rowOf(`SELECT setval(pg_get_serial_sequence('${table.name}', 'id'), $1)`);
  if (last > 0) await set(session, last);
}

function typeIn(type: ColumnType): string {
  return type === 'instant' ? 'bigint' : type;
}
