import { describe, expect, test } from 'vitest';
import { ParseError } from '../../../agent/host/host.ts';
import { parsePingTime, pingTime, pingWhole } from '../../../agent/peers/ping.ts';
import { madeHost } from '../recorded-hosts.ts';

const answer = (args: string, code: number, stdout = '') => ({
  command: 'ping',
  args: args.split(' '),
  code,
  stdout,
  stderr: '',
});

test.each([
  ['192.0.2.6', 8972],
  ['2001:db8::6', 8952],
])('the payload of 9000 bytes to %s leaves room for the headers', async (address, payload) => {
  const size = `-n -q -M do -s ${payload} -c 1 -W 1 -I self ${address}`;
  const host = await madeHost({ commands: [answer(size, 0)] });
  expect(await pingWhole(host, { source: 'self', address }, 9000)).toBe(true);
});

test('no answer is an answer, and a ping that cannot run is a failure', async () => {
  const args = '-n -q -c 3 -i 0.2 -W 1 -I 192.0.2.5';
  const host = await madeHost({
    commands: [answer(`${args} 192.0.2.6`, 1), answer(`${args} 192.0.2.7`, 2)],
  });
  const from = { source: '192.0.2.5' };
  expect(await pingTime(host, { ...from, address: '192.0.2.6' })).toBeNull();
  await expect(pingTime(host, { ...from, address: '192.0.2.7' })).rejects.toMatchObject({
    kind: 'exit_code',
  });
});

describe('the time of a ping', () => {
  const counts = '3 packets transmitted, 3 received, 0% packet loss, time 402ms\n';

  test.each([
    [`${counts}rtt min/avg/max/mdev = 0.031/0.040/0.052/0.008 ms\n`, 0.031],
    [`${counts}rtt min/avg/max/mdev = 12.500/13/14/1 ms, pipe 2\n`, 12.5],
    [`${counts}round-trip min/avg/max = 0.060/0.071/0.080 ms\n`, 0.06],
  ])('%j', (text, time) => {
    expect(parsePingTime(text)).toBe(time);
  });

  test.each([
    '',
    counts,
    `${counts}rtt min/avg/max/mdev = 0.0`,
    `${counts}rtt min/avg/max/mdev = ${'9'.repeat(400)}.030/0.038/0.051/0.009 ms\n`,
    `${counts}rtt min/avg/max/mdev = 0,031/0,040/0,052/0,008 ms\n`,
    'rtt min/avg/max/mdev = x\n',
    '\0\x01',
    'x'.repeat(100_000),
  ])('is refused: %j', (text) => {
    expect(() => parsePingTime(text)).toThrow(ParseError);
  });
});
