import { describe, expect, test } from 'vitest';
import { scrubRecording } from '../../agent/scrub.ts';
import { recordingOf, scrubbed } from './scrubbed.ts';

describe('identifiers and serial numbers', () => {
  test.each([
    [
      'UUIDs',
      'UUID=9b2e3f44-1111-4222-8333-abcdefabcdef UUID=1b2e3f44-1111-4222-8333-abcdefabcdef',
      'UUID=00000000-0000-4000-8000-000000000002 UUID=00000000-0000-4000-8000-000000000001',
    ],
    ['LVM', 'aBcDeF-0000-1111-2222-3333-4444-zYxWvU', 'MUSTER-0000-0000-0000-0000-0000-000001'],
    ['JSON', '{"serialNum": "CZ1234ABCD"}', '{"serialNum": "SERIAL-0001"}'],
    ['dmidecode', '\tSerial Number: CZ1234ABCD\n', '\tSerial Number: SERIAL-0001\n'],
    [
      'a serial number elsewhere',
      'Asset Tag: A-1234\nA-1234.log',
      'Asset Tag: SERIAL-0001\nSERIAL-0001.log',
    ],
  ])('%s', (_title, text, expected) => {
    expect(scrubbed(text)).toBe(expected);
  });

  test.each([
    '00000000-0000-0000-0000-000000000000',
    'Serial Number: Not Specified',
    'Serial Number: 0000000000',
    'Serial Number: To Be Filled By O.E.M.',
    '{"serial": "-"}',
    '{"serial": ""}',
  ])('leave %s as it is', (text) => {
    expect(scrubbed(text)).toBe(text);
  });

  test('the machine id and the serial number of the board, wherever they stand', () => {
    const id = '8f3e1a00112233445566778899aabbcc';
    const beside = {
      '/etc/machine-id': `${id}\n`,
      '/sys/class/dmi/id/board_serial': '.ABC123.CN0001.\n',
    };
    expect(scrubbed(`${id} .ABC123.CN0001.`, beside)).toBe(`${'0'.repeat(31)}1 SERIAL-0001`);
  });
});

describe('host names', () => {
  const hosts =
    '127.0.0.1 localhost\n10.0.0.5 node1.dc.corp.com node1 # NODE ONE\n10.0.0.6 node2\n';
  const beside = { '/etc/hosts': hosts, '/etc/os-release': 'ID=debian\n' };

  test('stay unless they are to go', () => {
    expect(scrubbed('node1.dc.corp.com', beside)).toBe('node1.dc.corp.com');
  });

  test('keep short name and domain together', () => {
    const text = 'search dc.corp.com\nnode1.dc.corp.com node1 node2 node10 localhost';
    expect(scrubbed(text, beside, true)).toBe(
      'search site1.example\nhost1.site1.example host1 host2 node10 localhost',
    );
  });

  test('never replace a word of the system', () => {
    expect(scrubbed('ID=debian', { ...beside, '/etc/hostname': 'debian\n' }, true)).toBe(
      'ID=debian',
    );
  });
});

describe('a recording', () => {
  const recording = recordingOf({
    files: { '/sys/class/net/enx525400123456/address': '52:54:00:12:34:56\n' },
    commands: [
      { command: 'getent', args: ['hosts', '10.0.0.5'], code: 0, stdout: '10.0.0.5 a', stderr: '' },
      { command: 'ping', args: ['10.0.0.6'], failure: { kind: 'other', message: '10.0.0.6 down' } },
    ],
  });
  recording.snapshot.lists = {
    '/sys/class/net': ['enx525400123456', 'enx000000000009', 'lo'],
    '/none': { failure: { kind: 'denied', message: '/none' } },
  };

  test('is scrubbed in paths, lists, words and answers alike, and says so', () => {
    const { snapshot, commands, files } = scrubRecording(recording, { names: false });
    expect(files).toEqual({
      '/sys/class/net/enx020000000001/address': '02:00:00:00:00:01\n',
    });
    expect(commands).toEqual([
      {
        command: 'getent',
        args: ['hosts', '192.0.2.5'],
        code: 0,
        stdout: '192.0.2.5 a',
        stderr: '',
      },
      {
        command: 'ping',
        args: ['192.0.2.6'],
        failure: { kind: 'other', message: '192.0.2.6 down' },
      },
    ]);
    expect(snapshot).toEqual({
      ...recording.snapshot,
      scrubbed: true,
      lists: {
        '/sys/class/net': ['enx000000000009', 'enx020000000001', 'lo'],
        '/none': { failure: { kind: 'denied', message: '/none' } },
      },
    });
  });

  test('gives the same each time', () => {
    const [first, second] = [1, 2].map(() => scrubRecording(recording, { names: true }));
    expect(second).toEqual(first);
  });

  test('of many networks keeps different addresses different', () => {
    const addresses = Array.from({ length: 5000 }, (_, n) => `10.${n >> 8}.${n & 255}.${n % 251}`);
    const after = scrubbed(addresses.join('\n')).split('\n');
    expect(new Set(after).size).toBe(5000);
    expect(after.filter((address) => address.startsWith('10.'))).toEqual([]);
  });
});
