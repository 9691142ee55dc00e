import { skeletonId } from './postgres-contents.ts';
import { touchKey } from './postgres-keys.ts';
import { lockNode } from './postgres-nodes.ts';
import { addPoint } from './postgres-series.ts';
import { rowOf, type Session } from './postgres-statements.ts';
import { partsOf, type Volatiles } from './report-parts.ts';
import type { Delivery, Receipt } from './store.ts';

/** Why a delivery was not stored. */
interface Taken {
  lastSequence: number;
}

/** What is there already that decides about a report. */
interface Found {
  /** the very report; null: it is new */
  id: number | null;
  received_at: number;
  late: boolean;
  last: number | null;
  taken: boolean;
  newer: boolean;
}

const look = rowOf<Found>(
  `SELECT first.id, first.received_at, first.late,
     (SELECT max(sequence) FROM reports WHERE node_id = $1 AND enrolment = $3) AS last,
     EXISTS (SELECT 1 FROM reports
       WHERE node_id = $1 AND enrolment = $3 AND sequence = $4) AS taken,
     EXISTS (SELECT 1 FROM reports
       WHERE node_id = $1 AND (enrolment, sequence) > ($3, $4)) AS newer
   FROM (SELECT 1) AS one LEFT JOIN reports AS first ON first.node_id = $1 AND first.digest = $2`,
);
const insert = rowOf<{ id: number }>(
  `INSERT INTO reports (node_id, digest, enrolment, sequence, boot_id, collected_at, received_at,
     schema, late, skeleton_id, volatiles, packed)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING id`,
);
const last = rowOf<{ last: number }>(
  `SELECT coalesce(max(sequence), 0) AS last FROM reports WHERE enrolment = $1
   AND node_id = (SELECT node_id FROM node_keys WHERE enrolment = $1 LIMIT 1)`,
);

/** Idempotent; `lastSequence` when another report has the sequence. */
export async function deliver(session: Session, delivery: Delivery): Promise<Receipt | Taken> {
  const { digest, enrolment, sequence, receivedAt, key, figures } = delivery;
  const parts = delivery.parts ?? partsOf(delivery.json);
  const node = await lockNode(session, delivery.cluster, delivery.node);
  if (key !== undefined) await touchKey(session, key, receivedAt);
  // A statement of its own after the lock: it sees what whoever had the lock before has stored.
  const rawDigest = Buffer.from(digest, 'hex');
  const found = await look(session, node, rawDigest, enrolment, sequence);
  if (found === null) throw new Error('the database does not say what is there');
  if (found.id !== null) return receiptOf(found.id, digest, found);
  if (found.taken) return { lastSequence: found.last ?? 0 };
  const { newer: late } = found;
  const row = await insert(
    session,
    ...[node, rawDigest, enrolment, sequence, delivery.bootId],
    ...[delivery.collectedAt.getTime(), receivedAt.getTime(), delivery.schema, late],
    ...[await skeletonId(session, parts), ...volatileColumns(parts.volatiles)],
  );
  if (row === null) throw new Error('the database does not say what it stored');
  if (figures) await addPoint(session, { node, at: delivery.collectedAt, figures });
  return { id: row.id, digest, receivedAt, repeated: false, late };
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

function receiptOf(id: number, digest: string, { received_at, late }: Found): Receipt {
  return { id, digest, receivedAt: new Date(received_at), repeated: true, late };
}
