import { describe, expect, test } from 'vitest';
import { askRapi } from '../../../collector/rapi/client.ts';
import { credentials, failures, now, small, told } from './asking.ts';
import { butFor, type Reply, recorded } from './rapi-server.ts';

describe('an answer that is none is a failed reading, and the others stand', () => {
  const path = '/2/nodes?bulk=1';
  const endless = (response: Parameters<Exclude<Reply, string | number>>[0]) => {
    const more = () => {
      while (response.writable && response.write(' '.repeat(16_384)));
      if (response.writable) response.once('drain', more);
    };
    more();
  };
  const table: [string, Reply, string][] = [
    ['401', 401, 'denied: it answered 401 with these credentials'],
    ['403', 403, 'denied: it answered 403 with these credentials'],
    ['404', 404, 'other: it answered 404, expected 200'],
    ['502, as without luxid', 502, 'other: it answered 502, expected 200'],
    [
      'a redirect',
      (response) => response.writeHead(302, { location: '/2/info' }).end(),
      'other: it answered 302, expected 200',
    ],
    ['nothing in time', () => undefined, 'timed_out: no whole answer within 200 ms'],
    [
      'a beginning',
      (response) => void response.write('[{"name": '),
      'timed_out: no whole answer within 200 ms',
    ],
    ['a cut line', (response) => response.socket?.destroy(), 'other: socket hang up'],
    ['too much', endless, 'too_large: its answer is over 64 KiB'],
    ['a page', '<html>', 'unparsable: its answer is not JSON'],
    ['nothing', '', 'unparsable: its answer is not JSON'],
    ['binary', '\0\u0001\ufffd', 'unparsable: its answer is not JSON'],
    ['half of it', '[{"name": "a"', 'unparsable: its answer is not JSON'],
    [
      'another thing',
      '{"code": 200}',
      'unparsable: not the answer of RAPI: the whole: Invalid input: expected array, ' +
        'received object',
    ],
    [
      'a node without flags',
      '[{"name": "hunter2"}]',
      'unparsable: not the answer of RAPI: 0.group.uuid: Invalid input: expected string, ' +
        'received undefined',
    ],
    [
      'a flag that is a word',
      recorded()[path]?.replace('"offline": false', '"offline": "hunter2"') ?? '',
      'unparsable: not the answer of RAPI: 0.offline: Invalid input: expected boolean, ' +
        'received string',
    ],
    [
      'an instant beyond time',
      recorded()[path]?.replace(/"mtime": [\d.]+/, '"mtime": 1e300') ?? '',
      'unparsable: not the answer of RAPI: 0.mtime: Too big: expected number to be ' +
        '<=253402300799',
    ],
  ];
  test.each(table)('%s', async (_what, reply, says) => {
    const late = says.startsWith('timed_out');
    const limits = late ? { ...small, timeoutMs: 200 } : small;
    const { evidence, server } = await told(butFor(path, reply), {}, limits);
    const found = failures(evidence);
    expect(found).toContain(`${path} ${says}`);
    // a busy machine may be late with the others as well
    if (late) return;
    expect(found).toHaveLength(1);
    expect(server.asked).toHaveLength(5);
    expect(JSON.stringify(evidence)).not.toContain('hunter2');
  });

  test('401 to who gives no name says what would help', async () => {
    const { evidence, server } = await told(butFor(path, 401), { credentials: null });
    expect(failures(evidence)).toEqual([
      `${path} denied: it answered 401 without --rapi-credentials`,
    ]);
    expect(server.asked[0]?.authorization).toBeUndefined();
  });

  test('nobody listens', async () => {
    const { server } = await told(recorded());
    const origin = 'https://127.0.0.1:1';
    const trust = { ca: server.authority.caCertificate };
    const evidence = await askRapi({ origin, trust, credentials }, now, small);
    expect(failures(evidence)).toEqual(
      [
        '/2/info',
        '/2/groups?bulk=1',
        '/2/nodes?bulk=1',
        '/2/instances?bulk=1',
        '/2/jobs?bulk=1',
      ].map((one) => `${one} other: connect ECONNREFUSED 127.0.0.1:1`),
    );
  });
});
