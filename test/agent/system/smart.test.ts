import { expect, test } from 'vitest';
import { HostError, ParseError } from '../../../agent/host/host.ts';
import { liveHost } from '../../../agent/host/live.ts';
import { parseSmart, smartOf } from '../../../agent/system/smart.ts';
import { asRoot, describeWith, program } from '../../requirements.ts';
import { sampleSmart } from '../../sample-smart.ts';
import { madeHost } from '../recorded-hosts.ts';

const ARGS = ['--json', '--all', '--nocheck=standby'];

/** An answer in the form of smartctl 7.3, with what the test is about. */
function answer(exitStatus: number, rest: object = {}, ...messages: string[]): string {
  const said = messages.map((string) => ({ string, severity: 'error' }));
  return JSON.stringify({
    json_format_version: [1, 0],
    smartctl: { version: [7, 3], exit_status: exitStatus, messages: said },
    ...rest,
  });
}

function attribute(id: number, raw: number, whenFailed = '') {
  return { id, name: `Attribute_${id}`, when_failed: whenFailed, raw: { value: raw, string: '' } };
}

const passed = { smart_support: { available: true }, smart_status: { passed: true } };
const table = (...attributes: object[]) => ({ ata_smart_attributes: { table: attributes } });
const nvme = {
  critical_warning: 1,
  available_spare: 9,
  available_spare_threshold: 10,
  percentage_used: 101,
  media_errors: 2,
};

test.each([
  [
    'a healthy ATA disk',
    answer(0, { ...passed, ...table(attribute(5, 0), attribute(197, 0), attribute(198, 0)) }),
    sampleSmart().value,
  ],
  [
    'a worn one',
    answer(0, { ...passed, ...table(attribute(5, 8), attribute(197, 2), attribute(198, 1)) }),
    sampleSmart({ reallocated: 8, pending: 2, uncorrectable: 1 }).value,
  ],
  [
    'a disk without the attributes counts none of them as zero',
    answer(0, { ...passed, ...table(attribute(9, 4000)) }),
    sampleSmart({ reallocated: null, pending: null, uncorrectable: null }).value,
  ],
  [
    'a failing one, by the bits and by the table',
    answer(8 + 16 + 32 + 128, {
      ...passed,
      smart_status: { passed: false },
      ...table(attribute(5, 0, 'now'), attribute(197, 0, 'past'), attribute(198, 0)),
    }),
    sampleSmart({
      passed: false,
      failedNow: ['Attribute_5'],
      failedBefore: ['Attribute_197'],
      selfTestFailed: true,
    }).value,
  ],
  [
    'bits without a table',
    answer(8 + 16 + 32, passed),
    sampleSmart({
      passed: false,
      failedNow: ['an attribute'],
      failedBefore: ['an attribute'],
      ...{ reallocated: null, pending: null, uncorrectable: null },
    }).value,
  ],
  [
    'a command that failed and a log of errors are no verdict',
    answer(4 + 64, { ...passed, ...table(attribute(5, 0), attribute(197, 0), attribute(198, 0)) }),
    sampleSmart().value,
  ],
  [
    'an NVMe disk',
    answer(0, { ...passed, nvme_smart_health_information_log: nvme }),
    sampleSmart({
      ...{ reallocated: null, pending: null, uncorrectable: 2 },
      ...{ wearPercent: 101, sparePercent: 9, spareThresholdPercent: 10, criticalWarning: 1 },
    }).value,
  ],
  [
    'a SAS disk',
    answer(0, {
      ...passed,
      scsi_grown_defect_list: 7,
      scsi_percentage_used_endurance_indicator: 3,
    }),
    sampleSmart({ reallocated: 7, pending: null, uncorrectable: null, wearPercent: 3 }).value,
  ],
])('%s', (_, text, expected) => {
  expect(parseSmart(text, '/dev/sda')).toEqual(expected);
});

