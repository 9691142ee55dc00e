import { describe, expect, test } from 'vitest';
import { type Basis, type Offered, predictOffered } from '../../../shared/cpu/offered.ts';

const intel: Basis = {
  vendor: 'GenuineIntel',
  family: 6,
  model: 106,
  flags: new Set(['lm', 'avx512f', 'gfni', 'ibrs', 'ibpb', 'stibp', 'ssbd']),
  bugs: new Set(['spec_store_bypass']),
  vulnerabilities: {
    meltdown: 'Not affected',
    mds: 'Not affected',
    tsx_async_abort: 'Not affected',
    gather_data_sampling: 'Mitigation: Microcode',
  },
  kernel: [6, 1, 0],
  kernelParameters: [],
  kvmParameters: {},
  qemu: [7, 2, 22],
};
const amd: Basis = { ...intel, vendor: 'AuthenticAMD', family: 25, model: 1 };

const silent: Basis = { ...intel, bugs: null, vulnerabilities: null };
const ancient: Basis = { ...intel, bugs: new Set(), vulnerabilities: null, kernel: null };

function flags(basis: Basis, ...names: string[]): Basis {
  return { ...basis, flags: new Set(names) };
}

describe('what KVM offers, predicted', () => {
  test.each<[string, Basis, string, Offered]>([
    ['a flag that is shown', intel, 'avx512f', 'yes'],
    ['a flag that is not', intel, 'avx512vnni', 'no'],
    ['a flag with another name', flags(intel, 'sse4_1'), 'sse4.1', 'yes'],
    ['a bit no kernel shows', intel, 'fsrs', 'unknown'],
    ['a name nobody knows', intel, 'warp-drive', 'unknown'],
    ['what KVM always gives', flags(intel), 'x2apic', 'yes'],
    ['what KVM never gives', flags(intel, 'est'), 'est', 'no'],
    ['a bit too new for a kernel of 5.10', { ...intel, kernel: [5, 10] }, 'amx-tile', 'unknown'],
    ['the same bit on 6.1', intel, 'amx-tile', 'no'],
    ['the same bit on an unknown kernel', { ...intel, kernel: null }, 'amx-tile', 'unknown'],
    ['umip on Intel, emulated', intel, 'umip', 'yes'],
    ['umip on AMD without the flag', amd, 'umip', 'no'],
    ['arch-capabilities on Intel', intel, 'arch-capabilities', 'yes'],
    ['arch-capabilities on AMD, QEMU 10.0', { ...amd, qemu: [10, 0] }, 'arch-capabilities', 'yes'],
    ['… QEMU 10.2', { ...amd, qemu: [10, 2] }, 'arch-capabilities', 'unknown'],
    ['… QEMU 11.1', { ...amd, qemu: [11, 1] }, 'arch-capabilities', 'no'],
    ['five levels not shown, not switched off', intel, 'la57', 'no'],
    ['five levels switched off', { ...intel, kernelParameters: ['no5lvl'] }, 'la57', 'unknown'],
    ['five levels on a CPU too old', flags(intel, 'avx'), 'la57', 'no'],
    ['spec-ctrl', intel, 'spec-ctrl', 'yes'],
    ['spec-ctrl with ibrs alone', flags(intel, 'ibrs'), 'spec-ctrl', 'no'],
    ['ssbd on Intel', intel, 'ssbd', 'yes'],
    ['ssbd on Zen 3', amd, 'amd-ssbd', 'yes'],
    ['ssbd on Zen 1', { ...amd, family: 23, model: 1 }, 'amd-ssbd', 'no'],
    ['ssbd on Zen 2', { ...amd, family: 23, model: 0x31 }, 'amd-ssbd', 'yes'],
    ['ssbd on an AMD of unknown family', { ...amd, family: null }, 'amd-ssbd', 'unknown'],
    ['virt-ssbd on Zen 1', { ...amd, family: 23, model: 1 }, 'virt-ssbd', 'yes'],
    ['virt-ssbd on Zen 3', amd, 'virt-ssbd', 'unknown'],
    ['virt-ssbd on Intel', intel, 'virt-ssbd', 'no'],
    ['rdctl-no without the bug', intel, 'rdctl-no', 'yes'],
    ['rdctl-no with it', { ...intel, bugs: new Set(['cpu_meltdown']) }, 'rdctl-no', 'no'],
    ['rdctl-no by sysfs alone', { ...intel, bugs: null }, 'rdctl-no', 'yes'],
    ['mds-no without any evidence', silent, 'mds-no', 'unknown'],
    ['mds-no on a kernel that knows no vulnerabilities', ancient, 'mds-no', 'unknown'],
    ['mds-no by the bugs line of a kernel of 6.1', { ...silent, bugs: new Set() }, 'mds-no', 'yes'],
    ['ibrs-all not shown', intel, 'ibrs-all', 'no'],
    ['ibrs-all not shown by a kernel we do not know', ancient, 'ibrs-all', 'unknown'],
    ['auto-ibrs on a kernel of 6.1', amd, 'auto-ibrs', 'unknown'],
    ['taa-no with TSX off', intel, 'taa-no', 'no'],
    ['taa-no with TSX on', flags(intel, 'rtm'), 'taa-no', 'yes'],
    ['gds-no by microcode', { ...intel, bugs: new Set(['gds']) }, 'gds-no', 'yes'],
    ['rfds-no on a kernel that knows no such bug', intel, 'rfds-no', 'no'],
    ['rfds-no without sysfs', { ...intel, vulnerabilities: null }, 'rfds-no', 'unknown'],
    ['bhi-no', intel, 'bhi-no', 'unknown'],
    ['skip-l1dfl-vmentry', intel, 'skip-l1dfl-vmentry', 'yes'],
    [
      'skip-l1dfl-vmentry with the flush off',
      { ...intel, kvmParameters: { kvm_intel: { vmentry_l1d_flush: 'never' } } },
      ...(['skip-l1dfl-vmentry', 'no'] as const),
    ],
    ['ibrs-all on AMD', flags(amd, 'ibrs_enhanced'), 'ibrs-all', 'no'],
    ['auto-ibrs on AMD', flags(amd, 'ibrs_enhanced'), 'auto-ibrs', 'yes'],
    ['null-sel-clr-base on AMD', amd, 'null-sel-clr-base', 'yes'],
    ['… with the bug', { ...amd, bugs: new Set(['null_seg']) }, 'null-sel-clr-base', 'no'],
    [
      'perfctr-core without a virtual PMU',
      { ...flags(amd, 'perfctr_core'), kvmParameters: { kvm: { enable_pmu: 'N' } } },
      ...(['perfctr-core', 'no'] as const),
    ],
    ['perfctr-core', flags(amd, 'perfctr_core'), 'perfctr-core', 'yes'],
    [
      'svm with nesting',
      { ...flags(amd, 'svm'), kvmParameters: { kvm_amd: { nested: '1' } } },
      ...(['svm', 'yes'] as const),
    ],
    ['svm with nesting unknown', flags(amd, 'svm'), 'svm', 'unknown'],
  ])('%s', (...[, basis, feature, expected]) => {
    expect(predictOffered(basis, feature)).toBe(expected);
  });
});
