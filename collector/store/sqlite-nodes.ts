import type { Database } from 'better-sqlite3';

/** Every statement about which nodes there are. */
export function nodeStatements(db: Database) {
  const byName = db.prepare<[string, string], { id: number }>(
    'SELECT id FROM nodes WHERE cluster = ? AND name = ?',
  );
  const add = db.prepare<[string, string]>('INSERT INTO nodes (cluster, name) VALUES (?, ?)');

  function find(cluster: string, name: string): number | null {
    return byName.get(cluster, name)?.id ?? null;
  }

  return {
    find,

    /** the id of a node, which is made when it is new */
    idOf(cluster: string, name: string): number {
      return find(cluster, name) ?? Number(add.run(cluster, name).lastInsertRowid);
    },
  };
}

export type NodeStatements = ReturnType<typeof nodeStatements>;
