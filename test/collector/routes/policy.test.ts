import { expect, test } from 'vitest';
import { clusterName, now } from '../seed-cluster.ts';
import { openTestApp } from '../test-app.ts';

const url = `/api/v1/clusters/${clusterName}/policy`;
const yaml = { 'content-type': 'application/yaml' };

test('a policy comes back as it was written, comments and all', async () => {
  const { app, as } = await openTestApp();
  const payload = '# our cluster\nnetwork:\n  masterNetdev: br0 # as in the guide\n';
  const put = await app.inject({
    method: 'PUT',
    url,
    headers: { ...yaml, ...as.operator },
    payload,
  });
  expect(put.json()).toMatchObject({ updatedAt: now.toISOString() });
  const got = await app.inject({ url, headers: as.reader });
  expect(got.body).toBe(payload);
  expect(got.headers).toMatchObject({
    'content-type': 'application/yaml',
    etag: `"${put.json().digest}"`,
  });
});

test('a cluster without one says so', async () => {
  const { app, as } = await openTestApp();
  const got = await app.inject({ url, headers: as.reader });
  expect(got.json()).toMatchObject({ status: 404, code: 'not_found' });
});

test('a reader may not write it', async () => {
  const { app, as } = await openTestApp();
  const headers = { ...yaml, ...as.reader };
  const put = await app.inject({ method: 'PUT', url, headers, payload: '{}' });
  expect(put.json()).toMatchObject({ status: 403, code: 'forbidden' });
});

test.each([
  ['an unknown key', 'storage:\n  volumegroup: x\n', /did you mean "volumeGroup"/],
  ['not YAML', 'a: [1\n', /./],
  ['a list', '- 1\n', /./],
  [
    'aliases that multiply',
    `a: &a [x,x,x,x,x,x,x,x,x]\n${['b', 'c', 'd', 'e', 'f', 'g', 'h']
      .map((key, index) => `${key}: &${key} [${Array(9).fill(`*${'abcdefg'[index]}`).join(',')}]\n`)
      .join('')}`,
    /./,
  ],
  [
    'a severity of no check',
    'severity: { storage.sise: warn }\n',
    /^policy:1:13: severity\.storage\.sise: no such check \(did you mean "storage\.size"\?\)$/,
  ],
  [
    'a rule that cannot be read',
    'rules: [{id: a, title: t, message: m, remedy: r, that: cpu.corse > 1}]\n',
    /^policy:1:60: rules\[0\]\.that: no fact "corse" there; did you mean "cores"\?$/,
  ],
])('%s is refused, and what was there stays', async (_, payload, detail) => {
  const { app, as } = await openTestApp();
  const headers = { ...yaml, ...as.operator };
  const good = 'storage: { volumeGroup: gnt }\n';
  await app.inject({ method: 'PUT', url, headers, payload: good });
  const put = await app.inject({ method: 'PUT', url, headers, payload });
  expect(put.json()).toMatchObject({
    status: 400,
    code: 'invalid_policy',
    detail: expect.stringMatching(detail),
  });
  expect((await app.inject({ url, headers: as.reader })).body).toBe(good);
});
