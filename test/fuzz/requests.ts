import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { Role } from '../../collector/tokens.ts';
import type { Wanted } from '../collector/routes/live-collector.ts';
import { sampleReport } from '../sample-report.ts';
import { waiver } from '../shared/sample-waivers.ts';
import { DEEP, damaged } from './mutation.ts';

/** An address of the collector and what may be asked of it. */
export interface Route {
  method: string;
  path: string;
}

/** A request that is sound HTTP, whatever is in it, and who sends it. */
export interface HostileRequest extends Omit<Wanted, 'body'> {
  body: Buffer;
  as: Role | 'nobody' | 'node';
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'SEARCH'];
const MIB = 1024 * 1024;

const WORDS = [
  ...['__proto__', 'constructor', 'toString', '..', '.', '%00', '%2e%2e%2f', '%', '%zz', '%ff'],
  ...['a', 'ganeti01.example.org', '-1', '0', '9'.repeat(30), '1e999', 'NaN', 'null', '', ' '],
  ...['<script>', '\u001b[31m', "' or 1=1 --", 'é', 'x'.repeat(300), 'x'.repeat(3000), '*', '?'],
  ...['join', 'health', '2026-03-01T12:00:00Z', '2026-13-99', 'a&a=b', 'true', '[]', '{"a":1}'],
];

const bodies = [
  JSON.stringify(sampleReport()),
  JSON.stringify(waiver()),
  'cluster:\n  name: a\nthresholds: {maximumAge: 2h}\n',
  JSON.stringify({ node: 'a', publicKey: 'b', proof: 'c', machineId: 'd' }),
  '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
  '{"a":1,"a":2}',
  `{"a":${'9'.repeat(5000)}}`,
  '&a [*a, *a]\n'.repeat(50),
];

/** What inflates to far more than it was, is too long, or is nested too deeply. */
const bombs = [
  ...[gzipSync(Buffer.alloc(64 * MIB)), gzipSync(' '.repeat(9 * MIB)), Buffer.alloc(2 * MIB, 'a')],
  ...DEEP.map((text) => Buffer.from(text)),
];

const body = fc.oneof(
  { arbitrary: damaged(bodies), weight: 6 },
  { arbitrary: damaged(bodies).map((bytes) => gzipSync(bytes)), weight: 2 },
  { arbitrary: fc.constantFrom(...bombs), weight: 1 },
);

const headers = fc.dictionary(
  fc.constantFrom(
    ...['content-type', 'content-encoding', 'accept', 'cookie', 'x-forwarded-for', 'origin'],
    ...['x-forwarded-proto', 'if-none-match', 'range', 'muster-key', 'muster-sequence'],
    ...['muster-time', 'muster-signature', 'muster-boot-id', 'authorization', 'x-odd', 'forwarded'],
  ),
  fc.oneof(
    fc.constantFrom(
      ...['application/json', 'application/yaml', 'text/html', 'text/plain', 'gzip', 'br'],
      ...['application/x-www-form-urlencoded', 'multipart/form-data; boundary=a', 'identity'],
      ...['application/json; charset=utf-16', 'Bearer muster_reader_x', 'Bearer muster_enrol_x'],
      ...['gzip, gzip', '127.0.0.1, ::1', 'unknown', '0'.repeat(64), '2026-03-01T12:00:00.000Z'],
    ),
    fc.constantFrom(...WORDS.filter((word) => /^[\x20-\x7e]+$/.test(word))),
  ),
  { maxKeys: 4 },
);

const typed = fc.constantFrom<Record<string, string>>(
  { 'content-type': 'application/json' },
  { 'content-type': 'application/json', 'content-encoding': 'gzip' },
  { 'content-type': 'application/yaml' },
  {},
);

/** Any request to any of the routes, or to none. */
export function hostileRequests(routes: readonly Route[]): fc.Arbitrary<HostileRequest> {
  const word = fc.constantFrom(...WORDS);
  return fc
    .record({
      route: fc.oneof(
        { arbitrary: fc.constantFrom(...routes), weight: 9 },
        { arbitrary: word.map((path) => ({ method: 'GET', path: `/${path}` })), weight: 1 },
      ),
      method: fc.option(fc.constantFrom(...METHODS), { freq: 4 }),
      words: fc.array(word, { minLength: 3, maxLength: 3 }),
      query: fc.option(fc.tuple(fc.constantFrom('gate', 'limit', 'group', 'q', 'max'), word)),
      headers: fc.oneof(typed, fc.tuple(typed, headers).map(merged), headers),
      body,
      as: fc.constantFrom('nobody', 'node', 'node', 'reader', 'operator', 'admin', 'admin'),
    })
    .map(({ route, words, query, method, ...rest }) => ({
      ...rest,
      method: method ?? route.method,
      path: addressOf(route.path, words) + (query ? `?${query.map(encoded).join('=')}` : ''),
    }));
}

function merged(parts: readonly Record<string, string>[]): Record<string, string> {
  return Object.assign({}, ...parts);
}

/** The path with words in the places of its parameters. */
function addressOf(path: string, words: readonly string[]): string {
  let at = 0;
  return path
    .replaceAll(/\{\w+\}/g, () => encoded(words[at++] ?? ''))
    .replaceAll(/[^\x21-\x7e]/g, (odd) => encodeURIComponent(odd));
}

/** What stands for percent-encoding already stays, broken as it may be. */
function encoded(word: string): string {
  return word.startsWith('%') ? word : encodeURIComponent(word);
}
