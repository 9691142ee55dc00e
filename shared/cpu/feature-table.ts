/**
 * The CPU features QEMU knows, by its canonical names, and how Linux and KVM treat each. Found by
 * running QEMU 5.2, 7.2, 10.0 and 11.1 and reading Linux 5.10, 6.1, 6.12 and 7.2. Data only.
 */

/** Printed by /proc/cpuinfo under QEMU's own name. */
export const sameName = words(`
  3dnow 3dnowext 3dnowprefetch abm ace2 acpi adx aes apic arat avic avx avx2 avx512bw avx512cd
  avx512dq avx512er avx512f avx512ifma avx512pf avx512vbmi avx512vl bmi1 bmi2 cid cldemote clflush
  clflushopt clwb clzero cmov cx16 cx8 dca de decodeassists dtes64 erms est extapic f16c
  flushbyasid fma fma4 fpu fred fsgsbase fsrm fxsr gfni hle ht hypervisor ia64 ibs invpcid la57
  lam lbrv lm lwp mca mce misalignsse mmx mmxext monitor movbe movdir64b movdiri mpx msr mtrr npt
  nx osvw pae pat pbe pcid pclmulqdq pdcm pdpe1gb pfthreshold pge phe pku pmm pn pni popcnt pse
  pse36 rdpid rdrand rdseed rdtscp rtm sep serialize sgx skinit smap smep smx ss sse sse2 sse4a
  ssse3 succor svm syscall tbm tce tm tm2 topoext tsc umip vaes vgif vme vmx vnmi vpclmulqdq
  waitpkg wbnoinvd wdt x2apic xgetbv1 xop xsave xsavec xsaveerptr xsaveopt xsaves xtpr
`);

/** Printed by /proc/cpuinfo under another name than QEMU's: QEMU's name to Linux's. */
export const otherName: Readonly<Record<string, string>> = {
  'ace2-en': 'ace2_en',
  'amx-bf16': 'amx_bf16',
  'amx-int8': 'amx_int8',
  'amx-tile': 'amx_tile',
  'arch-capabilities': 'arch_capabilities',
  'arch-lbr': 'arch_lbr',
  'avx-vnni': 'avx_vnni',
  'avx512-4fmaps': 'avx512_4fmaps',
  'avx512-4vnniw': 'avx512_4vnniw',
  'avx512-bf16': 'avx512_bf16',
  'avx512-fp16': 'avx512_fp16',
  'avx512-vp2intersect': 'avx512_vp2intersect',
  'avx512-vpopcntdq': 'avx512_vpopcntdq',
  avx512bitalg: 'avx512_bitalg',
  avx512vbmi2: 'avx512_vbmi2',
  avx512vnni: 'avx512_vnni',
  'bus-lock-detect': 'bus_lock_detect',
  'cmp-legacy': 'cmp_legacy',
  cr8legacy: 'cr8_legacy',
  ds: 'dts',
  'ds-cpl': 'ds_cpl',
  'flush-l1d': 'flush_l1d',
  'fxsr-opt': 'fxsr_opt',
  'intel-pt': 'intel_pt',
  'lahf-lm': 'lahf_lm',
  'md-clear': 'md_clear',
  'nodeid-msr': 'nodeid_msr',
  'nrip-save': 'nrip_save',
  'overflow-recov': 'overflow_recov',
  'pause-filter': 'pausefilter',
  'perfctr-core': 'perfctr_core',
  'perfctr-nb': 'perfctr_nb',
  'phe-en': 'phe_en',
  'pmm-en': 'pmm_en',
  sgxlc: 'sgx_lc',
  'sha-ni': 'sha_ni',
  'sse4.1': 'sse4_1',
  'sse4.2': 'sse4_2',
  'svm-lock': 'svm_lock',
  'tsc-adjust': 'tsc_adjust',
  'tsc-deadline': 'tsc_deadline_timer',
  'tsc-scale': 'tsc_scale',
  'tsx-ldtrk': 'tsxldtrk',
  'v-vmsave-vmload': 'v_vmsave_vmload',
  'virt-ssbd': 'virt_ssbd',
  'vmcb-clean': 'vmcb_clean',
  xcrypt: 'ace',
  'xcrypt-en': 'ace_en',
  xstore: 'rng',
  'xstore-en': 'rng_en',
};

