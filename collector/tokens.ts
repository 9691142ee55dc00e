import { createHash, randomBytes } from 'node:crypto';
import type { NewToken, Store, StoredToken } from './store/store.ts';

export const roles = ['agent', 'reader', 'operator', 'admin'] as const;

/** An agent only delivers reports; of the others each may also do what the one before may. */
export type Role = (typeof roles)[number];

/** What a token is asked for. */
export type TokenRequest = Pick<NewToken, 'name' | 'role' | 'cluster' | 'node' | 'expiresAt'>;

/** Turns the secret that a request carries into the credential behind it. */
export interface TokenBook {
  /** null: unknown, revoked or expired */
  credential(secret: string, now: Date): Promise<StoredToken | null>;
}

/** "Last used" is for people; once in five minutes spares a write per request. */
const TOUCH_EVERY_MS = 5 * 60_000;
/** A prefix lets secret scanners and eyes tell what the string is. */
const PREFIX = 'muster_';
const SECRET_BYTES = 32;

/** The token book of a store. */
export function tokenBook(store: Store): TokenBook {
  return {
    async credential(secret, now) {
      if (!secret.startsWith(PREFIX)) return null;
      // The lookup is by hash: what its timing tells is of a hash that nobody can choose.
      const token = await store.tokenByHash(hashOf(secret));
      if (token === null || hasExpired(token, now)) return null;
      const lastUsedMs = token.lastUsedAt?.getTime() ?? 0;
      if (now.getTime() - lastUsedMs >= TOUCH_EVERY_MS) await store.touchToken(token.id, now);
      return token;
    },
  };
}

/** Makes a token of 256 random bits; the secret is given here once and kept nowhere. */
export async function createToken(
  store: Store,
  request: TokenRequest,
  now: Date,
): Promise<{ secret: string; token: StoredToken }> {
  const secret = `${PREFIX}${randomBytes(SECRET_BYTES).toString('base64url')}`;
  const token = await store.createToken({ ...request, createdAt: now, hash: hashOf(secret) });
  return { secret, token };
}

/** Whether the token may no longer be used. */
export function hasExpired(token: StoredToken, now: Date): boolean {
  return token.expiresAt !== null && token.expiresAt.getTime() <= now.getTime();
}

/** Whether a role is enough where `needed` is asked for. */
export function roleAllows(role: Role, needed: Role): boolean {
  if (role === 'agent' || needed === 'agent') return role === needed;
  return roles.indexOf(role) >= roles.indexOf(needed);
}

function hashOf(secret: string): string {
  // A secret of 256 random bits cannot be guessed, so a slow hash would add nothing.
  return createHash('sha256').update(secret).digest('hex');
}
