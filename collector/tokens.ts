import { createHash, randomBytes } from 'node:crypto';
import type {
  Change,
  EnrolmentToken,
  NewEnrolmentToken,
  NewToken,
  Store,
  StoredToken,
} from './store/store.ts';

export { type Role, roleAllows, roles } from './roles.ts';

/** What a token is asked for. */
export type TokenRequest = Pick<NewToken, 'name' | 'role' | 'cluster' | 'expiresAt'>;

/** Turns the secret that a request carries into the credential behind it. */
export interface TokenBook {
  /** null: unknown, revoked or expired */
  credential(secret: string, now: Date): Promise<StoredToken | null>;
}

/** "Last used" is for people; once in five minutes spares a write per request. */
const TOUCH_EVERY_MS = 5 * 60_000;
/** A prefix lets secret scanners and eyes tell what the string is. */
const PREFIX = 'muster_';
const ENROLMENT_PREFIX = 'muster_enrol_';
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
  change: Change,
): Promise<{ secret: string; token: StoredToken }> {
  const secret = newSecret(PREFIX);
  const wanted = { ...request, createdAt: change.at, hash: hashOf(secret) };
  return { secret, token: await store.createToken(wanted, change) };
}

/** Makes the leave to enrol one node once; the secret is given here once and kept nowhere. */
export async function createEnrolmentToken(
  store: Store,
  request: Omit<NewEnrolmentToken, 'hash'>,
  change: Change,
): Promise<{ secret: string; token: EnrolmentToken }> {
  const secret = newSecret(ENROLMENT_PREFIX);
  const token = await store.createEnrolmentToken({ ...request, hash: hashOf(secret) }, change);
  return { secret, token };
}

/** Whether the token may no longer be used. */
export function hasExpired(token: Pick<StoredToken, 'expiresAt'>, now: Date): boolean {
  return token.expiresAt !== null && token.expiresAt.getTime() <= now.getTime();
}

/** Whether a secret looks like that of an enrolment token. */
export function isForEnrolment(secret: string): boolean {
  return secret.startsWith(ENROLMENT_PREFIX);
}

/** SHA-256 of a secret, hex: all that is kept of it. */
export function hashOf(secret: string): string {
  // A secret of 256 random bits cannot be guessed, so a slow hash would add nothing.
  return createHash('sha256').update(secret).digest('hex');
}

function newSecret(prefix: string): string {
  return `${prefix}${randomBytes(SECRET_BYTES).toString('base64url')}`;
}
