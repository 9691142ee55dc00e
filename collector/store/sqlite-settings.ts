import type { Database } from 'better-sqlite3';
import type { Role } from '../tokens.ts';
import type { NewToken, StoredPolicy, StoredToken } from './store.ts';

interface PolicyRow {
  text: string;
  digest: string;
  updated_at: string;
  updated_by: string;
}

interface TokenRow {
  id: number;
  name: string;
  /** a CHECK of the table holds it to this */
  role: Role;
  cluster: string | null;
  node: string | null;
  created_at: string;
  expires_at: string | null;
  last_used_at: string | null;
}

type Texts = (string | null)[];

const tokenColumns = 'id, name, role, cluster, node, created_at, expires_at, last_used_at';

/** Every statement about policies and which clusters there are. */
export function policyStatements(db: Database) {
  const clusters = db.prepare<[], { cluster: string }>(
    'SELECT cluster FROM nodes UNION SELECT cluster FROM policies ORDER BY cluster',
  );
  const get = db.prepare<[string], PolicyRow>(
    'SELECT text, digest, updated_at, updated_by FROM policies WHERE cluster = ?',
  );
  const put = db.prepare<[string, string, string, string, string]>(
    `INSERT INTO policies (cluster, text, digest, updated_at, updated_by) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (cluster) DO UPDATE SET text = excluded.text, digest = excluded.digest,
     updated_at = excluded.updated_at, updated_by = excluded.updated_by`,
  );

  return {
    clusters: (): string[] => clusters.all().map((row) => row.cluster),

    policy(cluster: string): StoredPolicy | null {
      const row = get.get(cluster);
      if (row === undefined) return null;
      const { text, digest, updated_at, updated_by } = row;
      return { text, digest, updatedAt: new Date(updated_at), updatedBy: updated_by };
    },

    putPolicy(cluster: string, policy: StoredPolicy): void {
      const { text, digest, updatedAt, updatedBy } = policy;
      put.run(cluster, text, digest, updatedAt.toISOString(), updatedBy);
    },
  };
}

/** Every statement about tokens. */
export function tokenStatements(db: Database) {
  const insert = db.prepare<Texts, TokenRow>(
    `INSERT INTO tokens (hash, name, role, cluster, node, created_at, expires_at)
     VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING ${tokenColumns}`,
  );
  const byHash = db.prepare<[string], TokenRow>(
    `SELECT ${tokenColumns} FROM tokens WHERE hash = ?`,
  );
  const all = db.prepare<[], TokenRow>(`SELECT ${tokenColumns} FROM tokens ORDER BY id`);
  const remove = db.prepare<[number]>('DELETE FROM tokens WHERE id = ?');
  const touch = db.prepare<[string, number]>('UPDATE tokens SET last_used_at = ? WHERE id = ?');

  return {
    createToken(token: NewToken): StoredToken {
      const { hash, name, role, cluster, node, createdAt, expiresAt } = token;
      const texts = [hash, name, role, cluster, node, isoOf(createdAt), isoOf(expiresAt)];
      const row = insert.get(...texts);
      if (row === undefined) throw new Error(`token "${name}" was not stored`);
      return tokenOf(row);
    },

    tokenByHash(hash: string): StoredToken | null {
      const row = byHash.get(hash);
      return row === undefined ? null : tokenOf(row);
    },

    tokens: (): StoredToken[] => all.all().map(tokenOf),
    revokeToken: (id: number): boolean => remove.run(id).changes === 1,

    touchToken(id: number, at: Date): void {
      touch.run(at.toISOString(), id);
    },
  };
}

function tokenOf(row: TokenRow): StoredToken {
  const { id, name, role, cluster, node } = row;
  const createdAt = new Date(row.created_at);
  const expiresAt = dateOf(row.expires_at);
  return {
    id,
    name,
    role,
    cluster,
    node,
    createdAt,
    expiresAt,
    lastUsedAt: dateOf(row.last_used_at),
  };
}

function dateOf(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}

function isoOf(date: Date | null): string | null {
  return date === null ? null : date.toISOString();
}
