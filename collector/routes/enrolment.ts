import {
  type EnrolmentAnswer,
  type EnrolmentRequest,
  enrolmentAnswerSchema,
  enrolmentRequestSchema,
  enrolmentText,
  type RotationRequest,
  rotationRequestSchema,
  rotationText,
} from '../../shared/signing.ts';
import { canonicalKey, isSignedBy, keyIdOf } from '../ed25519.ts';
import type { EnrolmentRefusal, EnrolmentToken, NodeKey } from '../store/store.ts';
import { hashOf } from '../tokens.ts';
import { leaveOf } from './access.ts';
import type { App, Context } from './context.ts';
import { Problem, problemSchema } from './problem.ts';
import { senderOf } from './sender.ts';

/** Both bodies are a few hundred bytes. */
const BODY_LIMIT_BYTES = 4096;
/** The key before stays good for a day: the answer to a rotation may get lost. */
const ROTATION_GRACE_MS = 24 * 3_600_000;

const response = { 200: enrolmentAnswerSchema, '4xx': problemSchema };

/** How a node comes to its credential, and to its next one. */
export function enrolmentRoutes(app: App, context: Context): void {
  app.post(
    '/api/v1/enroll',
    {
      config: { access: 'newcomer' },
      bodyLimit: BODY_LIMIT_BYTES,
      schema: {
        summary: "Enrol a node's own key with a one-time token, the bearer",
        consumes: ['application/json'],
        body: enrolmentRequestSchema,
        response,
      },
    },
    async (request) => {
      const tokenHash = hashOf(leaveOf(request));
      return answerOf(await enrolled(request.body, tokenHash, context), context);
    },
  );

  app.post(
    '/api/v1/rotate',
    {
      config: { access: 'agent' },
      bodyLimit: BODY_LIMIT_BYTES,
      schema: {
        summary: 'Put a new key in place of the one that signs this request',
        consumes: ['application/json'],
        body: rotationRequestSchema,
        response,
      },
    },
    async (request) => {
      const { key } = senderOf(request);
      return answerOf(await rotated(key, request.body, context), context);
    },
  );
}

async function enrolled(
  body: EnrolmentRequest,
  tokenHash: string,
  { store, now, approval }: Context,
): Promise<NodeKey> {
  const { node, machineId, publicKey: sent, proof } = body;
  const text = enrolmentText({ digest: tokenHash, publicKey: sent, node });
  const own = await provenKey(sent, text, proof);
  mustBeShowable(node);
  const outcome = await store.enroll({
    ...{ tokenHash, node, machineId, key: own.id, publicKey: own.publicKey },
    state: approval ? 'pending' : 'active',
    at: now(),
  });
  if ('refused' in outcome) throw refusal(outcome, await store.enrolmentTokenByHash(tokenHash));
  return outcome;
}

async function rotated(
  from: NodeKey,
  { publicKey: sent, proof }: RotationRequest,
  { store, now }: Context,
): Promise<NodeKey> {
  const raw = canonicalKey(sent);
  const text = rotationText({ from: from.id, to: raw === null ? '' : keyIdOf(raw) });
  const { id, publicKey } = await provenKey(sent, text, proof);
  // Else whoever stole a key that was replaced could put their own in its place.
  if (from.validUntil !== null && (await store.nodeKey(id)) === null) {
    throw new Problem('forbidden', 'this key was replaced before: rotate the one that replaced it');
  }
  const at = now();
  const validUntil = new Date(at.getTime() + ROTATION_GRACE_MS);
  const rotation = { from: from.id, to: { id, publicKey }, validUntil };
  const key = await store.rotateKey(rotation, { by: `key of ${from.node}`, at });
  if (key === null) throw new Problem('forbidden', 'the new key is known already: make another');
  return key;
}

/** The key as it is kept, and its id; refused unless who sent it holds the private half. */
async function provenKey(
  sent: string,
  text: string,
  proof: string,
): Promise<{ id: string; publicKey: string }> {
  const publicKey = canonicalKey(sent);
  if (publicKey === null) {
    throw new Problem('invalid_request', 'publicKey: not 32 bytes', { path: 'publicKey' });
  }
  if (await isSignedBy(publicKey, text, proof)) return { id: keyIdOf(publicKey), publicKey };
  throw new Problem('bad_signature', 'the proof is not that of the new key', { path: 'proof' });
}

/** A name with control characters or half a character fits in no address and no terminal. */
function mustBeShowable(node: string): void {
  if (!/[\p{Cc}\p{Cs}]/u.test(node) && node !== '.' && node !== '..') return;
  throw new Problem('invalid_request', 'node: not a name that can be shown', { path: 'node' });
}

const refusals: Record<EnrolmentRefusal['refused'], string> = {
  unknown_token: 'make a new one with "muster token create --cluster … --node …"',
  expired_token: 'make a new one with "muster token create --cluster … --node …"',
  used_token: 'it serves once; make a new one with "muster token create --cluster … --node …"',
  wrong_node: 'the token was made for another node name',
  node_exists: 'is in use by another machine; "muster node revoke" ends that',
  key_exists: 'it was used before: a new enrolment needs a new key',
  cloned_machine: 'has this machine id: give the clone its own /etc/machine-id',
};

/** The refusal is laid at the node that the token was made for: that name a person gave. */
function refusal(outcome: EnrolmentRefusal, token: EnrolmentToken | null): Problem {
  const words = refusals[outcome.refused];
  const detail = 'node' in outcome ? `${outcome.node} ${words}` : words;
  const of = token === null ? {} : { of: { cluster: token.cluster, node: token.node } };
  return new Problem(outcome.refused, detail, of);
}

async function answerOf(key: NodeKey, { store, now }: Context): Promise<EnrolmentAnswer> {
  const { cluster, node, id, state } = key;
  return {
    ...{ cluster, node, key: id, state: state === 'pending' ? 'pending' : 'active' },
    lastSequence: await store.lastSequence(key.enrolment),
    serverTime: now().toISOString(),
  };
}
