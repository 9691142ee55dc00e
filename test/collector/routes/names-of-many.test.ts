import { expect, test } from 'vitest';
import { clusterName } from '../seed-cluster.ts';
import { openTestApp } from '../test-app.ts';

test('of very many nodes there is no table of names, and it is said why', async () => {
  const { app, as } = await openTestApp();
  const nodes = Array.from({ length: 2001 }, (_, index) => `  - name: n${index}.example.org`);
  const put = await app.inject({
    method: 'PUT',
    url: `/api/v1/clusters/${clusterName}/policy`,
    headers: { ...as.operator, 'content-type': 'application/yaml' },
    payload: ['nodes:', ...nodes, ''].join('\n'),
  });
  expect(put.statusCode).toBe(200);
  const url = `/api/v1/clusters/${clusterName}/names`;
  const asked = await app.inject({ url, headers: as.reader });
  expect(asked.json()).toMatchObject({
    status: 404,
    detail: expect.stringContaining('names.resolution'),
  });
  const page = await app.inject({
    url: `/clusters/${clusterName}`,
    headers: { ...as.reader, accept: 'text/html' },
  });
  expect(page.body).toContain('So many nodes make too large a table.');
});
