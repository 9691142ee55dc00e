import { describe, expect, test } from 'vitest';
import { FIRST, parseProperties } from '../../../agent/guests/properties.ts';

describe('the properties of a QEMU option', () => {
  test.each<[string, [string, string][]]>([
    ['', []],
    [
      'tap,id=n0,vhost=on',
      [
        [FIRST, 'tap'],
        ['id', 'n0'],
        ['vhost', 'on'],
      ],
    ],
    [
      'file=/a,,b,readonly',
      [
        ['file', '/a,b'],
        ['readonly', 'on'],
      ],
    ],
    [
      '{"driver":"raw","file":{"filename":"/a"},"ro":true}',
      [
        ['driver', 'raw'],
        ['file.filename', '/a'],
        ['ro', 'on'],
      ],
    ],
    [
      '{"a":null,"b":[1,2],"c":false}',
      [
        ['b.0', '1'],
        ['b.1', '2'],
        ['c', 'off'],
      ],
    ],
    ['{"driver":', []],
  ])('%s', (text, properties) => {
    expect([...parseProperties(text)]).toEqual(properties);
  });

  test('JSON may be nested however deep', () => {
    const deep = `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`;
    const [[key, value] = ['', '']] = parseProperties(deep);
    expect([key.length, value]).toEqual([39_999, '1']);
  });
});
