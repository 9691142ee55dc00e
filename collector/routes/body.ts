import { gunzipSync, gzipSync } from 'node:zlib';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from './problem.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** the body as sent; null when there was none */
    received: Received | null;
  }
}

/** A body in both forms: as text, and compressed as it came or as we would. */
export interface Received {
  text: Buffer;
  gzip(): Buffer;
}

/** A report of a large node is some 40 kB inflated and 6 kB on the wire. */
export const WIRE_LIMIT_BYTES = 1024 * 1024;
export const INFLATED_LIMIT_BYTES = 8 * 1024 * 1024;
/** The deepest report of the schema has 9 levels. */
export const DEPTH_LIMIT = 32;

/**
 * Makes the app read JSON and YAML bodies, plain or gzip, within the limits. The text stays in
 * `request.received`; of JSON the parsed value is the body.
 */
export function acceptBodies(app: FastifyInstance): void {
  const options = { parseAs: 'buffer', bodyLimit: WIRE_LIMIT_BYTES } as const;
  app.decorateRequest('received', null);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    options,
    async (request: FastifyRequest, wire: Buffer) => {
      request.received = receive(wire, request);
      return parseJson(request.received.text, invalidCode(request));
    },
  );
  app.addContentTypeParser(
    ['application/yaml', 'text/yaml'],
    options,
    async (request: FastifyRequest, wire: Buffer) => {
      request.received = receive(wire, request);
      return decode(request.received.text, invalidCode(request));
    },
  );
}

/** The body of a request whose route cannot be reached without one. */
export function bodyOf(request: FastifyRequest): Received {
  if (request.received !== null) return request.received;
  throw new Problem(invalidCode(request), 'there is no body', { path: '' });
}

/** What a wrong body of this route is called. */
export function invalidCode(request: FastifyRequest): 'invalid_report' | 'invalid_policy' {
  return request.routeOptions.config.invalid ?? 'invalid_report';
}

function receive(wire: Buffer, request: FastifyRequest): Received {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding === 'identity') return { text: wire, gzip: () => gzipSync(wire) };
  if (encoding !== 'gzip') {
    throw new Problem('unsupported_media_type', `content-encoding ${encoding} is not gzip`);
  }
  try {
    const text = gunzipSync(wire, { maxOutputLength: INFLATED_LIMIT_BYTES });
    return { text, gzip: () => wire };
  } catch (error) {
    if (error instanceof RangeError) {
      throw new Problem(
        'too_large',
        `the body inflates to more than ${INFLATED_LIMIT_BYTES} bytes`,
      );
    }
    const reason = error instanceof Error ? error.message : String(error);
    throw new Problem(invalidCode(request), `the body is not gzip: ${reason}`, { path: '' });
  }
}

function parseJson(bytes: Buffer, invalid: 'invalid_report' | 'invalid_policy'): unknown {
  const text = decode(bytes, invalid);
  if (depthOf(bytes) > DEPTH_LIMIT) {
    throw new Problem(invalid, `the JSON is nested more than ${DEPTH_LIMIT} deep`, { path: '' });
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Problem(invalid, `the body is not JSON: ${reason}`, { path: '' });
  }
}

function decode(bytes: Buffer, invalid: 'invalid_report' | 'invalid_policy'): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new Problem(invalid, 'the body is not UTF-8', { path: '' });
  }
}

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const [ARRAY, ARRAY_END, OBJECT, OBJECT_END] = [0x5b, 0x5d, 0x7b, 0x7d];

/** How deep arrays and objects are nested in a JSON text, told without building anything. */
function depthOf(json: Buffer): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let index = 0; index < json.length; index++) {
    const byte = json[index];
    if (inString && byte === BACKSLASH) index += 1;
    else if (byte === QUOTE) inString = !inString;
    else if (inString) continue;
    else if (byte === ARRAY || byte === OBJECT) deepest = Math.max(deepest, ++depth);
    else if (byte === ARRAY_END || byte === OBJECT_END) depth -= 1;
  }
  return deepest;
}
