import { expect, test } from 'vitest';
import { judgeReport } from '../../../../shared/check.ts';
import { checks } from '../../../../shared/checks/index.ts';
import { failed, samplePolicy, sampleReport } from '../../../sample-report.ts';
import { tableOf } from '../verdict.ts';

const cpuType = (cpu_type: string | undefined, machine_version = 'pc-i440fx-7.2') => ({
  hvparams: { cpu_type, machine_version },
});
const noQemu = {
  qemu: {
    facts: {
      binary: null,
      cpuHelp: failed('not_found', 'no QEMU'),
      kvm: failed('not_found', 'no QEMU'),
    },
  },
};
const noKvm = { qemu: { facts: { kvm: failed('exit_code', 'no KVM') } } };

const typeHint = 'the policy names no cpu_type; `muster cpu-type` recommends one';
const generic =
  ', which lacks almost all features: systems built for x86-64-v2 or later do not boot on it; ' +
  'expected a named model';

tableOf('cpu.configured-type', {
  'none in the policy': { policy: cpuType(undefined), says: `skip: ${typeHint}` },
  'an empty one': {
    policy: cpuType(''),
    says: `warn: cpu_type is empty, so guests get qemu64${generic}`,
  },
  "the guide's CascadeLake": {
    policy: cpuType('CascadeLake'),
    says:
      'fail: QEMU on this node knows no CPU model "CascadeLake"; the nearest name is ' +
      'Cascadelake-Server',
  },
  'a name in the wrong case': {
    policy: cpuType('skylake-server-v3'),
    says:
      'fail: QEMU on this node knows no CPU model "skylake-server-v3"; the nearest ' +
      'name is Skylake-Server-v3',
  },
  'a name like no other': {
    policy: cpuType('Pentium-Pro-Max-9000'),
    says: 'fail: QEMU on this node knows no CPU model "Pentium-Pro-Max-9000"',
  },
  'flags behind the name': {
    policy: cpuType('Skylake-Server-v3,-pcid\\,+aes,enforce'),
    says: 'pass: QEMU on this node knows Skylake-Server-v3',
  },
  'the host itself': { policy: cpuType('host'), says: 'pass: QEMU on this node knows host' },
  'a generic model': {
    policy: cpuType('kvm64-v1'),
    says: `warn: cpu_type is kvm64-v1${generic}`,
  },
  'a deprecated model': {
    policy: cpuType('Broadwell-v1'),
    says: 'warn: QEMU on this node marks the configured model Broadwell-v1 as deprecated',
  },
  'a node without KVM, by -cpu help': {
    policy: cpuType('Skylake-Server-v3'),
    sections: noKvm,
    says: 'pass: QEMU on this node knows Skylake-Server-v3',
  },
  'a node without QEMU': {
    sections: noQemu,
    says: 'unknown: no QEMU is installed on this node to be asked',
  },
});

tableOf('cpu.configured-runnable', {
  'a model with missing features': {
    policy: cpuType('Cascadelake-Server-v1'),
    says:
      'fail: KVM on this node does not provide avx512-vnni, hle, rtm of Cascadelake-Server-v1; ' +
      'without enforce the guest silently runs without them',
  },
  'all missing features taken off': {
    policy: cpuType('Cascadelake-Server-v1,-hle,rtm=off,-avx512_vnni'),
    says:
      'pass: KVM on this node provides every feature of ' +
      'Cascadelake-Server-v1,-hle,rtm=off,-avx512_vnni',
  },
  'one missing feature left, enforced': {
    policy: cpuType('Cascadelake-Server-v1,-hle,-rtm,enforce'),
    says:
      'fail: KVM on this node does not provide avx512-vnni of ' +
      'Cascadelake-Server-v1,-hle,-rtm,enforce; ' +
      'with enforce the guest does not start here',
  },
  'an added feature that KVM has': {
    policy: cpuType('Skylake-Server-v3,+stibp,md-clear=on,vendor=GenuineIntel'),
    says:
      'pass: KVM on this node provides every feature of ' +
      'Skylake-Server-v3,+stibp,md-clear=on,vendor=GenuineIntel',
  },
  'an added feature that KVM lacks': {
    policy: cpuType('Skylake-Server-v3,+hle'),
    says:
      'fail: KVM on this node does not provide hle of Skylake-Server-v3,+hle; ' +
      'without enforce the guest silently runs without them',
  },
  'added features of which the answer tells nothing': {
    policy: cpuType('Skylake-Server-v3,+invtsc,+hv-relaxed,+nonesuch,level=13'),
    says:
      "unknown: QEMU's answers do not tell whether this node provides " +
      'invtsc, hv-relaxed, nonesuch, level=13',
  },
  'a model that QEMU does not know': {
    policy: cpuType('CascadeLake'),
    says: 'skip: QEMU knows no CascadeLake: see cpu.configured-type',
  },
  'a node without KVM': { sections: noKvm, says: 'unknown: no KVM' },
  'a node without QEMU': {
    sections: noQemu,
    says: 'unknown: no QEMU is installed on this node to be asked',
  },
});

tableOf('cpu.enforced', {
  'enforce without a proof needed': {
    policy: cpuType('Cascadelake-Server-v1,enforce'),
    sections: noKvm,
    says: 'pass: Cascadelake-Server-v1,enforce is enforced',
  },
  'neither enforced nor proven': {
    policy: cpuType('Skylake-Server-v3,+stibp'),
    says:
      'warn: Skylake-Server-v3,+stibp is not enforced, and not proven to run in full ' +
      'on this node',
  },
  host: {
    policy: cpuType('host'),
    says: 'skip: without a named model there is nothing to enforce',
  },
});

tableOf('cpu.configured-version', {
  'an unversioned name with a machine type': {
    policy: cpuType('Skylake-Server'),
    says: 'pass: Skylake-Server has no version, but machine_version pc-i440fx-7.2 fixes it',
  },
  'an unversioned name alone': {
    policy: cpuType('Skylake-Server', ''),
    says:
      'warn: Skylake-Server has no version and machine_version is not set; expected ' +
      'one of them',
  },
  'a fixed alias alone': {
    policy: cpuType('Cascadelake-Server-noTSX', ''),
    says: 'pass: Cascadelake-Server-noTSX means the same with every machine type',
  },
});

test('the remedy for a model that is not enforced is escaped for Ganeti and the shell', () => {
  const policy = samplePolicy(cpuType('Skylake-Server-v1,-hle'));
  const [found] = judgeReport(
    sampleReport(),
    checks.filter(({ id }) => id === 'cpu.enforced'),
    policy,
  );
  expect(found?.remedy).toBe(
    "gnt-cluster modify -H kvm:cpu_type='Skylake-Server-v1\\,-hle\\,enforce'",
  );
});
