import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { seedReport } from '../seed-cluster.ts';
import { gzipped, openTestApp } from '../test-app.ts';

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
  'an unknown field': {
    payload: JSON.stringify({ ...report, verdict: 'pass' }),
    status: 400,
    code: 'invalid_report',
    detail: /verdict/,
    path: '',
  },
  'an older schema': {
    payload: JSON.stringify({ ...report, schema: 0 }),
    status: 400,
    code: 'invalid_report',
    detail: /^schema: /,
    path: 'schema',
  },
  'a node name with an escape sequence': {
    payload: JSON.stringify({ ...report, node: 'n1\u001b[2J' }),
    status: 400,
    code: 'invalid_report',
    detail: /not a name that can be shown/,
    path: 'node',
  },
  'a node name of half a character': {
    payload: JSON.stringify({ ...report, node: 'n1\ud800' }),
    status: 400,
    code: 'invalid_report',
    detail: /not a name that can be shown/,
    path: 'node',
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
    detail: /not JSON/,
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
    const { app, store, as } = await openTestApp();
    const answer = await app.inject({
      method: 'POST',
      url: '/api/v1/reports',
      headers: { 'content-type': 'application/json', ...as.agent, ...headers },
      payload,
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
    expect(await store.clusters()).toEqual([]);
  });
});
