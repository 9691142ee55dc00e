import { createHash } from 'node:crypto';
import type { Secrets } from './secret.ts';

/** Who is told of what is announced. */
export interface Target {
  url: URL;
  secrets: Secrets;
  /** PEM to trust instead of the system's */
  ca?: string;
}

/**
 * The URL of a target, if it may be one: by https, or by http to this machine alone. What is wrong
 * is said without the URL, whose path and query may be a secret between the two.
 */
export function parseTarget(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) throw new Error('it is no URL');
  const local = url.protocol === 'http:' && isLoopback(url.hostname);
  if (url.protocol !== 'https:' && !local) {
    throw new Error('expected https, or http to a loopback address');
  }
  if (url.username !== '' || url.password !== '') {
    throw new Error('a password in it can be read by everybody; the signature tells who sends');
  }
  url.hash = '';
  return url;
}

/** What the store knows a target by: its URL without what in it may be secret. */
export function targetKey({ url }: Pick<Target, 'url'>): string {
  return `${url.origin} ${createHash('sha256').update(url.href).digest('hex').slice(0, 32)}`;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}
