import type { Database } from 'better-sqlite3';
import type { CurrentReport, Delivery, Receipt } from './store.ts';

interface FirstRow {
  id: number;
  received_at: string;
}

interface CurrentRow {
  report_id: number;
  node: string;
  collected_at: string;
}

/** Every statement about reports. */
export function reportStatements(db: Database) {
  const insert = db.prepare<[string, string, string, string, string, number, Buffer]>(
    `INSERT INTO reports (cluster, node, digest, collected_at, received_at, schema, body)
     VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (cluster, node, digest) DO NOTHING`,
  );
  const first = db.prepare<[string, string, string], FirstRow>(
    'SELECT id, received_at FROM reports WHERE cluster = ? AND node = ? AND digest = ?',
  );
  const makeCurrent = db.prepare<[string, string, number, string]>(
    `INSERT INTO nodes (cluster, node, report_id, collected_at) VALUES (?, ?, ?, ?)
     ON CONFLICT (cluster, node) DO UPDATE
     SET report_id = excluded.report_id, collected_at = excluded.collected_at
     WHERE excluded.collected_at > nodes.collected_at`,
  );
  const current = db.prepare<[string], CurrentRow>(
    'SELECT report_id, node, collected_at FROM nodes WHERE cluster = ? ORDER BY node',
  );
  const body = db.prepare<[number], { body: Buffer }>('SELECT body FROM reports WHERE id = ?');

  return {
    deliver(delivery: Delivery): Receipt {
      const { cluster, node, digest, receivedAt, schema } = delivery;
      const collectedAt = delivery.collectedAt.toISOString();
      const done = insert.run(
        cluster,
        node,
        digest,
        collectedAt,
        receivedAt.toISOString(),
        schema,
        delivery.body,
      );
      const row = first.get(cluster, node, digest);
      if (row === undefined) throw new Error(`report ${digest} is gone right after its insert`);
      if (done.changes === 1) makeCurrent.run(cluster, node, row.id, collectedAt);
      const repeated = done.changes === 0;
      return { id: row.id, digest, receivedAt: new Date(row.received_at), repeated };
    },

    current(cluster: string): CurrentReport[] {
      return current.all(cluster).map((row) => ({
        id: row.report_id,
        node: row.node,
        collectedAt: new Date(row.collected_at),
      }));
    },

    body(id: number): Buffer {
      const row = body.get(id);
      if (row === undefined) throw new Error(`there is no report ${id} in the store`);
      return row.body;
    },
  };
}