/** Never printed by /proc/cpuinfo, whether the CPU has it or not. */
export const hidden = words(`
  amd-no-ssb amd-psfd amd-ssbd amd-stibp amx-avx512 amx-bf16-alias amx-complex amx-complex-alias
  amx-fp16 amx-fp16-alias amx-fp8 amx-int8-alias amx-movrs amx-tf32 apx-nci-ndd-nf apxf auto-ibrs
  avx-ifma avx-ne-convert avx-vnni-int16 avx-vnni-int8 avx10 avx10-128 avx10-256 avx10-512
  avx10-vnni-int bhi-ctrl bhi-no cet-ibt cet-ss cmpccxadd core-capability ddpd-u eraps fb-clear
  fbsdp-no fdp-excptn-only fs-gs-base-ns fsrc fsrs fzrm gds-no ibpb ibpb-brtype ibrs ibrs-all
  intel-psfd intel-pt-lip invtsc ipred-ctrl its-no lfence-always-serializing lkgs mcdt-no mds-no
  movrs msr-imm no-nested-data-bp null-sel-clr-base pbrsb-no pcommit perfmon-v2 pks prefetchi
  prefetchiti pschange-mc-no psdp-no rdctl-no rfds-clear rfds-no rrsba-ctrl rsba sbdr-ssdp-no sbpb
  sgx-aex-notify sgx-debug sgx-edeccssa sgx-exinfo sgx-kss sgx-mode64 sgx-provisionkey
  sgx-tokenkey sgx1 sgx2 sha512 skip-l1dfl-vmentry sm3 sm4 spec-ctrl split-lock-detect srso-no
  srso-user-kernel-no ssb-no ssbd stibp stibp-always-on svme-addr-chk taa-no tsa-l1-no tsa-sq-no
  tsx-ctrl verw-clear wrmsrns xfd zero-fcs-fds
`);

/** First kernel that prints the flag: an older one says nothing by not printing it. */
export const printedFrom: Readonly<Record<string, '6.1' | '6.12'>> = {
  'amx-bf16': '6.1',
  'amx-int8': '6.1',
  'amx-tile': '6.1',
  'avx-vnni': '6.1',
  'avx512-fp16': '6.1',
  'bus-lock-detect': '6.1',
  fred: '6.12',
  lam: '6.12',
  sgx: '6.1',
  sgxlc: '6.1',
  vnmi: '6.12',
};

/** Other spellings that QEMU takes and prints, to the canonical one. */
export const aliasOf: Readonly<Record<string, string>> = {
  cmp_legacy: 'cmp-legacy',
  ds_cpl: 'ds-cpl',
  ffxsr: 'fxsr-opt',
  fxsr_opt: 'fxsr-opt',
  i64: 'lm',
  lahf_lm: 'lahf-lm',
  nodeid_msr: 'nodeid-msr',
  nrip_save: 'nrip-save',
  pause_filter: 'pause-filter',
  pclmuldq: 'pclmulqdq',
  perfctr_core: 'perfctr-core',
  perfctr_nb: 'perfctr-nb',
  sse3: 'pni',
  'sse4-1': 'sse4.1',
  'sse4-2': 'sse4.2',
  sse4_1: 'sse4.1',
  sse4_2: 'sse4.2',
  svm_lock: 'svm-lock',
  tsc_adjust: 'tsc-adjust',
  tsc_scale: 'tsc-scale',
  vmcb_clean: 'vmcb-clean',
  xd: 'nx',
};

/** Offered by KVM or QEMU on every host, whatever the host shows. */
export const always = words(`
  arat arch-capabilities ht hypervisor mca mce mtrr pat topoext tsc-adjust tsc-deadline x2apic
`);

/** Not offered to guests, or not by default. */
export const never = words(`
  acpi cid core-capability dca ds ds-cpl dtes64 est extapic ia64 ibs intel-pt-lip lwp monitor
  nodeid-msr pbe pcommit perfctr-nb pn skinit smx split-lock-detect tce tm tm2 wdt xtpr
`);

/** Offered with nested virtualisation only; QEMU turns svm off in every named model. */
export const nested = words(`
  avic decodeassists flushbyasid lbrv npt nrip-save pause-filter pfthreshold svm svm-lock
  svme-addr-chk tsc-scale v-vmsave-vmload vgif vmcb-clean vmx vnmi
`);

/** Offered with the virtual PMU only. */
export const pmu = words(`
  arch-lbr pdcm perfctr-core perfmon-v2
`);

/** Bits of MSR 0x10a, IA32_ARCH_CAPABILITIES. */
export const archCapabilities = words(`
  bhi-no fb-clear fbsdp-no gds-no ibrs-all its-no mds-no pbrsb-no pschange-mc-no psdp-no rdctl-no
  rfds-clear rfds-no rsba sbdr-ssdp-no skip-l1dfl-vmentry ssb-no taa-no tsx-ctrl
`);

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}
