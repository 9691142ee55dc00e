import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalIp, inSubnet, parseIp, parsePrefix } from '../../shared/ip.ts';

describe('an address', () => {
  test.each([
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:db8:0:1:0:0:0:1', '2001:db8:0:1::1'],
    ['2001:db8::1:0:0:0:1', '2001:db8:0:1::1'],
    ['::', '::'],
    ['::1', '::1'],
    ['fe80::', 'fe80::'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
    ['1:0:3:4:5:6:7:8', '1:0:3:4:5:6:7:8'],
    ['10:0:0:10::', '10:0:0:10::'],
    ['::ffff:192.0.2.1', '::ffff:c000:201'],
    ['192.0.2.1', '192.0.2.1'],
  ])('%s is spelled %s', (text, canonical) => {
    expect(canonicalIp(text)).toBe(canonical);
  });

  test('keeps its value when spelled again, whatever it is', () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        expect(parseIp(canonicalIp(text))).toEqual(parseIp(text));
        expect(parseIp(text)).not.toBeNull();
      }),
    );
  });

  test.each([
    '',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '12345::',
    'g::1',
    '192.0.2',
    '192.0.2.256',
    '192.0.2.01',
    '192.0.2.1.5',
    '192.0.2.1/24',
    '::ffff:192.0.2',
    'ganeti01',
  ])('is not "%s"', (text) => {
    expect(parseIp(text)).toBeNull();
    expect(canonicalIp(text)).toBe(text);
  });
});

describe('a subnet', () => {
  test.each([
    ['192.0.2.4', '192.0.2.5', 24, true],
    ['192.0.3.4', '192.0.2.5', 24, false],
    ['192.0.3.4', '192.0.2.5', 23, true],
    ['192.0.2.4', '192.0.2.5', 32, false],
    ['192.0.2.4', '10.0.0.1', 0, true],
    ['2001:db8::1', '2001:DB8::ffff', 64, true],
    ['2001:db8:0:1::1', '2001:db8::1', 64, false],
    ['192.0.2.4', '2001:db8::1', 0, false],
    ['192.0.2.4', '::1', 0, false],
    ['192.0.2.4', '192.0.2.4', 33, false],
    ['nonsense', '192.0.2.4', 24, false],
  ])('%s beside %s/%i: %s', (...row) => {
    const [address, member, length, expected] = row;
    expect(inSubnet(address, member, length)).toBe(expected);
  });

  test.each([
    ['10.0.0.0/24', { address: '10.0.0.0', prefixLength: 24 }],
    ['2001:db8::/32', { address: '2001:db8::', prefixLength: 32 }],
    ['10.0.0.0/33', null],
    ['10.0.0.0', null],
    ['10.0.0/8', null],
    ['', null],
  ])('written %s', (text, expected) => {
    expect(parsePrefix(text)).toEqual(expected);
  });
});
