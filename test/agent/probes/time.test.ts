import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Host, ParseError } from '../../../agent/host/host.ts';
import {
  parseChronySilence,
  parseChronyTracking,
  parseNtpq,
  parseTimedatectl,
  timeProbe,
} from '../../../agent/probes/time.ts';
import { timeSchema } from '../../../shared/facts/time.ts';
import { defaultPolicy } from '../../../shared/policy.ts';
import { captures, describeWith, reference } from '../../requirements.ts';
import { madeHost, recordedHost } from '../recorded-hosts.ts';

const ok = <T>(value: T) => ({ status: 'ok', value });

test('chrony says by how much the clock is off, and a slow clock is behind', async () => {
  expect(await timeFacts(await recordedHost('seed-ganeti01'))).toEqual({
    synchronised: ok(true),
    source: 'chrony',
    offsetMs: -0.01825,
    timezone: 'Etc/UTC',
    clocksource: 'tsc',
  });
});

test('where chronyd does not run systemd is asked, and may say no', async () => {
  expect(await timeFacts(await recordedHost('bookworm-worn-node'))).toEqual({
    synchronised: ok(false),
    source: 'timedatectl',
    offsetMs: null,
    timezone: 'Europe/Berlin',
    clocksource: null,
  });
});

test('without a bus the mark of systemd-timesyncd tells', async () => {
  expect(await timeFacts(await recordedHost('bookworm-before-setup'))).toEqual({
    synchronised: ok(true),
    source: 'systemd-timesyncd',
    offsetMs: null,
    timezone: 'Europe/Paris',
    clocksource: 'kvm-clock',
  });
});

test('systemd-timesyncd that has not synchronised yet says no', async () => {
  const host = await madeHost({ snapshot: { lists: { '/run/systemd/timesync': [] } } });
  expect(await timeFacts(host)).toMatchObject({
    synchronised: ok(false),
    source: 'systemd-timesyncd',
  });
});

test('with nobody to ask the clock is not called wrong', async () => {
  expect(await timeFacts(await madeHost({}))).toMatchObject({
    synchronised: { status: 'failed', error: { kind: 'not_recorded' } },
    source: null,
    offsetMs: null,
  });
});

test('an answer that cannot be read is not replaced by that of another source', async () => {
  const said = { command: 'chronyc', args: ['-n', '-c', 'tracking'], code: 0, stderr: '' };
  const host = await madeHost({
    commands: [{ ...said, stdout: 'Reference ID : 0\n' }],
    snapshot: { lists: { '/run/systemd/timesync': ['synchronized'] } },
  });
  expect(await timeFacts(host)).toMatchObject({
    synchronised: { status: 'failed', error: { kind: 'unparsable' } },
    source: null,
  });
});

const tracking = (reference: string, correction: string, leap: string) =>
  `${reference},192.0.2.1,3,1795161541.3,${correction},0,0,-11.2,0,0,0,0,64.7,${leap}\n`;

describe('chronyc tracking', () => {
  test.each([
    [tracking('C0000201', '0.001500000', 'Normal'), true, -1.5],
    [tracking('C0000201', '-0.250000000', 'Insert second'), true, 250],
    [tracking('C0000201', '0.000000000', 'Delete second'), true, 0],
    [tracking('00000000', '0.000000000', 'Not synchronised'), false, null],
    [tracking('7F7F0101', '0.000000000', 'Normal'), false, null],
  ])('%s', (text, synchronised, offsetMs) => {
    expect(parseChronyTracking(text)).toEqual({ source: 'chrony', synchronised, offsetMs });
  });

  test.each([
    '',
    '506 Cannot talk to daemon\n',
    tracking('C0000201', '0.0015', 'Normal').slice(0, 60),
    tracking('C0000201', '0,0015', 'Normal'),
    tracking('C0000201', '0.0015', 'Normale'),
    '\0\x01\x02',
    'x'.repeat(100_000),
  ])('is refused: %j', (text) => {
    expect(() => parseChronyTracking(text)).toThrow(ParseError);
  });
});

describeWith([captures], 'the chrony of a real cluster', () => {
  const read = (node: string, file: string) =>
    readFileSync(
      reference('captures', 'real-ganeti-3.0.2', 'baseline', 'nodes', node, file),
      'utf8',
    );

  test('the first node follows only itself, so it is not synchronised', () => {
    const answer = { source: 'chrony', synchronised: false, offsetMs: null };
    expect(parseChronyTracking(read('ganeti01', 'chronyc-tracking.csv'))).toEqual(answer);
  });

  test.each([
    ['ganeti02', -0.002294],
    ['ganeti03', 0.00003],
  ])('%s follows it, and is slow or fast as the text for people says', (node, offsetMs) => {
    const answer = { source: 'chrony', synchronised: true, offsetMs };
    expect(parseChronyTracking(read(node, 'chronyc-tracking.csv'))).toEqual(answer);
    const said = /^System time +: \S+ seconds (slow|fast)/m.exec(
      read(node, 'chronyc-tracking.txt'),
    );
    expect(said?.[1]).toBe(offsetMs < 0 ? 'slow' : 'fast');
  });
});

test('a chrony whose daemon is down keeps no time, when nobody else does', async () => {
  const args = ['-n', '-c', 'tracking'];
  const stdout = '506 Cannot talk to daemon\n';
  const host = await madeHost({
    snapshot: { failures: { '/run/systemd/timesync': { kind: 'not_found', message: 'ENOENT' } } },
    commands: [
      { command: 'chronyc', args, code: 1, stdout, stderr: '' },
      ...['timedatectl', 'ntpq'].map((command) => ({
        command,
        args: command === 'ntpq' ? ['-n', '-c', 'rv'] : ['show'],
        failure: { kind: 'not_found', message: `${command}: command not found` },
      })),
    ],
  });
  expect(await timeFacts(host)).toMatchObject({ synchronised: ok(false), source: 'chrony' });
});

test.each(['', '501 Not authorised\n', 'Cannot talk to daemon', '\0'])(
  'another failure of chronyc tells nothing of the clock: %j',
  (text) => expect(() => parseChronySilence(text)).toThrow(ParseError),
);

describe('ntpq -c rv', () => {
  const variables = (status: string, offset: string) =>
    `associd=0 status=0615 ${status}, 1 event, clock_sync,\nversion="ntpd",\n` +
    `stratum=3, precision=-24, offset=${offset}, frequency=-1.2\n`;

  test.each([
    [variables('leap_none, sync_ntp', '0.731'), true, -0.731],
    [variables('leap_add_sec, sync_local', '-2.5'), true, 2.5],
    [variables('leap_alarm, sync_unspec', '0.000'), false, null],
    [variables('leap_none, sync_unspec', '0.000'), false, null],
  ])('%s', (text, synchronised, offsetMs) => {
    expect(parseNtpq(text)).toEqual({ source: 'ntpd', synchronised, offsetMs });
  });

  test.each(['', 'ntpq: read: Connection refused\n', 'associd=0 status=06', '\0\0'])(
    'is refused: %j',
    (text) => expect(() => parseNtpq(text)).toThrow(ParseError),
  );
});

test.each(['', 'NTPSynchronized=oui\n', 'NTP=yes\n', '\0', 'System clock synchronized: yes\n'])(
  'an answer of timedatectl without the word is refused: %j',
  (text) => expect(() => parseTimedatectl(text)).toThrow(ParseError),
);

async function timeFacts(host: Host) {
  return timeSchema.parse(await timeProbe.collect(host, defaultPolicy()));
}
