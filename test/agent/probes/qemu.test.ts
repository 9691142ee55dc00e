import { describe, expect, test } from 'vitest';
import { ParseError } from '../../../agent/host/host.ts';
import { liveHost } from '../../../agent/host/live.ts';
import { cpuProbe } from '../../../agent/probes/cpu.ts';
import { parseVersion, qemuProbe } from '../../../agent/probes/qemu.ts';
import { type QemuFacts, qemuSchema } from '../../../shared/facts/qemu.ts';
import { defaultPolicy, policySchema } from '../../../shared/policy.ts';
import { describeWith, kvmDevice, program } from '../../requirements.ts';
import { madeHost, recordedHost } from '../recorded-hosts.ts';

const policy = defaultPolicy();
const withPath = (path: string) => policySchema.parse({ hvparams: { kvm_path: path } });
const status = { type: 'file', mode: '0755', sizeBytes: 1, modifiedMs: 1, inode: 1 };
const file = { ...status, major: null, minor: null };
const absent = { failure: { kind: 'not_found', message: 'no such file or directory' } };

async function qemuOf(name: string): Promise<QemuFacts> {
  return qemuSchema.parse(await qemuProbe.collect(await recordedHost(name), policy));
}

describe('the version line', () => {
  test.each([
    [
      'QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18+b3)\nCopyright (c) 2003-2022\n',
      '7.2.22',
      'Debian 1:7.2+dfsg-7+deb12u18+b3',
    ],
    [
      'QEMU emulator version 8.2.2 (Debian 1:8.2.2+ds-0ubuntu1.4)\n',
      '8.2.2',
      'Debian 1:8.2.2+ds-0ubuntu1.4',
    ],
    [
      'QEMU emulator version 9.1.0 (qemu-kvm-9.1.0-15.el9_6.7)\n',
      '9.1.0',
      'qemu-kvm-9.1.0-15.el9_6.7',
    ],
    ['QEMU emulator version 10.0.0\n', '10.0.0', null],
    ['QEMU emulator version 8.0.50 (v8.0.0-1-gabc)', '8.0.50', 'v8.0.0-1-gabc'],
    ['QEMU emulator version 5.1.0-rc1', '5.1.0-rc1', null],
    [
      'QEMU emulator version 1.5.3 (qemu-kvm-1.5.3-175.el7), Copyright (c) 2003-2008 X',
      '1.5.3',
      'qemu-kvm-1.5.3-175.el7',
    ],
    ['QEMU emulator version 2.0.0, Copyright (c) 2003-2008 X', '2.0.0', null],
  ])('%j', (text, version, packageVersion) => {
    expect(parseVersion(text)).toEqual({ version, packageVersion });
  });

  test.each(['', '\n', 'QEMU emulator version', 'QEMU-Emulator Version 7.2.0', '7.2.0', 'Q\0'])(
    '%j is refused',
    (text) => {
      expect(() => parseVersion(text)).toThrow(ParseError);
    },
  );
});

test('a guest whose KVM offers little: QEMU runs with it, and nearly no model does', async () => {
  const facts = await qemuOf('epyc-guest-restricted-kvm');
  expect(facts.binary).toBe('/usr/bin/kvm');
  expect(facts.version).toEqual({ status: 'ok', value: '7.2.22' });
  expect(facts.packageVersion).toBe('Debian 1:7.2+dfsg-7+deb12u18+b3');
  const kvm = facts.kvm.status === 'ok' ? facts.kvm.value : null;
  const usable = kvm?.definitions.filter((definition) => definition.unavailable?.length === 0);
  expect(usable?.map((definition) => definition.name)).toEqual([
    'max',
    'host',
    'base',
    '486-v1',
    '486',
  ]);
  expect(kvm?.hostStatic).toMatchObject({ vendor: 'AuthenticAMD', family: 25, pni: false });
  const host = await recordedHost('epyc-guest-restricted-kvm');
  expect((await cpuProbe.collect(host, policy)).flags).toContain('pni');
  expect(kvm?.hostFull).toMatchObject({ 'phys-bits': 0, 'model-id': 'AMD EPYC' });
  expect(kvm?.machines.filter((machine) => machine.isDefault)).toEqual([
    { name: 'pc-i440fx-7.2', aliasOf: null, isDefault: true, deprecated: false },
  ]);
});

test('VT-x locked off: the help is there, KVM is not found, in the words of QEMU', async () => {
  const facts = await qemuOf('xeon-e5-vtx-off');
  expect([facts.version.status, facts.cpuHelp.status, facts.machineHelp.status]).toEqual([
    'ok',
    'ok',
    'ok',
  ]);
  expect(facts.kvm).toMatchObject({
    status: 'failed',
    error: {
      kind: 'not_found',
      message: 'Could not access KVM kernel module: No such file or directory',
    },
  });
});

