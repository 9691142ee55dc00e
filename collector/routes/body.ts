import { gunzipSync } from 'node:zlib';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { countKeys, measureJson } from './json-limits.ts';
import { Problem } from './problem.ts';

/** What a wrong body is called. */
export type InvalidCode =
  | 'invalid_report'
  | 'invalid_policy'
  | 'invalid_waiver'
  | 'invalid_request';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** what a wrong body is called; `invalid_request` when not said */
    invalid?: InvalidCode;
    /** makes the value of a JSON body; `parseJson` when not said */
    read?: (text: Buffer, request: FastifyRequest) => unknown;
  }
  interface FastifyRequest {
    /** null when there was no body */
    received: Received | null;
  }
}

/** A body inflated, and what its parser made of it before any schema. */
export interface Received {
  text: Buffer;
  value: unknown;
}

/** A report of a large node is some 40 kB inflated and 6 kB on the wire. */
export const WIRE_LIMIT_BYTES = 1024 * 1024;
export const INFLATED_LIMIT_BYTES = 8 * 1024 * 1024;

/**
 * Makes the app read JSON and YAML bodies, plain or gzip, within the limits; nothing is inflated
 * or parsed before `admit` let the bytes in. The text stays in `request.received`.
 */
export function acceptBodies(
  app: FastifyInstance,
  admit: (request: FastifyRequest, wire: Buffer) => Promise<void>,
): void {
  const options = { parseAs: 'buffer', bodyLimit: WIRE_LIMIT_BYTES } as const;
  app.decorateRequest('received', null);
  app.removeAllContentTypeParsers();
  const parser =
    (parse: (text: Buffer, request: FastifyRequest) => unknown) =>
    async (request: FastifyRequest, wire: Buffer) => {
      await admit(request, wire);
      const text = inflated(wire, request);
      const value = parse(text, request);
      request.received = { text, value };
      return value;
    };
  const json = (text: Buffer, request: FastifyRequest) => {
    const { read } = request.routeOptions.config;
    return read === undefined ? parseJson(text, invalidCode(request)) : read(text, request);
  };
  const yaml = (text: Buffer, request: FastifyRequest) => decode(text, invalidCode(request));
  app.addContentTypeParser('application/json', options, parser(json));
  app.addContentTypeParser(['application/yaml', 'text/yaml'], options, parser(yaml));
}

/** The body of a request whose route cannot be reached without one. */
export function bodyOf(request: FastifyRequest): Received {
  if (request.received !== null) return request.received;
  throw new Problem(invalidCode(request), 'there is no body', { path: '' });
}

/** What a wrong body of this route is called. */
export function invalidCode(request: FastifyRequest): InvalidCode {
  return request.routeOptions.config.invalid ?? 'invalid_request';
}

function inflated(wire: Buffer, request: FastifyRequest): Buffer {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding === 'identity') return wire;
  if (encoding !== 'gzip') {
    throw new Problem('unsupported_media_type', `content-encoding ${encoding} is not gzip`);
  }
  try {
    return gunzipSync(wire, {
      maxOutputLength: INFLATED_LIMIT_BYTES,
      chunkSize: inflatedChunk(wire),
    });
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

/** Enough for a report in one piece: pieces would have to be put together. */
const CHUNK_MIN_BYTES = 1024;
const CHUNK_MAX_BYTES = 256 * 1024;

/** What the last four bytes of the gzip say that it inflates to; it need not be true. */
function inflatedChunk(wire: Buffer): number {
  const said = wire.length < 4 ? 0 : wire.readUInt32LE(wire.length - 4) + 1;
  return Math.min(Math.max(said, CHUNK_MIN_BYTES), CHUNK_MAX_BYTES);
}

/** What a JSON text says, within the limits and without a doubt about its keys. */
export function parseJson(bytes: Buffer, invalid: InvalidCode): unknown {
  const text = decode(bytes, invalid);
  const { trouble, keys } = measureJson(bytes);
  if (trouble !== null) throw new Problem(invalid, `the JSON ${trouble}`, { path: '' });
  const value = parsed(text, invalid);
  const counted = countKeys(value);
  if (counted.prototype) {
    throw new Problem(invalid, 'the JSON has a key "__proto__"', { path: '' });
  }
  // Of two equal keys one parser takes the first and another the last: evidence must be one.
  if (counted.keys !== keys) {
    throw new Problem(invalid, 'the JSON has a key twice in one object', { path: '' });
  }
  return value;
}

function parsed(text: string, invalid: InvalidCode): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Problem(invalid, `the body is not JSON: ${reason}`, { path: '' });
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decode(bytes: Buffer, invalid: InvalidCode): string {
  try {
    return utf8.decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new Problem(invalid, 'the body is not UTF-8', { path: '' });
  }
}
