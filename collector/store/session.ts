import type { StoredToken } from './store.ts';

/** A person's sign-in with a token, without its secret; it ends with the token at the latest. */
export interface StoredSession {
  token: StoredToken;
  expiresAt: Date;
}

/** A session as it is begun. */
export interface NewSession {
  /** SHA-256 of the secret that the cookie carries, hex */
  hash: string;
  /** id of the token it was opened with */
  token: number;
  expiresAt: Date;
}

/** What a store keeps of who is signed in. */
export interface SessionStore {
  /** also forgets the sessions that have ended by `at` */
  openSession(session: NewSession, at: Date): Promise<void>;
  /** null: unknown, ended, or its token was revoked */
  session(hash: string): Promise<StoredSession | null>;
  closeSession(hash: string): Promise<void>;
}
