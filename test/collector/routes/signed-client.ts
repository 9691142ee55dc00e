import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/**
 * A node as the contract describes it, written from the description and not from the agent's code,
 * so that both are held to it.
 */
export interface SignedClient {
  cluster: string;
  node: string;
  key: OwnKey;
  bootId: string;
  /** the last one used */
  sequence: number;
}

/** An Ed25519 key, its public half raw in base64, and its id. */
export interface OwnKey {
  privateKey: KeyObject;
  publicKey: string;
  id: string;
}

/** What is signed of a request, and what may be told wrongly of it. */
export interface ToSign {
  time: Date;
  body: Buffer;
  method?: string;
  path?: string;
  sequence?: number;
}

export const BOOT_ID = '11111111-2222-4333-8444-555555555555';

export function newKey(): OwnKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  // The 12 bytes before the key say that it is one of Ed25519.
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(12);
  return {
    privateKey,
    publicKey: raw.toString('base64'),
    id: createHash('sha256').update(raw).digest('hex'),
  };
}

/** The headers of a request that the client signs; its next sequence unless one is given. */
export function signedHeaders(client: SignedClient, toSign: ToSign): Record<string, string> {
  const { time, body, method = 'POST', path = '/api/v1/reports' } = toSign;
  if (toSign.sequence === undefined) client.sequence += 1;
  const sequence = String(toSign.sequence ?? client.sequence);
  const text = [
    'muster-delivery-v1',
    method,
    path,
    createHash('sha256').update(body).digest('hex'),
    client.cluster,
    client.node,
    client.bootId,
    sequence,
    time.toISOString(),
  ].join('\n');
  return {
    'content-type': 'application/json',
    'muster-key': client.key.id,
    'muster-boot-id': client.bootId,
    'muster-sequence': sequence,
    'muster-time': time.toISOString(),
    'muster-signature': signatureOf(client.key, text),
  };
}

/** The body of an enrolment with this token. */
export function enrolmentBody(secret: string, { node, key }: Pick<SignedClient, 'node' | 'key'>) {
  const digest = createHash('sha256').update(secret).digest('hex');
  const text = ['muster-enrolment-v1', digest, key.publicKey, node].join('\n');
  return {
    node,
    publicKey: key.publicKey,
    proof: signatureOf(key, text),
    machineId: machineIdOf(node),
  };
}

/** The body of a rotation to another key. */
export function rotationBody(from: OwnKey, to: OwnKey) {
  const text = ['muster-rotation-v1', from.id, to.id].join('\n');
  return { publicKey: to.publicKey, proof: signatureOf(to, text) };
}

/** What the machine of a node is known by. */
export function machineIdOf(machine: string): string {
  return createHash('sha256').update(`muster-machine-v1\n${machine}`).digest('hex');
}

export function signatureOf(key: OwnKey, text: string): string {
  return sign(null, Buffer.from(text), key.privateKey).toString('base64');
}