test('RHEL: its own path, its own version, and a device that is closed to the agent', async () => {
  const facts = await qemuOf('xeon-gold-two-microcodes');
  expect(facts.binary).toBe('/usr/libexec/qemu-kvm');
  expect(facts.version).toEqual({ status: 'ok', value: '9.1.0' });
  expect(facts.packageVersion).toBe('qemu-kvm-9.1.0-15.el9_6.7');
  expect(facts.cpuHelp.status === 'ok' && facts.cpuHelp.value.models[0]).toEqual({
    name: 'Broadwell',
    aliasOf: null,
    machineAlias: true,
    description: '',
    deprecated: true,
  });
  expect(facts.kvm).toMatchObject({
    status: 'failed',
    error: { kind: 'denied', message: 'Could not access KVM kernel module: Permission denied' },
  });
});

describe('where QEMU is', () => {
  const paths = ['/usr/bin/kvm', '/usr/bin/qemu-system-x86_64', '/usr/bin/qemu-kvm'];

  test('none installed is a fact, and everything else is not found', async () => {
    const stats = Object.fromEntries([...paths, '/usr/libexec/qemu-kvm'].map((p) => [p, absent]));
    const facts = await qemuProbe.collect(await madeHost({ snapshot: { stats } }), policy);
    const missing = {
      status: 'failed',
      error: {
        kind: 'not_found',
        message: `no QEMU at ${paths.join(', ')}, /usr/libexec/qemu-kvm`,
        source: '/usr/bin/kvm',
      },
    };
    expect(qemuSchema.parse(facts)).toEqual({
      binary: null,
      version: missing,
      packageVersion: null,
      cpuHelp: missing,
      machineHelp: missing,
      kvm: missing,
    });
  });

  test('the path of the policy is the only one looked at', async () => {
    const stats = { '/opt/qemu': file, '/usr/bin/kvm': file };
    const host = await madeHost({ snapshot: { stats } });
    expect((await qemuProbe.collect(host, withPath('/opt/qemu'))).binary).toBe('/opt/qemu');
    const other = await madeHost({ snapshot: { stats: { ...stats, '/opt/qemu': absent } } });
    expect((await qemuProbe.collect(other, withPath('/opt/qemu'))).binary).toBeNull();
  });

  test('what was not recorded is not absent: the section fails', async () => {
    const host = await madeHost({ snapshot: { stats: { '/usr/bin/kvm': absent } } });
    await expect(qemuProbe.collect(host, policy)).rejects.toMatchObject({
      kind: 'not_recorded',
      source: '/usr/bin/qemu-system-x86_64',
    });
  });
});

test('each answer fails alone', async () => {
  const command = '/usr/bin/kvm';
  const host = await madeHost({
    snapshot: { stats: { '/usr/bin/kvm': file } },
    commands: [
      { command, args: ['-version'], code: 0, stdout: 'garbage', stderr: '' },
      { command, args: ['-cpu', 'help'], code: 127, stdout: '', stderr: 'libpixman: not found' },
      { command, args: ['-machine', 'help'], failure: { kind: 'timed_out', message: 'no end' } },
    ],
  });
  const facts = qemuSchema.parse(await qemuProbe.collect(host, policy));
  const failed = (kind: string) => ({ status: 'failed', error: { kind } });
  expect(facts).toMatchObject({
    binary: '/usr/bin/kvm',
    version: failed('unparsable'),
    packageVersion: null,
    cpuHelp: failed('exit_code'),
    machineHelp: failed('timed_out'),
    kvm: failed('not_recorded'),
  });
});

describeWith([program('qemu-system-x86_64', 'qemu-system-x86'), kvmDevice], 'the real QEMU', () => {
  test('creates a VM with KVM, and its answers agree with each other', async () => {
    const facts = qemuSchema.parse(await qemuProbe.collect(liveHost(), policy));
    const failed = [facts.version, facts.cpuHelp, facts.machineHelp, facts.kvm].filter(
      (reading) => reading.status === 'failed',
    );
    expect(failed).toEqual([]);
    const kvm = facts.kvm.status === 'ok' ? facts.kvm.value : null;
    const help = facts.cpuHelp.status === 'ok' ? facts.cpuHelp.value : null;
    const names = kvm?.definitions.map((definition) => definition.name).sort();
    expect(names).toEqual(help?.models.map((model) => model.name).sort());
    const usable = kvm?.definitions.filter((definition) => definition.unavailable?.length === 0);
    expect(usable?.map((definition) => definition.name)).toContain('486-v1');

    const nehalem = kvm?.definitions.find((definition) => definition.name === 'Nehalem-v1');
    expect(nehalem?.unavailable?.includes('pni')).toBe(kvm?.hostStatic?.pni === false);
  });
});
