import type { Role } from '../tokens.ts';
import { dateOf, type Instant } from './columns.ts';
import type { EnrolmentToken } from './enrolment.ts';
import type { StoredToken } from './store.ts';

/** A token of a person or a program, as its table keeps it. */
export interface TokenRow {
  id: number;
  name: string;
  /** a CHECK of the table holds it to this */
  role: Role;
  cluster: string | null;
  created_at: Instant;
  expires_at: Instant | null;
  last_used_at: Instant | null;
}

/** An enrolment token, as its table keeps it. */
export interface EnrolmentTokenRow {
  id: number;
  cluster: string;
  node: string;
  created_at: Instant;
  created_by: string;
  expires_at: Instant;
  used_at: Instant | null;
}

export const tokenColumns = 'id, name, role, cluster, created_at, expires_at, last_used_at';
export const enrolmentTokenColumns =
  'id, cluster, node, created_at, created_by, expires_at, used_at';

/** The token of a row. */
export function tokenOf({ id, name, role, cluster, ...row }: TokenRow): StoredToken {
  return {
    id,
    name,
    role,
    cluster,
    createdAt: dateOf(row.created_at),
    expiresAt: dateOf(row.expires_at),
    lastUsedAt: dateOf(row.last_used_at),
  };
}

/** The enrolment token of a row. */
export function enrolmentTokenOf({ id, cluster, node, ...row }: EnrolmentTokenRow): EnrolmentToken {
  return {
    id,
    cluster,
    node,
    createdAt: dateOf(row.created_at),
    createdBy: row.created_by,
    expiresAt: dateOf(row.expires_at),
    usedAt: dateOf(row.used_at),
  };
}

/** A token in the words of the audit log. */
export function tokenSubject({ id, name, role }: Pick<StoredToken, 'id' | 'name' | 'role'>) {
  return `token ${id} "${name}", ${role}`;
}

/** An enrolment token in the words of the audit log. */
export function enrolmentTokenSubject({ id, node }: Pick<EnrolmentToken, 'id' | 'node'>): string {
  return `enrolment token ${id} for ${node}`;
}
