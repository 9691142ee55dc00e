import { Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { clusterName, nodeNames, now, seedReport } from '../seed-cluster.ts';
import { enrolled } from '../test-app.ts';
import { openLiveCollector } from './live-collector.ts';
import { signedHeaders } from './signed-client.ts';

const [node = '', other = ''] = nodeNames;
const body = Buffer.from(JSON.stringify(seedReport(1)));

/** A collector with two nodes, and the lines of its log that tell of refusals. */
async function scene() {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(...chunk.toString('utf8').split('\n').filter(Boolean));
      done();
    },
  });
  const live = await openLiveCollector({ logger: { level: 'info', stream } });
  const client = await enrolled(live.store, { node });
  const stranger = await enrolled(live.store, { node: other });
  const refusals = () =>
    lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'refused');
  const forge = (bytes = body) => {
    // signed by one node, under the key id of another
    const headers = {
      ...signedHeaders(stranger, { body, time: now }),
      'muster-key': client.key.id,
    };
    return live.send({ path: '/api/v1/reports', method: 'POST', headers, body: bytes });
  };
  return { live, client, stranger, refusals, forge };
}

describe('a refusal', () => {
  test('of a forged delivery names nobody, neither in the log nor in the counts', async () => {
    const { live, refusals, forge } = await scene();
    for (let round = 0; round < 3; round++) await forge();
    expect(refusals()).toHaveLength(3);
    for (const line of refusals()) {
      expect(line).toMatchObject({
        ...{ code: 'bad_signature', cluster: null, node: null, address: '127.0.0.1' },
      });
    }
    expect(await live.store.rejections()).toMatchObject([
      { code: 'bad_signature', cluster: null, node: null, count: 3 },
    ]);
    const { text } = await live.send({ path: '/metrics', headers: live.as.reader });
    const counted = text.split('\n').filter((line) => /^muster_rejected\S* [1-9]/.test(line));
    expect(counted).toEqual(['muster_rejected_deliveries_total{code="bad_signature"} 3']);
  });

  test('of a signed delivery names the signer, and not whom the report names', async () => {
    const { live, client, refusals } = await scene();
    await live.report(client, seedReport(2));
    expect(refusals()).toMatchObject([{ code: 'wrong_node', cluster: clusterName, node }]);
    expect(await live.store.rejections()).toMatchObject([
      { code: 'wrong_node', cluster: clusterName, node, count: 1 },
    ]);
    expect(JSON.stringify(refusals())).not.toContain(other);
  });

  test('of the two together is counted apart', async () => {
    const { live, client, forge } = await scene();
    await forge();
    await live.report(client, { ...seedReport(1), node: 'n9' });
    await live.report(client, { ...seedReport(1), schema: 99 });
    await forge(Buffer.from('{}'));
    const kept = (await live.store.rejections()).map((one) => [one.code, one.node, one.count]);
    expect(kept.sort()).toEqual([
      ['bad_signature', null, 2],
      ['invalid_report', node, 1],
      ['wrong_node', node, 1],
    ]);
  });

  test('of a person is logged with the address and never counted as of a node', async () => {
    const { live, refusals } = await scene();
    const path = `/api/v1/clusters/${clusterName}/policy`;
    const answer = await live.send({ path, method: 'PUT', headers: live.as.reader });
    expect(answer.status).toBe(403);
    expect(refusals()).toMatchObject([{ code: 'forbidden', cluster: null, node: null }]);
    expect(await live.store.rejections()).toEqual([]);
  });
});
