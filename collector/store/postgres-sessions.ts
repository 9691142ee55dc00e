import { dateOf, msOf } from './columns.ts';
import { changeOf, rowOf, type Session } from './postgres-statements.ts';
import { tokenById } from './postgres-tokens.ts';
import type { NewSession, StoredSession } from './session.ts';

const forget = changeOf('DELETE FROM sessions WHERE expires_at <= $1');
const insert = changeOf('INSERT INTO sessions (hash, token_id, expires_at) VALUES ($1, $2, $3)');
const byHash = rowOf<{ token_id: number; expires_at: number }>(
  'SELECT token_id, expires_at FROM sessions WHERE hash = $1',
);
const remove = changeOf('DELETE FROM sessions WHERE hash = $1');

/** Keeps that somebody signed in, and forgets those whose time is over. */
export async function openSession(
  session: Session,
  { hash, token, expiresAt }: NewSession,
  at: Date,
): Promise<void> {
  await forget(session, msOf(at));
  await insert(session, hash, token, msOf(expiresAt));
}

/** Who is signed in with the secret of that hash. */
export async function signedIn(session: Session, hash: string): Promise<StoredSession | null> {
  const row = await byHash(session, hash);
  const token = row && (await tokenById(session, row.token_id));
  return row && token && { token, expiresAt: dateOf(row.expires_at) };
}

/** Ends what was signed in. */
export async function closeSession(session: Session, hash: string): Promise<void> {
  await remove(session, hash);
}
