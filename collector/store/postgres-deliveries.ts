import { type Ids, knownSkeletons, storeSkeletons } from './postgres-contents.ts';
import { type SeenKey, touchKeys } from './postgres-keys.ts';
import { lockNodes } from './postgres-nodes.ts';
import { addPoints, type NewPoint } from './postgres-series.ts';
import { rowOf, rowsOf, type Session } from './postgres-statements.ts';
import { partsOf, type ReportParts, type Volatiles } from './report-parts.ts';
import type { Delivery, Receipt } from './store.ts';

/** A delivery with all that can be worked out before the transaction. */
export interface Prepared {
  delivery: Delivery;
  parts: ReportParts;
}

/** Why a delivery was not stored. */
interface Taken {
  lastSequence: number;
}

/** What is there already that decides about a report. */
interface Found {
  node: number;
  /** the very report; null: it is new */
  id: number | null;
  received_at: number;
  late: boolean;
  last: number | null;
  taken: boolean;
  newer: boolean;
  last_point: number | null;
}

/** A report that is new, and what was found for it. */
interface Fresh extends Prepared {
  found: Found;
}

const look = rowsOf<Found>(
  `SELECT node.id AS node, first.id, first.received_at, first.late,
     (SELECT max(reports.sequence) FROM reports
       WHERE node_id = node.id AND reports.enrolment = brought.enrolment) AS last,
     EXISTS (SELECT 1 FROM reports WHERE node_id = node.id
       AND reports.enrolment = brought.enrolment AND reports.sequence = brought.sequence) AS taken,
     EXISTS (SELECT 1 FROM reports WHERE node_id = node.id
       AND (reports.enrolment, reports.sequence) > (brought.enrolment, brought.sequence)) AS newer,
     (SELECT max(at) FROM series WHERE node_id = node.id) AS last_point
   FROM unnest($1::text[], $2::text[], $3::bytea[], $4::bigint[], $5::bigint[]) WITH ORDINALITY
     AS brought (cluster, name, digest, enrolment, sequence, place)
   JOIN LATERAL (SELECT id FROM nodes
     WHERE nodes.cluster = brought.cluster AND nodes.name = brought.name LIMIT 1) AS node ON true
   LEFT JOIN LATERAL (SELECT id, received_at, late FROM reports
     WHERE node_id = node.id AND digest = brought.digest LIMIT 1) AS first ON true
   ORDER BY place`,
);
const insert = rowsOf<{ id: number; node_id: number }>(
  `INSERT INTO reports (node_id, digest, enrolment, sequence, boot_id, collected_at, received_at,
     schema, late, skeleton_id, volatiles, packed)
   SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::bigint[], $4::bigint[], $5::text[],
     $6::bigint[], $7::bigint[], $8::integer[], $9::boolean[], $10::bigint[], $11::bytea[],
     $12::boolean[])
   RETURNING id, node_id`,
);
const last = rowOf<{ last: number }>(
  `SELECT coalesce(max(sequence), 0) AS last FROM reports WHERE enrolment = $1
   AND node_id = (SELECT node_id FROM node_keys WHERE enrolment = $1 LIMIT 1)`,
);

/** Takes a delivery apart: the work that needs no database. */
export function prepared(delivery: Delivery): Prepared {
  return { delivery, parts: delivery.parts ?? partsOf(delivery.json) };
}

/**
 * Stores one report of each of several nodes, and gives what each came to, in their order: all that
 * are new, or none. Idempotent; `lastSequence` when another report has the sequence. Reports that
 * say nothing new take two round trips together.
 */
