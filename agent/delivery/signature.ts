import { createHash } from 'node:crypto';
import { type Signed, signatureHeaders, signedText } from '../../shared/signing.ts';
import type { SigningKey } from '../identity/key.ts';

/** What is signed besides the body; the body's digest is taken here. */
export type Signing = Omit<Signed, 'bodyDigest'> & { body: Buffer };

/** The headers that a signed request bears. */
export function signedHeaders(key: SigningKey, signing: Signing): Record<string, string> {
  const { body, ...rest } = signing;
  const bodyDigest = createHash('sha256').update(body).digest('hex');
  return {
    [signatureHeaders.key]: key.id,
    [signatureHeaders.boot]: signing.bootId,
    [signatureHeaders.sequence]: String(signing.sequence),
    [signatureHeaders.time]: signing.time,
    [signatureHeaders.signature]: key.sign(signedText({ ...rest, bodyDigest })),
  };
}
