import { describe, expect, test } from 'vitest';
import { ParseError } from '../../../agent/host/host.ts';
import { parseInterfaces, readStanzas } from '../../../agent/network/interfaces-file.ts';
import { madeHost } from '../recorded-hosts.ts';

const stanza = {
  interface: 'br0',
  family: 'inet',
  method: 'static',
  addresses: ['192.0.2.5/24'],
  gateway: '192.0.2.1',
  bridgePorts: ['eth0', 'eth1'],
};

describe('a file of ifupdown', () => {
  test('options belong to the stanza above, comments and mappings to none', () => {
    const text = [
      '# the bridge',
      'auto lo br0',
      'iface br0 inet static',
      '\taddress 192.0.2.5/24',
      '\tgateway 192.0.2.1',
      '\tbridge_ports eth0 \\',
      '\t  eth1',
      '\tup ip route add 203.0.113.0/24 via 192.0.2.9',
      'mapping eth2',
      '\tscript /usr/local/sbin/map',
      'allow-hotplug eth2',
      'source-directory interfaces.d',
      '',
    ].join('\n');
    expect(parseInterfaces(text, 'interfaces')).toEqual({
      stanzas: [stanza],
      atBoot: ['lo', 'br0', 'eth2'],
      sources: ['interfaces.d/*'],
    });
  });

  test.each(['iface\n', 'address 192.0.2.5/24\n', '\0\x01\n', '<html>\n'])(
    'is refused: %j',
    (text) => expect(() => parseInterfaces(text, 'interfaces')).toThrow(ParseError),
  );
});

describe('the files of a host', () => {
  const main = (text: string) => ({ '/etc/network/interfaces': text });
  const missing = { kind: 'not_found', message: 'no such file' };

  test('no file is known as such', async () => {
    const host = await madeHost({ snapshot: { failures: { '/etc/network/interfaces': missing } } });
    expect(await readStanzas(host)).toBeNull();
  });

  test('a sourced folder or file that does not exist adds nothing', async () => {
    const host = await madeHost({
      files: main(
        'source /etc/network/interfaces.d/*\nsource /etc/other\niface lo inet loopback\n',
      ),
      snapshot: { failures: { '/etc/network/interfaces.d': missing, '/etc/other': missing } },
    });
    expect((await readStanzas(host))?.map((one) => one.interface)).toEqual(['lo']);
  });

  test('what starts at boot may be said in another file', async () => {
    const host = await madeHost({
      files: {
        ...main('iface br0 inet manual\nsource /etc/network/interfaces.d/*.cfg\n'),
        '/etc/network/interfaces.d/a.cfg': 'auto br0\n',
        '/etc/network/interfaces.d/b.txt': 'iface eth7 inet dhcp\n',
      },
    });
    expect((await readStanzas(host))?.map((one) => [one.interface, one.atBoot])).toEqual([
      ['br0', true],
    ]);
  });

  test('a pattern that is not understood is no silence', async () => {
    const host = await madeHost({ files: main('source /etc/network/[ab]*/x\n') });
    await expect(readStanzas(host)).rejects.toThrow(ParseError);
  });
});
