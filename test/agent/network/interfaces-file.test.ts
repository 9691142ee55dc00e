import { describe, expect, test } from 'vitest';
import { ParseError } from '../../../agent/host/host.ts';
import { parseInterfaces } from '../../../agent/network/interfaces-file.ts';
import { readInterfacesFiles } from '../../../agent/network/interfaces-folder.ts';
import { madeHost } from '../recorded-hosts.ts';

describe('a file of ifupdown', () => {
  test('options belong to the stanza above, comments and mappings to none', () => {
    const text = [
      '# the bridge \\',
      'auto lo br0',
      'iface br0 inet static',
      '\taddress 192.0.2.5/24',
      '\twpa-psk hunter2',
      '\tbridge-ports eth0 \\',
      '\t  eth1',
      '\tup ip route add 203.0.113.0/24 dev \u0024{IFACE}',
      'mapping eth2',
      '\tscript /usr/local/sbin/map',
      'allow-hotplug eth2',
      'no-auto-down br0',
      'iface br1 inherits br0',
      'source-directory interfaces.d',
      '',
    ].join('\n');
    expect(parseInterfaces(text, 'interfaces')).toEqual({
      stanzas: [
        {
          interface: 'br0',
          family: 'inet',
          method: 'static',
          inherits: null,
          source: 'interfaces:3',
          options: [
            { name: 'address', words: ['192.0.2.5/24'] },
            { name: 'bridge-ports', words: ['eth0', 'eth1'] },
          ],
        },
        {
          interface: 'br1',
          family: null,
          method: null,
          inherits: 'br0',
          source: 'interfaces:13',
          options: [],
        },
      ],
      auto: ['lo', 'br0'],
      hotplug: ['eth2'],
      sources: [{ kind: 'source-directory', pattern: 'interfaces.d' }],
    });
  });

  test.each([
    'iface\n',
    'address 192.0.2.5/24\n',
    '\0\x01\n',
    '<html>\n',
    '%for v in range(2):\nauto br\u0024{v}\n',
    'iface br0 inet static\n\taddress \u0024{address}\n',
  ])('is refused: %j', (text) =>
    expect(() => parseInterfaces(text, 'interfaces')).toThrow(ParseError),
  );

  test('an error names the line and quotes nothing of it', () => {
    expect(() => parseInterfaces('\nwpa-psk hunter2\n', 'interfaces')).toThrow(
      /^interfaces:2: an option before any stanza$/,
    );
  });
});

describe('the files of a host', () => {
  const main = (text: string) => ({ '/etc/network/interfaces': text });
  const missing = { kind: 'not_found', message: 'no such file' };
  const stanzas = async (making: Parameters<typeof madeHost>[0]) =>
    (await readInterfacesFiles(await madeHost(making))).flatMap((file) =>
      file.stanzas.map((stanza) => stanza.interface),
    );

  test('no file is none', async () => {
    const snapshot = { failures: { '/etc/network/interfaces': missing } };
    expect(await stanzas({ snapshot })).toEqual([]);
  });

  test('a sourced folder or file that does not exist adds nothing', async () => {
    const text = 'source /etc/network/interfaces.d/*\nsource /etc/other\niface lo inet loopback\n';
    const failures = { '/etc/network/interfaces.d': missing, '/etc/other': missing };
    expect(await stanzas({ files: main(text), snapshot: { failures } })).toEqual(['lo']);
  });

  test('source takes a pattern, and what is sourced sources more', async () => {
    const files = {
      ...main('source interfaces.d/*.cfg\n'),
      '/etc/network/interfaces.d/a.cfg': 'iface a inet manual\nsource more\n',
      '/etc/network/interfaces.d/b.txt': 'iface b inet manual\n',
      '/etc/network/interfaces.d/more': 'iface more inet manual\nsource a.cfg\n',
    };
    expect(await stanzas({ files })).toEqual(['a', 'more']);
  });

  // ifquery of ifupdown 0.8.41 does the same with these names
  test('source-directory takes plain names alone, and ifupdown2 does not know it', async () => {
    const files = {
      ...main('source-directory interfaces.d\niface lo inet loopback\n'),
      '/etc/network/interfaces.d/_under-1': 'iface u inet manual\n',
      '/etc/network/interfaces.d/x.bak': 'iface x inet manual\n',
    };
    expect(await stanzas({ files })).toEqual(['lo', 'u']);
    const second = await readInterfacesFiles(await madeHost({ files }), 'ifupdown2');
    expect(second).toHaveLength(1);
  });

  test.each([
    'source /etc/network/[ab]*/x',
    'source /etc/*/x',
    'source-directory /etc/net*',
    'source $HOME/x',
  ])('a pattern that is not understood is no silence: %s', async (line) => {
    await expect(stanzas({ files: main(`${line}\n`) })).rejects.toThrow(ParseError);
  });
});
