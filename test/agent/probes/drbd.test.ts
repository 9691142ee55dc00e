import { expect, test } from 'vitest';
import { ParseError } from '../../../agent/host/host.ts';
import { liveHost } from '../../../agent/host/live.ts';
import { drbdProbe, parseUtilsVersion } from '../../../agent/probes/drbd.ts';
import { drbdSchema } from '../../../shared/facts/drbd.ts';
import { defaultPolicy } from '../../../shared/policy.ts';
import { describeWith, program } from '../../requirements.ts';
import { type Making, madeHost, recordedHost } from '../recorded-hosts.ts';

const ok = <T>(value: T) => ({ status: 'ok', value });
const notRecorded = {
  status: 'failed',
  error: expect.objectContaining({ kind: 'not_recorded' }),
};

test("the guide's node: DRBD 8.4 loaded with the guide's helper, nothing configured", async () => {
  expect(await drbdFacts(await recordedHost('seed-ganeti01'))).toEqual({
    moduleAvailable: ok({ version: '8.4.11' }),
    loaded: ok(true),
    loadedVersion: '8.4.11',
    usermodeHelper: ok('/bin/true'),
    utilsVersion: ok('9.22.0'),
    devices: ok([]),
    loadedAtBootBy: ok(['/usr/lib/modules-load.d/drbd.conf']),
    bootOptions: ok({}),
    fips: ok(false),
  });
});

test('DRBD 9 with a resync, on a node without modinfo and without drbd-utils', async () => {
  expect(await drbdFacts(await recordedHost('bookworm-worn-node'))).toEqual({
    moduleAvailable: ok({ version: null }),
    loaded: ok(true),
    loadedVersion: '9.1.23',
    usermodeHelper: ok('/sbin/drbdadm'),
    utilsVersion: ok(null),
    devices: ok([
      {
        minor: 7,
        resource: 'vm1',
        connection: 'SyncSource',
        localRole: 'Primary',
        peerRole: 'Secondary',
        localDisk: 'UpToDate',
        peerDisk: 'Inconsistent',
        syncPercent: 90,
        outOfSyncBytes: 1048576 * 1024,
      },
    ]),
    loadedAtBootBy: ok([]),
    bootOptions: ok({ minor_count: '128', usermode_helper: '/sbin/drbdadm' }),
    fips: ok(true),
  });
});

test('no module and nothing loaded is known, not missing', async () => {
  expect(await drbdFacts(await recordedHost('bookworm-before-setup'))).toEqual({
    moduleAvailable: ok(null),
    loaded: ok(false),
    loadedVersion: null,
    usermodeHelper: ok(null),
    utilsVersion: ok(null),
    devices: ok([]),
    loadedAtBootBy: notRecorded,
    bootOptions: notRecorded,
    fips: notRecorded,
  });
});

const missing = { kind: 'not_found', message: 'no such file' };

test('of a bare tree nothing is claimed, least of all that nothing is configured', async () => {
  const { loadedVersion, ...readings } = await drbdFacts(await madeHost({}));
  expect(loadedVersion).toBeNull();
  for (const reading of Object.values(readings)) {
    expect(reading).toMatchObject({ status: 'failed', error: { kind: 'not_recorded' } });
  }
});

test.each<[string, Making, boolean]>([
  ['built into the kernel', { snapshot: { lists: { '/sys/module': ['drbd'] } } }, true],
  [
    'another module of that family',
    {
      files: { '/proc/modules': 'drbd_transport_tcp 32768 0 - Live 0x0\n' },
      snapshot: { lists: { '/sys/module': ['drbd_transport_tcp'] } },
    },
    false,
  ],
  ['listed as a module', { files: { '/proc/modules': 'drbd 409600 0 - Live 0x0\n' } }, true],
])('%s', async (_, making, loaded) => {
  expect((await drbdFacts(await madeHost(making))).loaded).toEqual(ok(loaded));
});

const modules = '/lib/modules/6.1.0-1-amd64';
const indexes = (dep: string, builtin: string): Making => ({
  files: { [`${modules}/modules.dep`]: dep, [`${modules}/modules.builtin`]: builtin },
});

test.each<[string, Making, unknown]>([
  ['a kernel whose modules are gone', { snapshot: { failures: { [modules]: missing } } }, null],
  [
    'a module built into the kernel',
    indexes('kernel/fs/xfs/xfs.ko:\n', 'kernel/drivers/block/drbd/drbd.ko\n'),
    { version: null },
  ],
  [
    'a module whose name only begins or ends alike',
    indexes('extra/drbd_transport_tcp.ko: extra/drbd.ko\nextra/my-drbd.ko:\n', ''),
    null,
  ],
])('without modinfo: %s', async (_, making, module) => {
  const files = { '/proc/sys/kernel/osrelease': '6.1.0-1-amd64\n', ...making.files };
  const facts = await drbdFacts(await madeHost({ ...making, files }));
  expect(facts.moduleAvailable).toEqual(ok(module));
});

test('a damaged /proc/drbd fails the devices alone', async () => {
  const host = await madeHost({ like: 'seed-ganeti01', files: { '/proc/drbd': 'version: 8.4' } });
  const facts = await drbdFacts(host);
  expect(facts.devices).toMatchObject({ status: 'failed', error: { kind: 'unparsable' } });
  expect(facts.usermodeHelper).toEqual(ok('/bin/true'));
});

test.each<[string, Record<string, string>, unknown]>([
  ['on', { '/proc/sys/crypto/fips_enabled': '1\n' }, ok(true)],
  ['damaged', { '/proc/sys/crypto/fips_enabled': 'yes\n' }, { error: { kind: 'unparsable' } }],
])('FIPS mode %s', async (_, files, fips) => {
  expect(await drbdFacts(await madeHost({ files }))).toMatchObject({ fips });
});

test('a kernel without the switch is not in FIPS mode', async () => {
  const snapshot = { failures: { '/proc/sys/crypto': missing } };
  expect((await drbdFacts(await madeHost({ snapshot }))).fips).toEqual(ok(false));
});

test.each(['', 'DRBDADM_VERSION=\n', '\0\x01', 'drbdadm: commande inconnue\n'])(
  'an answer of drbdadm without a version is refused: %j',
  (text) => expect(() => parseUtilsVersion(text)).toThrow(ParseError),
);

describeWith([program('drbdadm', 'drbd-utils')], 'the DRBD of this machine', () => {
  test('is asked without loading a module: none is loaded before and after', async () => {
    const facts = await drbdFacts(liveHost());
    expect(facts.utilsVersion).toEqual(ok(expect.stringMatching(/^9\.\d+\.\d+$/)));
    if (facts.loaded.status === 'ok' && !facts.loaded.value) expect(facts.devices).toEqual(ok([]));
    expect((await drbdFacts(liveHost())).loaded).toEqual(facts.loaded);
  });
});

async function drbdFacts(host: Parameters<typeof drbdProbe.collect>[0]) {
  return drbdSchema.parse(await drbdProbe.collect(host, defaultPolicy()));
}
