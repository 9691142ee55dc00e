import { type Check, defineCheck } from '../check.ts';
import { known, unknownBecause } from '../evidence.ts';
import type { CpuFacts } from '../facts/cpu.ts';
import { fail, pass, skip, warn } from '../judgement.ts';
import { counted } from '../wording.ts';
import { configuredCpuChecks } from './cpu/configured.ts';

const architecture = defineCheck({
  id: 'cpu.architecture',
  title: 'The CPU and the kernel are x86-64',
  why: 'Ganeti with KVM and the images of its guests are for x86-64; no other node can join them.',
  rules: ['CPU-02'],
  needs: ['cpu'],
  judge({ cpu }) {
    if (cpu.architecture === 'x86_64') return pass('the kernel runs as x86_64');
    const replace = 'replace the node by one with an x86-64 CPU';
    const longMode = cpu.flags.includes('lm');
    if (cpu.architecture !== null) {
      const reinstall = 'the CPU can do x86-64 (flag lm): install the amd64 system';
      return fail(
        `the kernel runs as ${cpu.architecture}, expected x86_64`,
        longMode ? reinstall : replace,
      );
    }
    if (cpu.flags.length === 0) unknownBecause('neither uname nor the CPU flags are known');
    if (longMode) return pass('the CPU is x86-64 (flag lm); what the kernel runs as is not known');
    return fail('the CPU lacks the flag lm, expected an x86-64 CPU', replace);
  },
});

const uniform = defineCheck({
  id: 'cpu.uniform',
  title: 'All CPUs of the node are alike',
  why: 'A guest moves between the CPUs of its node; it may only be promised what all of them have.',
  rules: ['CPU-04'],
  needs: ['cpu'],
  judge({ cpu }) {
    const count = cpu.kinds.reduce((sum, kind) => sum + kind.cpus.length, 0);
    if (cpu.differences.length === 0) {
      return pass(`${counted(count, 'logical CPU')}, all reporting the same`);
    }
    const found =
      `${cpu.kinds.length} kinds of CPU (${kindsOf(cpu)}) ` +
      `that differ in ${cpu.differences.join(', ')}`;
    if (looksHybrid(cpu)) {
      return warn(
        `${found}; one model with different features looks like a hybrid CPU`,
        'only what all cores have counts: configure a named cpu_type, never host',
      );
    }
    const microcodeAlone = cpu.differences.every((field) => field === 'microcode');
    return fail(
      `${found}; expected CPUs that report the same`,
      microcodeAlone
        ? 'install the microcode package and reboot, so that all CPUs run one revision'
        : 'fit CPUs of one model and stepping',
    );
  },
});

/** A hybrid CPU has one identity and cores with different features; mixed sockets differ in it. */
function looksHybrid(cpu: CpuFacts): boolean {
  const differ = (field: string) => cpu.differences.includes(field);
  const identity = ['vendor', 'family', 'model', 'stepping', 'modelName'].some(differ);
  return !identity && ['flags', 'vmxFlags'].some(differ);
}

function kindsOf(cpu: CpuFacts): string {
  return cpu.kinds.map((kind) => `${kind.cpus.length} x ${kind.modelName ?? 'unnamed'}`).join(', ');
}

const online = defineCheck({
  id: 'cpu.online',
  title: 'All CPUs of the node are in use',
  why: 'An offline CPU is capacity that is paid for and missing, and it may be one that failed.',
  rules: ['CPU-22'],
  needs: ['cpu'],
  judge({ cpu }) {
    const { present } = cpu;
    if (cpu.offline === null || present === null) {
      unknownBecause('the lists of present and offline CPUs are not known');
    }
    const found = topologyOf(cpu);
    // The kernel counts empty sockets and hotplug slots among the offline ones
    const offline = cpu.offline.filter((one) => present.includes(one));
    const [first] = offline;
    if (first === undefined) return pass(found);
    if (cpu.smt === 'off' || cpu.smt === 'forceoff') {
      return pass(`${found}; ${counted(offline.length, 'sibling')} offline by that`);
    }
    return warn(
      `${found}; offline: ${offline.join(', ')}, expected none`,
      `echo 1 > /sys/devices/system/cpu/cpu${first}/online, and look in dmesg for why`,
    );
  },
});

function topologyOf({ online, sockets, cores, smt }: CpuFacts): string {
  const parts = [
    online === null ? 'online CPUs not counted' : `${counted(online.length, 'logical CPU')} online`,
    sockets === null ? null : counted(sockets, 'socket'),
    cores === null ? null : counted(cores, 'core'),
    smt === null ? null : `SMT ${smt}`,
  ];
  return parts.filter((part) => part !== null).join(', ');
}

const microcodePackages: Record<string, string> = {
  GenuineIntel: 'intel-microcode',
  AuthenticAMD: 'amd64-microcode',
};

const microcodePackage = defineCheck({
  id: 'cpu.microcode-package',
  title: 'The microcode package of the CPU vendor is installed',
  why: 'New microcode brings the mitigation flags that guests need, and keeps equal CPUs equal.',
  rules: ['OS-12'],
  needs: ['cpu', 'os'],
  judge({ cpu, os }) {
    if (cpu.flags.includes('hypervisor')) {
      return skip('this is a virtual machine, whose microcode is that of the host beneath');
    }
    if (os.id === null) unknownBecause('the distribution is not known');
    if (os.id !== 'debian') return skip(`the package names of ${os.id} are not known`);
    const vendor = cpu.kinds[0]?.vendor ?? unknownBecause('the CPU vendor is not known');
    const name = microcodePackages[vendor];
    if (name === undefined) return skip(`Debian has no microcode package for ${vendor}`);
    const version = known(os.packages)[name];
    if (version === undefined) unknownBecause(`the agent did not look for the package ${name}`);
    if (version !== null) return pass(`${name} ${version} is installed`);
    return warn(
      `${name} is not installed, expected on a CPU of ${vendor}`,
      `apt-get install ${name} (from non-free-firmware), then reboot`,
    );
  },
});

const vulnerabilities = defineCheck({
  id: 'cpu.vulnerabilities',
  title: 'No CPU vulnerability is left open on the node',
  why:
    'Where microcode or kernel lack a mitigation, guests cannot be given its flag either, and ' +
    'one guest may read the memory of another.',
  rules: ['CPU-14'],
  needs: ['cpu'],
  judge({ cpu }) {
    const lines = Object.entries(known(cpu.vulnerabilities));
    if (lines.length === 0) unknownBecause('the kernel lists no vulnerabilities');
    // itlb_multihit prefixes its state with "KVM: "
    const open = lines.filter(([, line]) => /^(KVM: )?Vulnerable\b/.test(line));
    if (open.length === 0) return pass(`none of the ${lines.length} that the kernel knows is open`);
    return warn(
      `${open.map(([name, line]) => `${name}: ${line}`).join('; ')}; expected all mitigated`,
      'install the microcode package and a current kernel; boot without mitigations=off',
    );
  },
});

/** What the CPUs of a node are, and whether the configured `cpu_type` runs on them. */
export const cpuChecks: Check[] = [
  architecture,
  uniform,
  online,
  ...configuredCpuChecks,
  microcodePackage,
  vulnerabilities,
];
