import { checkCount, checkDigests, checkRows, type Page } from './move-check.ts';
import { type MoveSource, openMoveSource } from './move-source.ts';
import { type MovedTable, movedTables } from './move-tables.ts';
import {
  advanceMove,
  beginMove,
  countOn,
  finishMove,
  type Progress,
  putRows,
} from './move-target.ts';
import { parseAddress } from './postgres-address.ts';
import { type Connections, connectionsTo } from './postgres-connections.ts';
import { prepareDatabase } from './postgres-database.ts';
import type { Session } from './postgres-statements.ts';

/** What a move needs. */
export interface Move {
  /** the file of a SQLite store */
  from: string;
  /** `postgres://…` */
  to: string;
  passwordFile: string | null;
  now(): Date;
  /** a step that was done, for a person */
  say(words: string): void;
  /** is told after each batch, which is committed */
  onBatch(words: string): void;
}

/** Some megabytes of the largest rows. */
const BATCH_ROWS = 500;

/**
 * Moves a store into an empty database of PostgreSQL; one that broke off goes on where it was.
 * Whatever is there in the end was compared with the source, each report with its digest too.
 */
export async function moveStore(move: Move): Promise<void> {
  const source = await openMoveSource(move.from, movedTables);
  try {
    const address = parseAddress(move.to, process.env);
    const connections = await connectionsTo(address, move.passwordFile);
    try {
      await prepareDatabase(connections, address.shown);
      await goOn({ ...move, source, connections });
    } finally {
      await connections.close();
    }
  } finally {
    source.close();
  }
}

interface UnderWay extends Move {
  source: MoveSource;
  connections: Connections;
}

async function goOn(move: UnderWay): Promise<void> {
  const { source, connections, say, now } = move;
  let progress = await connections.transaction((on) => beginMove(on, source));
  if (progress === null) {
    say('it was moved before, and nothing came since');
    return;
  }
  if (progress.step > 0 || progress.after !== null) say('going on where a move before broke off');
  for (const [number, step] of stepsOf(move).entries()) {
    if (number >= progress.step) progress = await doStep(move, step, progress);
  }
  const last = progress;
  await connections.transaction((on) => finishMove(on, last, now()));
}

/** One table, copied or checked. */
interface Step {
  table: MovedTable;
  words: string;
  batch(on: Session, page: Page): Promise<void>;
  end(on: Session): Promise<void>;
}

/** First everything is copied, then everything is read again and compared. */
function stepsOf({ source, say }: UnderWay): Step[] {
  const copied = movedTables.map((table) => ({
    table,
    words: `${wordOf(table)} copied`,
    batch: (on: Session, { rows }: Page) => putRows(on, table, rows),
    end: (on: Session) => countOn(on, table, source),
  }));
  const checked = movedTables.map((table) => ({
    table,
    words: `${wordOf(table)} checked`,
    async batch(on: Session, page: Page) {
      await checkRows(on, table, page);
      const damaged = table.name === 'reports' ? await checkDigests(on, page.rows, source) : [];
      if (damaged.length > 0) say(`reports that were damaged before: ${damaged.join(', ')}`);
    },
    end: (on: Session) => checkCount(on, table, source),
  }));
  return [...copied, ...checked];
}

/** Each batch, and how far it came, are committed together. */
async function doStep(move: UnderWay, step: Step, begun: Progress): Promise<Progress> {
  const { source, connections, say, onBatch } = move;
  for (let progress = begun; ; ) {
    const { after } = progress;
    const rows = source.page(step.table, after, BATCH_ROWS);
    const last = rows.at(-1);
    const from = progress;
    const to = last === undefined ? next(from) : { ...from, after: last.key };
    await connections.transaction(async (on) => {
      await (last === undefined ? step.end(on) : step.batch(on, { after, rows }));
      await advanceMove(on, from, to);
    });
    onBatch(step.words);
    if (last === undefined) {
      say(`${source.rows(step.table)} ${step.words}`);
      return to;
    }
    progress = to;
  }
}

function next({ step }: Progress): Progress {
  return { step: step + 1, after: null };
}

function wordOf({ name }: MovedTable): string {
  return name.replace('_', ' ');
}
