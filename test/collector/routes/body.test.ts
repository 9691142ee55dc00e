import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { now, seedReport } from '../seed-cluster.ts';
import { enrolled, gzipped, openTestApp } from '../test-app.ts';
import { signedHeaders } from './signed-client.ts';

const MIB = 1024 * 1024;
const report = seedReport(1);
const json = JSON.stringify(report);

interface Refused {
  payload: string | Buffer;
  headers?: Record<string, string>;
  status: number;
  code: string;
  detail: RegExp;
  path?: string;
}

const gzip = { 'content-encoding': 'gzip' };
const refusals: Record<string, Refused> = {
  'not JSON': {
    payload: '{"a":',
    status: 400,
    code: 'invalid_report',
    detail: /not JSON/,
    path: '',
  },
  empty: { payload: '', status: 400, code: 'invalid_report', detail: /not JSON/, path: '' },
  'not UTF-8': {
    payload: Buffer.from([0x22, 0xff, 0x22]),
    status: 400,
    code: 'invalid_report',
    detail: /not UTF-8/,
    path: '',
  },
  'a byte order mark': {
    payload: `\ufeff${json}`,
    status: 400,
    code: 'invalid_report',
    detail: /not JSON/,
    path: '',
  },
  'a wrong field': {
    payload: JSON.stringify({ ...report, agent: { ...report.agent, privileged: 'yes' } }),
    status: 400,
    code: 'invalid_report',
    detail: /^agent\.privileged: /,
    path: 'agent.privileged',
  },
  'an older schema': {
    payload: JSON.stringify({ ...report, schema: 0 }),
    status: 400,
    code: 'invalid_report',
    detail: /^schema: /,
    path: 'schema',
  },
  'a key twice in one object': {
    payload: json.replace('{', '{"node":"ganeti09",'),
    status: 400,
    code: 'invalid_report',
    detail: /a key twice/,
    path: '',
  },
  'a key twice, spelt in two ways': {
    payload: json.replace('{', '{"n\\u006fde":"ganeti09",'),
    status: 400,
    code: 'invalid_report',
    detail: /a key twice/,
    path: '',
  },
  'the key __proto__': {
    payload: json.replace('"tookMs":{}', '"tookMs":{"__proto__":1}'),
    status: 400,
    code: 'invalid_report',
    detail: /__proto__/,
    path: '',
  },
  'the key __proto__, in disguise': {
    payload: json.replace('"tookMs":{}', '"tookMs":{"__proto\\u005f_":1}'),
    status: 400,
    code: 'invalid_report',
    detail: /__proto__/,
    path: '',
  },
  'a NUL outside of a string': {
    payload: json.replace('{', '{\u0000'),
    status: 400,
    code: 'invalid_report',
    detail: /not JSON/,
    path: '',
  },
  'a number beyond all numbers': {
    payload: json.replace('"tookMs":{}', '"tookMs":{"cpu":1e999}'),
    status: 400,
    code: 'invalid_report',
    detail: /^tookMs\.cpu: /,
    path: 'tookMs.cpu',
  },
  'deep nesting': {
    payload: `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
    status: 400,
    code: 'invalid_report',
    detail: /nested more than 32 deep/,
    path: '',
  },
  'a million quotes that never end': {
    payload: `"${'\\"'.repeat(500_000)}`,
    status: 400,
    code: 'invalid_report',
    detail: /a string of more than 65536 bytes/,
    path: '',
  },
  'gzip that is none': {
    payload: json,
    headers: gzip,
    status: 400,
    code: 'invalid_report',
    detail: /not gzip/,
    path: '',
  },
  'truncated gzip': {
    payload: gzipped(report).subarray(0, 100),
    headers: gzip,
    status: 400,
    code: 'invalid_report',
    detail: /not gzip/,
    path: '',
  },
  'a gzip bomb': {
    payload: gzipSync(Buffer.alloc(200 * MIB, 0x20)),
    headers: gzip,
    status: 413,
    code: 'too_large',
    detail: /inflates to more than 8388608 bytes/,
  },
  'a body above the limit': {
    payload: `"${'x'.repeat(MIB)}"`,
    status: 413,
    code: 'too_large',
    detail: /larger than the collector accepts/,
  },
  'another compression': {
    payload: json,
    headers: { 'content-encoding': 'br' },
    status: 415,
    code: 'unsupported_media_type',
    detail: /content-encoding br/,
  },
  'another type': {
    payload: json,
    headers: { 'content-type': 'text/plain' },
    status: 415,
    code: 'unsupported_media_type',
    detail: /expected application\/json/,
  },
};

describe('refused with a problem that programs and people can read:', () => {
  test.each(Object.entries(refusals))('%s', async (_, { payload, headers, ...expected }) => {
    const { app, store } = await openTestApp();
    const client = await enrolled(store, { node: report.node });
    const body = Buffer.from(payload);
    const signed = signedHeaders(client, { body, time: now });
    const answer = await app.inject({
      method: 'POST',
      url: '/api/v1/reports',
      headers: { ...signed, ...headers },
      payload: body,
    });
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    const { status, code, detail, path } = expected;
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toEqual({
      type: `urn:muster:problem:${code}`,
      title: expect.stringMatching(/./),
      status,
      code,
      detail: expect.stringMatching(detail),
      ...(path === undefined ? {} : { path }),
    });
    expect(await store.current(client.cluster)).toEqual([]);
  });
});

test.each([
  ['a field of a newer agent', JSON.stringify({ ...report, verdict: 'pass' })],
  ['the key constructor', json.replace('{', '{"constructor":{"prototype":{"admin":true}},')],
])('%s is left out of what is judged, and kept as it came', async (_, text) => {
  const { app, store } = await openTestApp();
  const client = await enrolled(store, { node: report.node });
  const payload = Buffer.from(text);
  const headers = signedHeaders(client, { body: payload, time: now });
  const url = '/api/v1/reports';
  expect((await app.inject({ method: 'POST', url, headers, payload })).statusCode).toBe(200);
  const [current] = await store.current(client.cluster);
  expect(await store.bodies([current?.id ?? 0])).toEqual([text]);
  expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain('admin');
});
