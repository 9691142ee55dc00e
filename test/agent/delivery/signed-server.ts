import { createHash, createPublicKey, verify } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** A request as the server got it, with what its headers claim. */
export interface Received {
  path: string;
  headers: Record<string, string>;
  wire: Buffer;
  body: string;
  /** number of the connection it came over */
  connection: number;
}

/** What the server says next; without a body it is a receipt. */
export interface Reply {
  status: number;
  headers?: Record<string, string>;
  body?: object;
  /** the connection ends without an answer */
  hangUp?: true;
}

/** A collector of the test's own: says what it is told to, and keeps what came. */
export interface SignedServer {
  url: string;
  received: Received[];
  /** used up from the front; a receipt when there is none */
  replies: (Reply | ((request: Received) => Reply))[];
  connections(): number;
  close(): Promise<void>;
}

/** Starts a server on loopback; with a certificate it speaks TLS. */
export async function startServer(tls?: { key: string; cert: string }): Promise<SignedServer> {
  const received: Received[] = [];
  const replies: SignedServer['replies'] = [];
  const numbers = new Map<unknown, number>();
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const one = receivedOf(request, Buffer.concat(chunks), numbers.get(request.socket) ?? 0);
      received.push(one);
      const next = replies.shift() ?? { status: 200 };
      const reply = typeof next === 'function' ? next(one) : next;
      if (reply.hangUp) request.socket.destroy();
      else response.writeHead(reply.status, reply.headers).end(textOf(reply, one));
    });
  };
  const server: Server = tls ? createTlsServer(tls, listener) : createServer(listener);
  server.on(tls ? 'secureConnection' : 'connection', (socket) => {
    numbers.set(socket, numbers.size + 1);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    received,
    replies,
    connections: () => numbers.size,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Whether the request is signed by the raw public key (base64), over text put together by hand. */
export function isSigned(
  { path, headers, wire }: Received,
  by: { publicKey: string; cluster: string; node: string },
): boolean {
  const text = [
    'muster-delivery-v1',
    'POST',
    path,
    createHash('sha256').update(wire).digest('hex'),
    by.cluster,
    by.node,
    headers['muster-boot-id'],
    headers['muster-sequence'],
    headers['muster-time'],
  ].join('\n');
  return verifies(by.publicKey, text, headers['muster-signature'] ?? '');
}

/** Whether a signature (base64) of a text is that of a raw public key (base64). */
export function verifies(publicKey: string, text: string, signature: string): boolean {
  const x = Buffer.from(publicKey, 'base64').toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'));
}

function receivedOf(request: IncomingMessage, wire: Buffer, connection: number): Received {
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
  const zipped = request.headers['content-encoding'] === 'gzip';
  const body = (zipped ? gunzipSync(wire) : wire).toString('utf8');
  const path = request.url ?? '';
  return { path, headers: Object.fromEntries(headers), wire, body, connection };
}

function textOf({ body }: Reply, request: Received): string {
  const digest = createHash('sha256').update(request.body).digest('hex');
  return JSON.stringify(body ?? { digest });
}
