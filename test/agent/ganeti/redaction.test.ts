import { describe, expect, test } from 'vitest';
import { daemonWords, HVPARAMS, reportable } from '../../../agent/ganeti/redaction.ts';
import { WITHHELD } from '../../../shared/facts/ganeti-config.ts';

describe('a parameter', () => {
  test.each([
    ['cpu_type', 'Cascadelake-Server,-mpx,enforce', 'Cascadelake-Server,-mpx,enforce'],
    ['vhost_net', true, 'True'],
    ['vhost_net', false, 'False'],
    ['migration_bandwidth', 1000, '1000'],
    ['cpu_type', '', ''],
    ['cpu_type', null, ''],
    ['vnc_password_file', '/etc/ganeti/vnc', '/etc/ganeti/vnc'],
    ['cdrom_image_path', '/srv/iso/a b.iso', '/srv/iso/a b.iso'],
    ['cdrom_image_path', 'https://me:pw@host/a.iso?token=x#y', 'https://host/a.iso'],
    ['cdrom_image_path', 'https://me:p/w@host/a.iso', WITHHELD],
    ['cdrom_image_path', 'HTTP://a@b@host/a.iso', 'HTTP://host/a.iso'],
    ['cpu_type', 'x'.repeat(2001), WITHHELD],
    ['kvm_extra', '-smbios type=11,value=pw', WITHHELD],
    ['kvm_extra', '', ''],
    ['kernel_args', 'ro token=pw', WITHHELD],
    ['of_a_later_release', 'pw', WITHHELD],
    ['cpu_typ', 'pw', WITHHELD],
    ['cpu_type_', 'pw', WITHHELD],
    ['__proto', 'pw', WITHHELD],
  ])('%s = %j is told as %j', (name, value, told) => {
    expect(reportable({ [name]: value }, HVPARAMS)).toEqual({ [name]: told });
  });
});

describe('the words of a command line', () => {
  test.each<[string, string]>([
    ['-b 127.0.0.1 --require-authentication', '-b 127.0.0.1 --require-authentication'],
    ['--no-voting --yes-do-it', '--no-voting --yes-do-it'],
    ['--bind=::1 --port=5081', '--bind ::1 --port 5081'],
    ['-b', ''],
    ['-b secret/secret -d', '-d'],
    ['--password pw -d', '-d'],
    ['--password=pw', ''],
    ['--debug=pw', ''],
    ['pw', ''],
    ['-i br0 pw', '-i br0'],
    ['', ''],
  ])('of %j there leave %j', (words, kept) => {
    expect(daemonWords(words.split(' ')).join(' ')).toBe(kept);
  });
});