test.each<[string, { status: number; rest?: object; message: string }]>([
  ['asleep', { status: 2, message: 'Device is in STANDBY mode, exit(2)' }],
  ['none', { status: 1, message: '/dev/vda: Unable to detect device type' }],
  ['none', { status: 1, message: "/dev/sda: requires option '-d cciss,N'" }],
  ['none', { status: 4, rest: { smart_support: { available: false } }, message: 'no capability' }],
  ['none', { status: 0, message: 'nothing of health in it' }],
])('a disk that tells nothing is %s: %j', (state, { status, rest, message }) => {
  const found = parseSmart(answer(status, rest, message), '/dev/sda');
  expect(found).toMatchObject({ state, note: message, passed: null, reallocated: null });
});

test.each([
  ['/dev/sda: Permission denied', 'denied'],
  ['/dev/sda: No such device', 'other'],
])('a disk that cannot be opened is a failure: %s', (message, kind) => {
  const read = () => parseSmart(answer(2, {}, message), '/dev/sda');
  expect(read).toThrow(HostError);
  expect(read).toThrow(expect.objectContaining({ kind }));
});

test.each([
  ['', 'it is empty'],
  ['smartctl 7.3 2022-02-28', 'damaged'],
  ['\u0000\u0001', 'damaged'],
  [answer(0, passed).slice(0, 40), 'damaged'],
  ['{}', 'smartctl'],
  ['[]', 'top'],
  [answer(256, passed), 'exit_status'],
  [answer(0, { smart_status: { passed: 'yes' } }), 'passed'],
  [answer(0, { ...passed, scsi_grown_defect_list: -1 }), 'scsi_grown_defect_list'],
])('%j is not guessed at', (text, words) => {
  expect(() => parseSmart(text, '/dev/sda')).toThrow(ParseError);
  expect(() => parseSmart(text, '/dev/sda')).toThrow(words);
});

const failedCall = (disk: string, kind: string) => ({
  command: 'smartctl',
  args: [...ARGS, disk],
  failure: { kind, message: 'said so' },
});

test('without smartctl nothing is known of any disk; one slow disk hides no other', async () => {
  const absent = await madeHost({ commands: [failedCall('/dev/sda', 'not_found')] });
  expect(await smartOf(absent, ['sda'])).toBeNull();
  expect(await smartOf(absent, [])).toEqual([]);

  const told = { command: 'smartctl', args: [...ARGS, '/dev/sdb'], code: 0, stderr: '' };
  const full = table(attribute(5, 0), attribute(197, 0), attribute(198, 0));
  const slow = await madeHost({
    commands: [
      failedCall('/dev/sda', 'timed_out'),
      { ...told, stdout: answer(0, { ...passed, ...full }) },
    ],
  });
  expect(await smartOf(slow, ['sda', 'sdb'])).toMatchObject([
    { disk: 'sda', health: { status: 'failed', error: { kind: 'timed_out' } } },
    { disk: 'sdb', health: sampleSmart() },
  ]);
});

test('a name of sysfs is asked as the device that it is', async () => {
  const host = await madeHost({ commands: [failedCall('/dev/cciss/c0d0', 'denied')] });
  expect(await smartOf(host, ['cciss!c0d0'])).toMatchObject([
    { disk: 'cciss!c0d0', health: { error: { kind: 'denied' } } },
  ]);
});

test('more disks than a server has are not all asked', async () => {
  const disks = Array.from({ length: 40 }, (_, index) => `sd${index}`);
  const told = await smartOf(await madeHost({ commands: [] }), disks);
  expect(told).toHaveLength(33);
  expect(told?.at(-1)).toMatchObject({
    disk: 'sd32',
    health: { status: 'failed', error: { kind: 'unsupported' } },
  });
});

describeWith([program('smartctl', 'smartmontools'), asRoot], 'smartctl of this machine', () => {
  test('says of a device that is no disk that it cannot tell', async () => {
    const [found] = (await smartOf(liveHost(), ['null'])) ?? [];
    expect(found).toMatchObject({ disk: 'null', health: { value: { state: 'none' } } });
  });
});
