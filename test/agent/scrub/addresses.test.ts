import { describe, expect, test } from 'vitest';
import { scrubRecording } from '../../../agent/scrub.ts';
import { recordingOf, scrubbed } from '../scrubbed.ts';

describe('IPv4 addresses', () => {
  test.each([
    ['one network', '10.1.2.3 10.1.2.254', '192.0.2.3 192.0.2.254'],
    ['two networks', '10.1.2.3/24 10.1.3.3/24', '192.0.2.3/24 198.51.100.3/24'],
    ['a network and its broadcast', '10.1.2.0/25 10.1.2.127', '192.0.2.0/25 192.0.2.127'],
    ['a public address', '8.8.8.8', '192.0.2.8'],
    [
      'a fourth network',
      '10.0.0.1 10.0.1.1 10.0.2.1 10.0.3.1',
      '192.0.2.1 198.51.100.1 203.0.113.1 198.18.0.1',
    ],
    ['documentation addresses', '192.0.2.7 198.51.100.7', '192.0.2.7 198.51.100.7'],
    ['with a port', '10.1.2.3:7789', '192.0.2.3:7789'],
    ['behind a family', 'ipv4:10.1.2.3:7789', 'ipv4:192.0.2.3:7789'],
    ['at the end of a sentence', 'gateway 10.1.2.1.', 'gateway 192.0.2.1.'],
    ['a range', '10.1.2.3-10.1.2.9', '192.0.2.3-192.0.2.9'],
    ['mapped into IPv6', '::ffff:10.1.2.3', '::ffff:192.0.2.3'],
    ['as hexadecimal of a time server', '0A010203,10.1.2.3', 'C0000203,192.0.2.3'],
  ])('%s', (_title, text, expected) => {
    expect(scrubbed(text)).toBe(expected);
  });

  test.each([
    '127.0.0.1',
    '127.0.1.1 node',
    '0.0.0.0/0',
    '255.255.255.0',
    '255.255.252.0',
    '224.0.0.251',
    '169.254.169.254',
    '256.1.1.1',
    '1.2.3.4.5',
    'version 7.2.22.0',
    'QEMU emulator version 7.2.22.0 (Debian)',
    '"version": "7.2.22.0"',
    'qemu-7.2.22.0',
    '1:7.2.22.0',
    '7.2.22.0+dfsg',
    '6.1.0.13-amd64',
    'v9.1.2.3',
  ])('leave %s as it is', (text) => {
    expect(scrubbed(text)).toBe(text);
  });

  test('leave the versions of packages and firmware as they are', () => {
    const recording = recordingOf({
      files: { '/sys/class/dmi/id/bios_version': '2.10.1.4\n' },
      commands: [
        { command: 'dpkg-query', args: ['-W'], code: 0, stdout: 'lvm2\t2.3.16.1\n', stderr: '' },
      ],
    });
    const { files, commands } = scrubRecording(recording, { names: false });
    expect({ files, commands }).toEqual({ files: recording.files, commands: recording.commands });
  });

  test('a number that is an address somewhere is one everywhere', () => {
    expect(scrubbed('version 7.2.22.5 and 7.2.22.5')).toBe('version 192.0.2.5 and 192.0.2.5');
  });
});

describe('IPv6 addresses', () => {
  test.each([
    ['a network', '2a01:4f8:1:2::5/64 2a01:4f8:1:2::9', '2001:db8:0:1::5/64 2001:db8:0:1::9'],
    ['two networks', '2a01:4f8:1:2::5 2a01:4f8:1:3::5', '2001:db8:0:1::5 2001:db8:0:2::5'],
    ['its prefix', '2a01:4f8:1:2::/64', '2001:db8:0:1::/64'],
    ['a private one', 'fd12:3456:789a:1::1', '2001:db8:0:1::1'],
    ['a random lower half', 'fd00::a1b2:c3d4:e5f6:1234', '2001:db8:0:1:1::1'],
    ['one made of a MAC address', 'fe80::5054:ff:fe12:3456', 'fe80::ff:fe00:1'],
    ['upper case', 'FD00::5', '2001:db8:0:1::5'],
    ['a documentation address', '2001:db8:0:1::5 fd00::5', '2001:db8:0:1::5 2001:db8:0:2::5'],
    ['with a zone', 'fe80::1:2:3:4%eth0', 'fe80::1:0:0:1%eth0'],
  ])('%s', (_title, text, expected) => {
    expect(scrubbed(text)).toBe(expected);
  });

  test.each(['::', '::1', '::/0', 'ff02::1', 'fe80::/64', '12:34:56', 'std::cout', '0000:00:1f.6'])(
    'leave %s as it is',
    (text) => {
      expect(scrubbed(text)).toBe(text);
    },
  );
});

describe('hardware addresses', () => {
  test.each([
    ['two', '52:54:00:12:34:57 52:54:00:12:34:56', '02:00:00:00:00:02 02:00:00:00:00:01'],
    ['upper case', '52:54:00:AB:CD:EF', '02:00:00:00:00:01'],
    [
      'in the name of an interface',
      '52:54:00:12:34:56 enx525400123456',
      '02:00:00:00:00:01 enx020000000001',
    ],
    ['of a bridge, in sysfs', '8000.525400123456', '8000.020000000001'],
    ['of a bridge, in ip', '8000.52:54:0:12:34:56', '8000.2:0:0:0:0:1'],
    [
      'with the IPv6 address made of it',
      '52:54:00:12:34:56 fe80::5054:ff:fe12:3456',
      '02:00:00:00:00:01 fe80::ff:fe00:1',
    ],
    ['InfiniBand', `80:00:02:08:fe:80${':00'.repeat(13)}:01`, `02${':00'.repeat(18)}:01`],
  ])('%s', (_title, text, expected) => {
    expect(scrubbed(text)).toBe(expected);
  });

  test.each(['00:00:00:00:00:00', 'ff:ff:ff:ff:ff:ff', '01:80:c2:00:00:00', '33:33:00:00:00:01'])(
    'leave %s as it is',
    (text) => {
      expect(scrubbed(text)).toBe(text);
    },
  );
});
