import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Store, StoredToken } from './store/store.ts';
import { hasExpired, hashOf } from './tokens.ts';

/** Somebody who signed in with a token. */
export interface Session {
  token: StoredToken;
  /** what each of their forms has to carry */
  csrf: string;
  /** the hash it is kept by */
  hash: string;
}

/** A working day; who is asked more often writes the token down. */
const SESSION_MS = 12 * 3_600_000;
const SECRET_BYTES = 32;

/** Begins a session; its secret is given here once, for the cookie, and kept nowhere. */
export async function beginSession(
  store: Store,
  token: StoredToken,
  now: Date,
): Promise<{ secret: string; expiresAt: Date }> {
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  const endMs = now.getTime() + SESSION_MS;
  const expiresAt = new Date(Math.min(endMs, token.expiresAt?.getTime() ?? endMs));
  await store.openSession({ hash: hashOf(secret), token: token.id, expiresAt }, now);
  return { secret, expiresAt };
}

/** The session behind a secret; null: unknown, ended, or its token was revoked or has expired. */
export async function sessionOf(store: Store, secret: string, now: Date): Promise<Session | null> {
  const hash = hashOf(secret);
  const stored = await store.session(hash);
  if (stored === null || hasExpired(stored, now) || hasExpired(stored.token, now)) return null;
  // From the secret, which the store does not have: who reads the database cannot make it.
  const csrf = createHmac('sha256', secret).update('muster form').digest('base64url');
  return { token: stored.token, csrf, hash };
}

/** Whether a form carries what only the pages of its session know. */
export function carries(session: Session, csrf: string): boolean {
  const [known, given] = [Buffer.from(session.csrf), Buffer.from(csrf)];
  return known.length === given.length && timingSafeEqual(known, given);
}
