import { msOf } from './columns.ts';
import type { EnrolmentToken, NewEnrolmentToken } from './enrolment.ts';
import { note } from './postgres-audit.ts';
import { changeOf, rowOf, rowsOf, type Session } from './postgres-statements.ts';
import type { Change, NewToken, StoredToken } from './store.ts';
import {
  type EnrolmentTokenRow,
  enrolmentTokenColumns,
  enrolmentTokenOf,
  enrolmentTokenSubject,
  type TokenRow,
  tokenColumns,
  tokenOf,
  tokenSubject,
} from './token-rows.ts';

const insert = rowOf<TokenRow>(
  `INSERT INTO tokens (hash, name, role, cluster, created_at, expires_at)
   VALUES ($1, $2, $3, $4, $5, $6) RETURNING ${tokenColumns}`,
);
const byHash = rowOf<TokenRow>(`SELECT ${tokenColumns} FROM tokens WHERE hash = $1`);
const byId = rowOf<TokenRow>(`SELECT ${tokenColumns} FROM tokens WHERE id = $1`);
const all = rowsOf<TokenRow>(`SELECT ${tokenColumns} FROM tokens ORDER BY id`);
const remove = rowOf<TokenRow>(`DELETE FROM tokens WHERE id = $1 RETURNING ${tokenColumns}`);
const touch = changeOf('UPDATE tokens SET last_used_at = $1 WHERE id = $2');

const insertLeave = rowOf<EnrolmentTokenRow>(
  `INSERT INTO enrolment_tokens (hash, cluster, node, created_at, created_by, expires_at)
   VALUES ($1, $2, $3, $4, $5, $6) RETURNING ${enrolmentTokenColumns}`,
);
const leaveByHash = rowOf<EnrolmentTokenRow>(
  `SELECT ${enrolmentTokenColumns} FROM enrolment_tokens WHERE hash = $1`,
);
const leaves = rowsOf<EnrolmentTokenRow>(
  `SELECT ${enrolmentTokenColumns} FROM enrolment_tokens ORDER BY id`,
);
const use = changeOf('UPDATE enrolment_tokens SET used_at = $1 WHERE id = $2 AND used_at IS NULL');
const removeUnused = rowOf<EnrolmentTokenRow>(
  `DELETE FROM enrolment_tokens WHERE id = $1 AND used_at IS NULL
   RETURNING ${enrolmentTokenColumns}`,
);

/** Keeps the token of a person or a program. */
export async function createToken(
  session: Session,
  { hash, name, role, cluster, createdAt, expiresAt }: NewToken,
  change: Change,
): Promise<StoredToken> {
  const row = await insert(session, hash, name, role, cluster, msOf(createdAt), msOf(expiresAt));
  if (row === null) throw new Error('the token was not stored');
  const subject = tokenSubject(row);
  await note(session, change, { action: 'token.create', cluster, subject });
  return tokenOf(row);
}

/** The token whose secret has that hash. */
export async function tokenByHash(session: Session, hash: string): Promise<StoredToken | null> {
  const row = await byHash(session, hash);
  return row && tokenOf(row);
}

/** The token of an id, as long as it was not revoked. */
export async function tokenById(session: Session, id: number): Promise<StoredToken | null> {
  const row = await byId(session, id);
  return row && tokenOf(row);
}

/** All tokens of people and programs. */
export async function tokens(session: Session): Promise<StoredToken[]> {
  return (await all(session)).map(tokenOf);
}

/** Takes a token out; false when there is none of that id. */
export async function revokeToken(session: Session, id: number, change: Change): Promise<boolean> {
  const row = await remove(session, id);
  if (row === null) return false;
  const { cluster } = row;
  await note(session, change, { action: 'token.revoke', cluster, subject: tokenSubject(row) });
  return true;
}

/** Keeps when a token was last used. */
export async function touchToken(session: Session, id: number, at: Date): Promise<void> {
  await touch(session, msOf(at), id);
}

/** Keeps the leave to enrol one node once. */
export async function createEnrolmentToken(
  session: Session,
  { hash, cluster, node, expiresAt }: NewEnrolmentToken,
  change: Change,
): Promise<EnrolmentToken> {
  const { at, by } = change;
  const row = await insertLeave(session, hash, cluster, node, msOf(at), by, msOf(expiresAt));
  if (row === null) throw new Error(`the enrolment token for ${node} was not stored`);
  const subject = enrolmentTokenSubject(row);
  await note(session, change, { action: 'enrolment-token.create', cluster, subject });
  return enrolmentTokenOf(row);
}

/** The enrolment token whose secret has that hash. */
export async function enrolmentTokenByHash(
  session: Session,
  hash: string,
): Promise<EnrolmentToken | null> {
  const row = await leaveByHash(session, hash);
  return row && enrolmentTokenOf(row);
}

/** All enrolment tokens, used ones too. */
export async function enrolmentTokens(session: Session): Promise<EnrolmentToken[]> {
  return (await leaves(session)).map(enrolmentTokenOf);
}

/** Uses an enrolment token up; false when that happened before. */
export async function useEnrolmentToken(session: Session, id: number, at: Date): Promise<boolean> {
  return (await use(session, msOf(at), id)) === 1;
}

/** Takes an enrolment token out, as long as nobody used it. */
export async function revokeEnrolmentToken(
  session: Session,
  id: number,
  change: Change,
): Promise<boolean> {
  const row = await removeUnused(session, id);
  if (row === null) return false;
  const subject = enrolmentTokenSubject(row);
  const { cluster } = row;
  await note(session, change, { action: 'enrolment-token.revoke', cluster, subject });
  return true;
}
