import type { Database } from 'better-sqlite3';
import { partsOf, type ReportParts, type Volatiles } from './report-parts.ts';
import type { ContentStatements } from './sqlite-contents.ts';
import type { KeyStatements } from './sqlite-keys.ts';
import type { NodeStatements } from './sqlite-nodes.ts';
import type { SeriesStatements } from './sqlite-series.ts';
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

interface Order {
  enrolment: number;
  sequence: number;
}

interface FirstRow {
  id: number;
  received_at: number;
  late: number;
}

type NewRow = [
  node: number,
  digest: Buffer,
  enrolment: number,
  sequence: number,
  bootId: string,
  collectedAt: number,
  receivedAt: number,
  schema: number,
  late: number,
  skeleton: number,
  volatiles: Volatiles,
];

/** What deliveries are made of, and whose they are. */
export interface DeliveryRooms {
  contents: ContentStatements;
  nodes: NodeStatements;
  keys: KeyStatements;
  series: SeriesStatements;
}

/** Takes a delivery apart: the work that needs no database. */
export function prepared(delivery: Delivery): Prepared {
  return { delivery, parts: delivery.parts ?? partsOf(delivery.json) };
}

/** Every statement that takes reports in. */
export function deliveryStatements(db: Database, { contents, nodes, keys, series }: DeliveryRooms) {
  const insert = db.prepare<NewRow>(
    `INSERT INTO reports (node_id, digest, enrolment, sequence, boot_id, collected_at, received_at,
       schema, late, skeleton_id, volatiles)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  );
  const byDigest = db.prepare<[number, Buffer], FirstRow>(
    'SELECT id, received_at, late FROM reports WHERE node_id = ? AND digest = ?',
  );
  const newest = db.prepare<[number], Order>(
    `SELECT enrolment, sequence FROM reports WHERE node_id = ?
     ORDER BY enrolment DESC, sequence DESC LIMIT 1`,
  );
  const last = db.prepare<[number, number], { sequence: number | null }>(
    'SELECT max(sequence) AS sequence FROM reports WHERE node_id = ? AND enrolment = ?',
  );

  function lastSequence(node: number, enrolment: number): number {
    return last.get(node, enrolment)?.sequence ?? 0;
  }

  return {
    /** idempotent; `lastSequence` when another report has the sequence */
    deliver({ delivery, parts }: Prepared): Receipt | Taken {
      const { digest, enrolment, sequence, receivedAt } = delivery;
      const node = nodes.idOf(delivery.cluster, delivery.node);
      const rawDigest = Buffer.from(digest, 'hex');
      const late = isBefore({ enrolment, sequence }, newest.get(node));
      const skeleton = contents.skeletonId(parts);
      const done = insert.run(
        node,
        rawDigest,
        enrolment,
        sequence,
        delivery.bootId,
        delivery.collectedAt.getTime(),
        receivedAt.getTime(),
        delivery.schema,
        Number(late),
        skeleton,
        parts.volatiles,
      );
      if (delivery.key !== undefined) keys.touch(delivery.key, receivedAt);
      if (done.changes === 1) {
        if (delivery.figures) series.add(node, delivery.collectedAt, delivery.figures);
        return { id: Number(done.lastInsertRowid), digest, receivedAt, repeated: false, late };
      }
      contents.dropUnused(skeleton);
      const first = byDigest.get(node, rawDigest);
      if (first === undefined) return { lastSequence: lastSequence(node, enrolment) };
      return receiptOf(first, digest);
    },

    lastSequence(enrolment: number): number {
      const node = keys.nodeOf(enrolment);
      return node === null ? 0 : lastSequence(node, enrolment);
    },
  };
}

function isBefore(one: Order, other: Order | undefined): boolean {
  if (other === undefined) return false;
  if (one.enrolment !== other.enrolment) return one.enrolment < other.enrolment;
  return one.sequence < other.sequence;
}

function receiptOf({ id, received_at, late }: FirstRow, digest: string): Receipt {
  return { id, digest, receivedAt: new Date(received_at), repeated: true, late: late === 1 };
}
