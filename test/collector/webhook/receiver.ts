import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A request as it came, and whether its signature is right by the text of the standard. */
export interface Received {
  method: string;
  path: string;
  id: string;
  timestamp: number;
  genuine: boolean;
  body: unknown;
  headers: NodeJS.Dict<string | string[]>;
}

/** How the receiver answers a request; it may as well say nothing, or break off. */
export type Reaction = (request: Received, answer: ServerResponse) => void;

/** Somebody who is told of events: a real server that closes at the end of the test. */
export interface Receiver {
  url: string;
  received: Received[];
  react: Reaction;
  /** resolves when that many requests came in all */
  until(count: number): Promise<Received[]>;
}

export const secretBytes = Buffer.from(Array.from({ length: 32 }, (_, index) => index * 7));
export const secretText = `whsec_${secretBytes.toString('base64')}`;

/** Answers with a status and nothing else. */
export function status(code: number, headers: Record<string, string> = {}): Reaction {
  return (_, answer) => void answer.writeHead(code, headers).end();
}

/** Starts it on a free port of loopback; with a key and certificate it speaks TLS. */
export async function openReceiver(
  tls: { key: string; cert: string } | null = null,
): Promise<Receiver> {
  let wake: () => void = () => undefined;
  const answering = (request: IncomingMessage, answer: ServerResponse) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => void chunks.push(chunk));
    request.on('end', () => {
      const one = receivedOf(request, Buffer.concat(chunks));
      receiver.received.push(one);
      receiver.react(one, answer);
      wake();
    });
  };
  const server = tls === null ? createServer(answering) : createTlsServer(tls, answering);
  const receiver: Receiver = {
    url: '',
    received: [],
    react: status(204),
    async until(count) {
      while (receiver.received.length < count) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return receiver.received;
    },
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  receiver.url = `${tls === null ? 'http' : 'https'}://127.0.0.1:${port}/hook`;
  return receiver;
}

function receivedOf(request: IncomingMessage, body: Buffer): Received {
  const { method = '', url: path = '', headers } = request;
  const header = (name: string) => String(headers[name] ?? '');
  const text = body.toString('utf8');
  return {
    ...{ method, path, headers },
    id: header('webhook-id'),
    timestamp: Number(header('webhook-timestamp')),
    genuine: isGenuine(header, text),
    body: JSON.parse(text),
  };
}

function isGenuine(header: (name: string) => string, body: string): boolean {
  const signed = `${header('webhook-id')}.${header('webhook-timestamp')}.${body}`;
  const expected = createHmac('sha256', secretBytes).update(signed).digest();
  return header('webhook-signature')
    .split(' ')
    .filter((one) => one.startsWith('v1,'))
    .some((one) => {
      const given = Buffer.from(one.slice('v1,'.length), 'base64');
      return given.length === expected.length && timingSafeEqual(given, expected);
    });
}
