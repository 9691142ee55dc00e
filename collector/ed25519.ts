import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { promisify } from 'node:util';

const SIGNATURE_BYTES = 64;
const PUBLIC_KEY_BYTES = 32;

/** A raw Ed25519 public key in its one written form, base64; null when it is not one. */
export function canonicalKey(base64: string): string | null {
  const raw = Buffer.from(base64, 'base64');
  return raw.length === PUBLIC_KEY_BYTES ? raw.toString('base64') : null;
}

/** The id of a raw public key (base64): its SHA-256, hex. */
export function keyIdOf(publicKey: string): string {
  return createHash('sha256').update(Buffer.from(publicKey, 'base64')).digest('hex');
}

/** Whether the signature (base64) over the text is by the holder of the key (raw, base64). */
export async function isSignedBy(key: string, text: string, signature: string): Promise<boolean> {
  const raw = Buffer.from(signature, 'base64');
  if (raw.length !== SIGNATURE_BYTES) return false;
  // On a thread of its own: it is the dearest part of a delivery, and the one that can be apart.
  return verified(null, Buffer.from(text, 'utf8'), keyObjectOf(key), raw);
}

const verified = promisify<null, Buffer, KeyObject, Buffer, boolean>(verify);

/** Of 10,000 nodes, and as many that were replaced; about a kilobyte each. */
const KEYS_KEPT = 20_000;
const keyObjects = new Map<string, KeyObject>();

/** The key made ready; that takes as long as hashing a report. */
function keyObjectOf(publicKey: string): KeyObject {
  const known = keyObjects.get(publicKey);
  if (known !== undefined) return known;
  const x = Buffer.from(publicKey, 'base64').toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  const [oldest = publicKey] = keyObjects.keys();
  if (keyObjects.size >= KEYS_KEPT) keyObjects.delete(oldest);
  keyObjects.set(publicKey, key);
  return key;
}
