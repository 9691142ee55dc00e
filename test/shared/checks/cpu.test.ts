import type { CpuFacts } from '../../../shared/facts/cpu.ts';
import { failed, ok, sampleReport } from '../../sample-report.ts';
import { tableOf } from './verdict.ts';

const cpu = (facts: Partial<CpuFacts>) => ({ cpu: { facts } });
tableOf('cpu.architecture', {
  'a 32-bit kernel on a 64-bit CPU': {
    sections: cpu({ architecture: 'i686' }),
    says: 'fail: the kernel runs as i686, expected x86_64',
  },
  'a recording without uname, with the flag lm': {
    sections: cpu({ architecture: null }),
    says: 'pass: the CPU is x86-64 (flag lm); what the kernel runs as is not known',
  },
  'a recording without uname, without the flag lm': {
    sections: cpu({ architecture: null, flags: ['lm_bad', 'pae'] }),
    says: 'fail: the CPU lacks the flag lm, expected an x86-64 CPU',
  },
  'neither uname nor flags': {
    sections: cpu({ architecture: null, flags: [] }),
    says: 'unknown: neither uname nor the CPU flags are known',
  },
});

tableOf('cpu.uniform', {
  'two steppings in one node': {
    sections: cpu({ kinds: kinds(), differences: ['stepping', 'flags'] }),
    says:
      'fail: 2 kinds of CPU (4 x Xeon, 4 x unnamed) that differ in stepping, flags; ' +
      'expected CPUs that report the same',
  },
  'one CPU without the new microcode': {
    sections: cpu({ kinds: kinds(), differences: ['microcode'] }),
    says:
      'fail: 2 kinds of CPU (4 x Xeon, 4 x unnamed) that differ in microcode; ' +
      'expected CPUs that report the same',
  },
  'a hybrid CPU': {
    sections: cpu({ kinds: kinds(), differences: ['vmxFlags'] }),
    says:
      'warn: 2 kinds of CPU (4 x Xeon, 4 x unnamed) that differ in vmxFlags; ' +
      'one model with different features looks like a hybrid CPU',
  },
});

function kinds(): CpuFacts['kinds'] {
  const outcome = sampleReport().sections.cpu;
  const [kind] = outcome?.status === 'ok' ? outcome.facts.kinds : [];
  if (kind === undefined) throw new Error('the sample has no CPU');
  return [
    { ...kind, cpus: [0, 1, 2, 3], modelName: 'Xeon' },
    { ...kind, cpus: [4, 5, 6, 7], modelName: null },
  ];
}

tableOf('cpu.online', {
  'siblings that SMT switches off': {
    sections: cpu({ smt: 'off', online: [0, 1], offline: [2, 3], cores: 2 }),
    says: 'pass: 2 logical CPUs online, 1 socket, 2 cores, SMT off; 2 siblings offline by that',
  },
  'a CPU that went offline': {
    sections: cpu({ offline: [5] }),
    says: 'warn: 8 logical CPUs online, 1 socket, 4 cores, SMT on; offline: 5, expected none',
  },
  'slots that hold no CPU': {
    sections: cpu({ offline: [8, 9, 10, 11] }),
    says: 'pass: 8 logical CPUs online, 1 socket, 4 cores, SMT on',
  },
  'no list of offline CPUs': {
    sections: cpu({ offline: null }),
    says: 'unknown: the lists of present and offline CPUs are not known',
  },
  'no list of present CPUs': {
    sections: cpu({ present: null }),
    says: 'unknown: the lists of present and offline CPUs are not known',
  },
});

tableOf('cpu.microcode-package', {
  'a virtual machine': {
    sections: cpu({ flags: ['hypervisor'] }),
    says: 'skip: this is a virtual machine, whose microcode is that of the host beneath',
  },
  'another distribution': {
    sections: { os: { facts: { id: 'rocky' } } },
    says: 'skip: the package names of rocky are not known',
  },
  'an agent that did not look': {
    sections: { os: { facts: { packages: { value: { 'intel-microcode': undefined } } } } },
    says: 'unknown: the agent did not look for the package intel-microcode',
  },
  'no dpkg': {
    sections: { os: { facts: { packages: failed('not_found', 'dpkg-query: no such command') } } },
    says: 'unknown: dpkg-query: no such command',
  },
});

tableOf('cpu.vulnerabilities', {
  'two that are open': {
    sections: cpu({
      vulnerabilities: ok({ itlb_multihit: 'KVM: Vulnerable', mds: 'Vulnerable; SMT vulnerable' }),
    }),
    says:
      'warn: itlb_multihit: KVM: Vulnerable; mds: Vulnerable; SMT vulnerable; expected ' +
      'all mitigated',
  },
  'a mitigated one that mentions vulnerable SMT': {
    sections: cpu({
      vulnerabilities: ok({ mds: 'Mitigation: Clear CPU buffers; SMT vulnerable' }),
    }),
    says: 'pass: none of the 4 that the kernel knows is open',
  },
});
