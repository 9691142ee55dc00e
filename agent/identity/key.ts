import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto';

/** An Ed25519 key of this node; the private half stays inside. */
export interface SigningKey {
  /** SHA-256 of the raw public key, hex */
  id: string;
  /** raw, base64 */
  publicKey: string;
  /** signature over a text, base64 */
  sign(text: string): string;
}

/** A new key: itself, and the PEM (PKCS #8) to keep it by. */
export function makeKey(): { key: SigningKey; pem: string } {
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { key: keyOf(privateKey), pem };
}

/** The key of a PEM; null when the text is none of an Ed25519 key. */
export function parseKey(pem: string): SigningKey | null {
  try {
    const privateKey = createPrivateKey(pem);
    return privateKey.asymmetricKeyType === 'ed25519' ? keyOf(privateKey) : null;
  } catch (error) {
    if (error instanceof Error) return null;
    throw error;
  }
}

function keyOf(privateKey: KeyObject): SigningKey {
  const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
  const raw = Buffer.from(x, 'base64url');
  return {
    id: createHash('sha256').update(raw).digest('hex'),
    publicKey: raw.toString('base64'),
    sign: (text) => sign(null, Buffer.from(text), privateKey).toString('base64'),
  };
}
