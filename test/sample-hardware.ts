import type { HelpModel, MachineType } from '../shared/facts/qemu.ts';
import type { Report } from '../shared/report.ts';

/** The sections of a healthy report that tell of CPU, KVM, QEMU and memory. */
export const sampleHardware = {
  cpu: { status: 'ok', facts: cpu() },
  kvm: {
    status: 'ok',
    facts: {
      modules: { status: 'ok', value: ['kvm', 'kvm_intel'] },
      parameters: { kvm_intel: { ept: 'Y', nested: 'Y' } },
      device: {
        status: 'ok',
        value: { type: 'character', major: 10, minor: 232, mode: '0660' },
      },
      opening: { status: 'ok', value: 'opened' },
      vhostNet: { status: 'ok', value: true },
      tun: { status: 'ok', value: true },
    },
  },
  qemu: { status: 'ok', facts: qemu() },
  memory: {
    status: 'ok',
    facts: {
      totalBytes: 68_719_476_736,
      availableBytes: 64_424_509_440,
      swapTotalBytes: 1_073_741_824,
      swapFreeBytes: 1_073_741_824,
      hugepages: { status: 'ok', value: [{ sizeBytes: 2_097_152, total: 0, free: 0 }] },
      numaNodes: {
        status: 'ok',
        value: [{ id: 0, totalBytes: 68_719_476_736, freeBytes: 60_129_542_144 }],
      },
      ecc: {
        status: 'ok',
        value: [{ controller: 'mc0', correctedErrors: 0, uncorrectedErrors: 0 }],
      },
      ksm: { status: 'ok', value: { run: 0, sharedPages: 0 } },
      oomKills: { status: 'ok', value: 0 },
    },
  },
} as const satisfies Partial<Report['sections']>;

function cpu() {
  const flags = words(`
    fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat pse36 clflush mmx fxsr sse
    sse2 ss ht syscall nx pdpe1gb rdtscp lm constant_tsc pni pclmulqdq vmx ssse3 fma cx16
    pcid sse4_1
    sse4_2 x2apic movbe popcnt tsc_deadline_timer aes xsave avx f16c rdrand lahf_lm abm
    3dnowprefetch ssbd ibrs ibpb stibp tpr_shadow vnmi flexpriority ept vpid fsgsbase tsc_adjust
    bmi1 avx2 smep bmi2 erms invpcid avx512f avx512dq rdseed adx smap clflushopt clwb avx512cd
    avx512bw avx512vl xsaveopt xsavec xgetbv1 arat pku ospke md_clear flush_l1d arch_capabilities`);
  const vmxFlags = words('vnmi preemption_timer invvpid ept_x_only ept_ad ept_1gb flexpriority');
  const bugs = words('spectre_v1 spectre_v2 spec_store_bypass swapgs mmio_stale_data');
  const all = Array.from({ length: 8 }, (_, index) => index);
  return {
    architecture: 'x86_64',
    kinds: [
      {
        cpus: all,
        vendor: 'GenuineIntel',
        family: 6,
        model: 85,
        stepping: 4,
        modelName: 'Intel(R) Xeon(R) Silver 4110 CPU @ 2.10GHz',
        microcode: '0x2007006',
        flags,
        vmxFlags,
        bugs,
        physicalAddressBits: 46,
        virtualAddressBits: 48,
      },
    ],
    differences: [],
    flags: flags.toSorted(),
    vmxFlags: vmxFlags.toSorted(),
    bugs: bugs.toSorted(),
    online: all,
    offline: [],
    present: all,
    smt: 'on',
    sockets: 1,
    cores: 4,
    vulnerabilities: {
      status: 'ok' as const,
      value: {
        itlb_multihit: 'KVM: Mitigation: VMX disabled',
        mds: 'Not affected',
        meltdown: 'Mitigation: PTI',
        spectre_v2: 'Mitigation: Retpolines; IBPB: conditional; IBRS_FW; STIBP: conditional',
      },
    },
  };
}

function qemu() {
  const machines = [
    machine('pc', 'pc-i440fx-7.2'),
    machine('pc-i440fx-7.2', null, { isDefault: true }),
    machine('pc-i440fx-7.1', null),
    machine('pc-i440fx-2.0', null, { deprecated: true }),
    machine('q35', 'pc-q35-7.2'),
    machine('pc-q35-7.2', null),
  ];
  return {
    binary: '/usr/bin/kvm',
    version: { status: 'ok' as const, value: '7.2.22' },
    packageVersion: 'Debian 1:7.2+dfsg-7+deb12u18',
    cpuHelp: {
      status: 'ok' as const,
      value: {
        models: [
          model('Cascadelake-Server'),
          model('Cascadelake-Server-v1'),
          model('Cascadelake-Server-noTSX', 'Cascadelake-Server-v3'),
          model('Cascadelake-Server-v3'),
          model('Skylake-Server'),
          model('Skylake-Server-v1'),
          model('Skylake-Server-v3'),
          { ...model('Broadwell-v1'), deprecated: true },
          model('qemu64'),
          model('kvm64-v1'),
          model('max'),
          model('host'),
        ],
        flags: ['aes', 'avx512-vnni', 'hle', 'invtsc', 'md-clear', 'pcid', 'pni', 'rtm', 'stibp'],
      },
    },
    machineHelp: { status: 'ok' as const, value: machines },
    kvm: {
      status: 'ok' as const,
      value: {
        definitions: [
          definition('Cascadelake-Server', 'Cascadelake-Server-v1', ['avx512-vnni', 'hle', 'rtm']),
          definition('Cascadelake-Server-v1', null, ['avx512-vnni', 'hle', 'rtm']),
          definition('Cascadelake-Server-noTSX', 'Cascadelake-Server-v3', ['avx512-vnni']),
          definition('Cascadelake-Server-v3', null, ['avx512-vnni']),
          definition('Skylake-Server', 'Skylake-Server-v1', ['hle', 'rtm']),
          definition('Skylake-Server-v1', null, ['hle', 'rtm']),
          definition('Skylake-Server-v3', null, []),
          { ...definition('Broadwell-v1', null, ['hle', 'rtm']), deprecated: true },
          definition('qemu64', 'qemu64-v1', []),
          definition('kvm64-v1', null, []),
          { ...definition('max', null, []), migrationSafe: false },
          { ...definition('host', null, []), migrationSafe: false },
        ],
        hostStatic: {
          aes: true,
          'avx512-vnni': false,
          hle: false,
          'hv-relaxed': false,
          invtsc: false,
          'md-clear': true,
          pcid: true,
          pni: true,
          rtm: false,
          stibp: true,
        },
        hostFull: { family: 6, model: 85, stepping: 4, level: 13, 'phys-bits': 46 },
        machines,
      },
    },
  };
}

function machine(name: string, aliasOf: string | null, more: Partial<MachineType> = {}) {
  return { name, aliasOf, isDefault: false, deprecated: false, ...more };
}

function model(name: string, aliasOf: string | null = null): HelpModel {
  const machineAlias = aliasOf === null && ['Cascadelake-Server', 'Skylake-Server'].includes(name);
  return { name, aliasOf, machineAlias, description: '', deprecated: false };
}

function definition(name: string, aliasOf: string | null, unavailable: string[]) {
  return { name, aliasOf, unavailable, deprecated: false, migrationSafe: true };
}

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
