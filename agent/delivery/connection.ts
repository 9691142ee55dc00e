import { type ClientRequest, Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { CommandError } from '../../shared/exit.ts';
import type { Answer } from './answer.ts';
import { pinned } from './pin.ts';

/** Where the collector is and what it is known by. */
export interface Target {
  /** base URL; http only for loopback */
  collector: string;
  /** PEM of the CA to trust instead of the system's */
  ca?: string;
  /** SHA-256 (hex) of the collector's own certificate or of a CA's that it sends; trusted alone */
  fingerprint?: string;
}

/** A request on its way out. */
export interface Outgoing {
  path: string;
  headers: Record<string, string>;
  body: Buffer;
}

/** One connection to the collector, for as many requests as there are, one after another. */
export interface Connection {
  send(request: Outgoing): Promise<Answer>;
  close(): void;
}

/** No answer came; `reached` tells whether there was somebody to give one. */
export class NoAnswer extends Error {
  readonly reached: boolean;

  constructor(message: string, reached: boolean, cause?: unknown) {
    super(message, { cause });
    this.name = 'NoAnswer';
    this.reached = reached;
  }
}

/** A connection that is made at the first request; a key or a report never travels in the clear. */
export function openConnection(target: Target): Connection {
  const url = collectorUrl(target.collector);
  const agent = url.protocol === 'https:' ? httpsAgent(target) : new HttpAgent(ONE_ALIVE);
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return {
    send({ path, headers, body }) {
      const length = { 'content-length': String(body.length) };
      const options = { method: 'POST', agent, headers: { ...headers, ...length } };
      return exchange(request(new URL(path, url), options), body, url.origin);
    },
    close: () => agent.destroy(),
  };
}

/** The base URL of a collector, when it may be used as one. */
export function collectorUrl(text: string): URL {
  if (!URL.canParse(text)) {
    throw new CommandError('usage', `--collector: expected a URL, found "${text}"`);
  }
  const url = new URL(text);
  const loopback = ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  if (url.protocol === 'https:' || (url.protocol === 'http:' && loopback)) return url;
  throw new CommandError(
    'usage',
    `--collector: expected https, or http to a loopback address, found "${text}"`,
  );
}

const ONE_ALIVE = { keepAlive: true, maxSockets: 1 };
const REQUEST_TIMEOUT_MS = 30_000;
const MAX_ANSWER_BYTES = 64 * 1024;

function httpsAgent({ ca, fingerprint }: Target): HttpsAgent {
  if (fingerprint === undefined) return new HttpsAgent({ ...ONE_ALIVE, ca });
  // a resumed session shows no certificate, so none is kept
  const agent = new HttpsAgent({ ...ONE_ALIVE, maxCachedSessions: 0 });
  return Object.assign(agent, { createConnection: pinned(fingerprint, REQUEST_TIMEOUT_MS) });
}

function exchange(sent: ClientRequest, body: Buffer, origin: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let reached = false;
    const limit = setTimeout(() => sent.destroy(new Error('timed out')), REQUEST_TIMEOUT_MS);
    const fail = (cause: Error) => {
      clearTimeout(limit);
      reject(new NoAnswer(`${origin}: ${cause.message}`, reached, cause));
    };
    sent.on('socket', (socket) => {
      const ready = 'encrypted' in socket ? 'secureConnect' : 'connect';
      const standing = () => {
        reached = true;
      };
      if (socket.connecting) socket.once(ready, standing);
      else standing();
    });
    sent.on('error', fail);
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > MAX_ANSWER_BYTES) sent.destroy(new Error('the answer is too large'));
        else chunks.push(chunk);
      });
      response.on('error', fail);
      response.on('end', () => {
        clearTimeout(limit);
        const text = Buffer.concat(chunks).toString('utf8');
        const retryAfter = response.headers['retry-after'] ?? null;
        resolve({ status: response.statusCode ?? 0, text, retryAfter });
      });
    });
    sent.end(body);
  });
}
