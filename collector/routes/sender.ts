import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { SKEW_LIMIT_MS, signatureHeaders, signedText } from '../../shared/signing.ts';
import { formatDuration } from '../../shared/units.ts';
import { isSignedBy } from '../ed25519.ts';
import type { NodeKey, Store } from '../store/store.ts';
import { Problem } from './problem.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** what the headers of a signed request say; not to be believed yet */
    claim: Claim | null;
    /** the claim, once the signature over the body fitted */
    sender: Claim | null;
  }
}

/** Who a signed request says it is from, with the key that the collector has on file. */
export interface Claim {
  key: NodeKey;
  bootId: string;
  sequence: number;
  /** as it was sent, for it is signed so */
  time: string;
  /** base64 */
  signature: string;
}

/** The claim of a request's headers, refused when its key may not sign. */
export async function claimOf(request: FastifyRequest, store: Store, now: Date): Promise<Claim> {
  const id = headerOf(request, 'key');
  const claim = {
    bootId: headerOf(request, 'boot'),
    sequence: Number(headerOf(request, 'sequence')),
    time: headerOf(request, 'time'),
    signature: headerOf(request, 'signature'),
  };
  const key = await store.nodeKey(id);
  if (key === null) {
    throw new Problem('unknown_node', 'no node was enrolled with this key: enrol it anew');
  }
  request.claim = { key, ...claim };
  mustBeInUse(key, now);
  return request.claim;
}

/** Refuses a body that the claim's key did not sign as it came over the wire. */
export async function mustBeSigned(
  request: FastifyRequest,
  claim: Claim,
  wire: Buffer,
): Promise<void> {
  const text = signedText({
    method: request.method,
    path: request.url.split('?', 1)[0] ?? '',
    bodyDigest: createHash('sha256').update(wire).digest('hex'),
    cluster: claim.key.cluster,
    node: claim.key.node,
    bootId: claim.bootId,
    sequence: claim.sequence,
    time: claim.time,
  });
  if (await isSignedBy(claim.key.publicKey, text, claim.signature)) return;
  throw new Problem(
    'bad_signature',
    `the signature is not that of ${claim.key.node} over this request as it arrived`,
  );
}

/** The sender of a request whose route only takes signed ones. */
export function senderOf(request: FastifyRequest): Claim {
  if (request.sender !== null) return request.sender;
  throw new Problem('bad_signature', 'there is no body, so nothing was signed');
}

/** What each header must look like, before anything is looked up. */
const shapes: Record<keyof typeof signatureHeaders, RegExp> = {
  key: /^[0-9a-f]{64}$/,
  boot: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  sequence: /^[1-9]\d{0,14}$/,
  time: z.regexes.datetime({ precision: 3 }),
  signature: /^[0-9A-Za-z+/]{86}==$/,
};

function headerOf(request: FastifyRequest, name: keyof typeof shapes): string {
  const header = signatureHeaders[name];
  const value = request.headers[header];
  if (typeof value === 'string' && shapes[name].test(value)) return value;
  throw new Problem('bad_signature', `header ${header}: missing, or not in its form`);
}

function mustBeInUse({ state, validUntil, node }: NodeKey, now: Date): void {
  if (state === 'pending') {
    throw new Problem('not_approved', `${node} is enrolled and waits for "muster node approve"`);
  }
  if (state === 'revoked') {
    throw new Problem('unknown_node', `the key of ${node} was revoked: enrol it anew`);
  }
  if (validUntil !== null && validUntil.getTime() <= now.getTime()) {
    throw new Problem('unknown_node', `the key of ${node} was replaced by a newer one`);
  }
}

/** Refuses a time that is too far from ours. */
export function mustBeNear({ time }: Claim, now: Date): void {
  const aheadMs = Date.parse(time) - now.getTime();
  if (Math.abs(aheadMs) <= SKEW_LIMIT_MS) return;
  const way = aheadMs > 0 ? 'ahead of' : 'behind';
  const words = `the clock of the node is ${formatDuration(Math.abs(aheadMs))} ${way} this one`;
  throw new Problem('clock_skew', words, { serverTime: now.toISOString() });
}
