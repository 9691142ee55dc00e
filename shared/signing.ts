import { z } from 'zod';

/**
 * What an agent signs, and how it travels. The Ed25519 key is the node's identity: cluster and node
 * come from the key the collector has on file, never from the body.
 */
export const signatureHeaders = {
  /** id of the key: SHA-256 of the raw public key, hex */
  key: 'muster-key',
  /** /proc/sys/kernel/random/boot_id of the node */
  boot: 'muster-boot-id',
  /** grows by at least one with each report of the node, across boots */
  sequence: 'muster-sequence',
  /** UTC instant of the signature, ISO 8601 with milliseconds */
  time: 'muster-time',
  /** Ed25519 over `signedText`, base64 */
  signature: 'muster-signature',
} as const;

/** Clocks may differ by that much; more is answered with `clock_skew` and the server's time. */
export const SKEW_LIMIT_MS = 5 * 60_000;

/** What one signature covers. */
export interface Signed {
  /** upper case */
  method: string;
  /** path of the URL, without query */
  path: string;
  /** SHA-256 of the body as it is sent (compressed when it is), hex */
  bodyDigest: string;
  cluster: string;
  node: string;
  bootId: string;
  sequence: number;
  /** ISO 8601, UTC */
  time: string;
}

/** The exact text that is signed: a line each, in a fixed order, the version first. */
export function signedText(signed: Signed): string {
  const { method, path, bodyDigest, cluster, node, bootId, sequence, time } = signed;
  const lines = ['muster-delivery-v1', method, path, bodyDigest, cluster, node, bootId];
  return [...lines, String(sequence), time].join('\n');
}

/** What an enrolment proves: that who holds the token also holds the key. */
export function enrolmentText(token: { digest: string; publicKey: string; node: string }): string {
  return ['muster-enrolment-v1', token.digest, token.publicKey, token.node].join('\n');
}

/** What a rotation proves: the new key signs this; the request itself is signed by the old one. */
export function rotationText(keys: { from: string; to: string }): string {
  return ['muster-rotation-v1', keys.from, keys.to].join('\n');
}

const publicKey = z.base64().length(44).describe('raw Ed25519 public key of 32 bytes, base64');
const proof = z.base64().length(88).describe('Ed25519 signature, base64');

/** Body of `POST /api/v1/enroll`; the one-time token travels as the bearer. */
export const enrolmentRequestSchema = z.strictObject({
  node: z.string().min(1).max(253).describe('the name the node will report under'),
  publicKey,
  proof: proof.describe('signature over enrolmentText, with the SHA-256 of the token, hex'),
  machineId: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe('SHA-256 of "muster-machine-v1\\n" and /etc/machine-id: equal only for clones'),
});

/** Answer to an enrolment and to a rotation. */
export const enrolmentAnswerSchema = z.strictObject({
  cluster: z.string(),
  node: z.string(),
  key: z.string().describe('id of the key'),
  state: z.enum(['active', 'pending']).describe('pending: waits for "muster node approve"'),
  lastSequence: z.int().nonnegative().describe('the next delivery must be above it'),
  serverTime: z.iso.datetime(),
});

/** Body of `POST /api/v1/rotate`, itself signed like a delivery, with the key in use. */
export const rotationRequestSchema = z.strictObject({
  publicKey,
  proof: proof.describe('signature of the new key over rotationText with both key ids'),
});

export type EnrolmentRequest = z.infer<typeof enrolmentRequestSchema>;
export type EnrolmentAnswer = z.infer<typeof enrolmentAnswerSchema>;
export type RotationRequest = z.infer<typeof rotationRequestSchema>;
