import { describe, expect, test } from 'vitest';
import { ParseError } from '../../../agent/host/host.ts';
import { parseLinks, parseRoutes } from '../../../agent/network/ip-json.ts';

const link = {
  ifname: 'br0',
  flags: ['BROADCAST', 'UP', 'LOWER_UP'],
  mtu: 1500,
  operstate: 'UP',
  address: '52:54:00:00:02:05',
  linkinfo: { info_kind: 'bridge' },
  addr_info: [],
};
const text = (change: object) => JSON.stringify([{ ...link, ...change }]);

describe('ip -j -d addr show', () => {
  test('a bridge whose details an old ip leaves out has them as not known', () => {
    expect(parseLinks(text({}))).toEqual({
      interfaces: [
        {
          name: 'br0',
          kind: 'bridge',
          macAddress: '52:54:00:00:02:05',
          mtuBytes: 1500,
          up: true,
          operState: 'up',
          carrier: true,
          master: null,
        },
      ],
      bridges: [{ name: 'br0', ports: [], stp: null, forwardDelayMs: null, vlanFiltering: null }],
      addresses: [],
    });
  });

  test.each([
    [['UP', 'LOWER_UP'], true, true],
    [['UP', 'NO-CARRIER'], true, false],
    [['BROADCAST'], false, null],
  ])('flags %j', (flags, up, carrier) => {
    expect(parseLinks(text({ flags })).interfaces[0]).toMatchObject({ up, carrier });
  });

  test.each([
    ['nothing', ''],
    ['no interface at all, not even lo', '[]'],
    ['text for people', '1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536\n'],
    ['an answer that is cut off', text({}).slice(0, 70)],
    ['binary data', '\0\x01\x02'],
    ['links without addresses', text({ addr_info: undefined })],
    ['a wrong type', text({ mtu: '1500' })],
    ['a negative number', text({ mtu: -1 })],
  ])('%s is refused', (_, answer) => {
    expect(() => parseLinks(answer)).toThrow(ParseError);
  });
});

describe('ip -j route show', () => {
  test.each(['', '\n', '[]', '[ ]'])('no routes: %j', (answer) => {
    expect(parseRoutes(answer, 'inet6')).toEqual([]);
  });

  test('a gateway of the other family is a gateway', () => {
    const via = { family: 'inet6', host: 'fe80::1' };
    expect(parseRoutes(JSON.stringify([{ dst: 'default', via, dev: 'br0' }]), 'inet')).toEqual([
      {
        family: 'inet',
        destination: 'default',
        gateway: 'fe80::1',
        interface: 'br0',
        source: null,
        metric: null,
        type: null,
      },
    ]);
  });

  test.each(['default via 192.0.2.1 dev br0\n', '[{"dev":"br0"}]', '[{"dst":"def', '{}'])(
    'is refused: %j',
    (answer) => expect(() => parseRoutes(answer, 'inet')).toThrow(ParseError),
  );
});