export async function deliverAll(
  session: Session,
  commit: () => Promise<void>,
  brought: readonly Prepared[],
): Promise<(Receipt | Taken)[]> {
  const deliveries = brought.map(({ delivery }) => delivery);
  const digests = brought.map(({ parts }) => parts.digest);
  // Statements of their own after the lock: they see what whoever had it before has stored.
  const [, rows, known] = await Promise.all([
    lockNodes(session, deliveries),
    lookAll(session, deliveries),
    knownSkeletons(session, digests),
  ]);
  if (rows.length !== brought.length) throw new Error('the database has lost a node');
  const fresh = brought.flatMap((one, index) => {
    const found = rows[index];
    return found && found.id === null && !found.taken ? [{ ...one, found }] : [];
  });
  const skeletons = await storeSkeletons(
    session,
    fresh.map(({ parts }) => parts),
    known,
  );
  const [ids] = await Promise.all([
    insertAll(session, fresh, skeletons),
    addPoints(session, fresh.flatMap(pointsOf)),
    touchKeys(session, deliveries.flatMap(keysOf)),
    commit(),
  ]);
  return deliveries.map((delivery, index) => {
    const found = rows[index];
    if (found === undefined) throw new Error('the database does not say what is there');
    return outcomeOf(delivery, found, ids);
  });
}

/** The highest sequence of an enrolment. */
export async function lastSequence(session: Session, enrolment: number): Promise<number> {
  return (await last(session, enrolment))?.last ?? 0;
}

/** The columns `volatiles` and `packed`. */
export function volatileColumns(volatiles: Volatiles): [Buffer | null, boolean] {
  return typeof volatiles === 'string' ? [Buffer.from(volatiles), false] : [volatiles, true];
}

/** What went into those two columns. */
export function volatilesOf(columns: { volatiles: Buffer | null; packed: boolean }): Volatiles {
  const { volatiles, packed } = columns;
  return packed || volatiles === null ? volatiles : volatiles.toString('utf8');
}

function lookAll(session: Session, deliveries: readonly Delivery[]): Promise<Found[]> {
  return look(
    session,
    deliveries.map(({ cluster }) => cluster),
    deliveries.map(({ node }) => node),
    deliveries.map(({ digest }) => Buffer.from(digest, 'hex')),
    deliveries.map(({ enrolment }) => enrolment),
    deliveries.map(({ sequence }) => sequence),
  );
}

/** Ids of reports by those of their nodes. */
async function insertAll(
  session: Session,
  fresh: readonly Fresh[],
  skeletons: Ids,
): Promise<Map<number, number>> {
  if (fresh.length === 0) return new Map();
  const rows = fresh.map(({ delivery, parts, found }) => [
    ...[found.node, Buffer.from(delivery.digest, 'hex'), delivery.enrolment, delivery.sequence],
    ...[delivery.bootId, delivery.collectedAt.getTime(), delivery.receivedAt.getTime()],
    ...[delivery.schema, found.newer, skeletons.get(parts.digest.toString('hex')) ?? null],
    ...volatileColumns(parts.volatiles),
  ]);
  const columns = rows[0]?.map((_, column) => rows.map((row) => row[column] ?? null)) ?? [];
  const stored = await insert(session, ...columns);
  return new Map(stored.map(({ id, node_id }) => [node_id, id]));
}

function pointsOf({ delivery, found }: Fresh): NewPoint[] {
  const { figures, collectedAt: at } = delivery;
  return figures ? [{ node: found.node, at, figures, lastMs: found.last_point }] : [];
}

function keysOf({ key, receivedAt: at }: Delivery): SeenKey[] {
  return key === undefined ? [] : [{ key, at }];
}

function outcomeOf(
  { digest, receivedAt }: Delivery,
  found: Found,
  stored: ReadonlyMap<number, number>,
): Receipt | Taken {
  if (found.id !== null) {
    const { id, received_at, late } = found;
    return { id, digest, receivedAt: new Date(received_at), repeated: true, late };
  }
  if (found.taken) return { lastSequence: found.last ?? 0 };
  const id = stored.get(found.node);
  if (id === undefined) throw new Error('the database does not say what it stored');
  return { id, digest, receivedAt, repeated: false, late: found.newer };
}
