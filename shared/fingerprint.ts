import type { Finding } from './check.ts';

// FNV-1a with 64 bits, by its published offset and prime. It notices change; it is no signature,
// and needs to be none: a node that lies could as well send facts that pass.
const OFFSET = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;

/** The part of a finding that a waiver may be bound to. */
export type Evidence = Pick<Finding, 'check' | 'node' | 'subject' | 'verdict' | 'message'>;

/** A digest of check, node, subject, verdict and message, such as `v1-0123456789abcdef`. */
export function fingerprintOf({ check, node, subject, verdict, message }: Evidence): string {
  const text = JSON.stringify([check, node, subject ?? null, verdict, message]);
  let hash = OFFSET;
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * PRIME);
  }
  // The prefix keeps YAML from reading digits as a number.
  return `v1-${hash.toString(16).padStart(16, '0')}`;
}
