import type { KvmFacts } from '../../../shared/facts/kvm.ts';
import { type Changes, failed, ok } from '../../sample-report.ts';
import { tableOf } from './verdict.ts';

const kvm = (facts: Changes<KvmFacts>) => ({ kvm: { facts } });
const flags = (...names: string[]) => ({ cpu: { facts: { flags: names } } });
const refused = { qemu: { facts: { kvm: failed('exit_code', 'could not access KVM') } } };
const noQemu = {
  qemu: { facts: { binary: null, kvm: failed('not_found', 'no QEMU is installed') } },
};
const noDevice = { device: ok(null), opening: failed('not_found', '/dev/kvm: not found') };

tableOf('virtualisation.flag', {
  'an AMD CPU': { sections: flags('lm', 'svm'), says: 'pass: every CPU has the flag svm' },
  'a flag that only looks like it': {
    sections: { ...flags('svm_lock'), ...kvm(noDevice), ...refused },
    says: 'fail: the CPU has neither the flag vmx nor svm, expected one of them',
  },
  'no flag, but QEMU started a machine': {
    sections: flags('lm'),
    says:
      'warn: the CPU has neither the flag vmx nor svm, yet KVM works ' +
      '(QEMU started a virtual machine with it), as it can on a rented or nested machine',
  },
  'no flag and no QEMU, but the device opens': {
    sections: { ...flags('lm'), ...noQemu },
    says:
      'warn: the CPU has neither the flag vmx nor svm, yet KVM works (/dev/kvm opens), ' +
      'as it can on a rented or nested machine',
  },
  'no flags at all': { sections: flags(), says: 'unknown: the CPU flags are not known' },
});

tableOf('virtualisation.module', {
  'the module of the other vendor': {
    sections: kvm({ modules: ok(['kvm', 'kvm_amd']), opening: failed('not_found', 'none') }),
    says: 'fail: loaded: kvm, kvm_amd; expected kvm_intel',
  },
  'another module that serves the device': {
    sections: kvm({ modules: ok(['kvm', 'kvm_pvm']) }),
    says: 'warn: loaded: kvm, kvm_pvm; expected kvm_intel, yet /dev/kvm opens',
  },
  'no module': {
    sections: kvm({ modules: ok([]), opening: failed('not_found', 'none') }),
    says: 'fail: no KVM module is loaded; expected kvm_intel',
  },
  'modules that cannot be listed': {
    sections: kvm({ modules: failed('denied', '/proc/modules: denied') }),
    says: 'unknown: /proc/modules: denied',
  },
});

tableOf('virtualisation.kvm', {
  'no QEMU, but the device opens': {
    sections: noQemu,
    says: 'pass: /dev/kvm opens; only the opening was tried, as no QEMU is installed',
  },
  'the device opens, but QEMU is refused': {
    sections: refused,
    says: 'fail: /dev/kvm opens, but QEMU does not start with KVM: could not access KVM',
  },
  'QEMU did not answer in time': {
    sections: { qemu: { facts: { kvm: failed('timed_out', 'QEMU gave up after 10 s') } } },
    says: 'unknown: QEMU gave up after 10 s',
  },
  'no device, and the firmware hides the flag': {
    sections: { ...flags('lm'), ...kvm(noDevice), ...refused },
    says:
      'fail: /dev/kvm does not exist and the CPU has neither vmx nor svm: ' +
      'virtualisation is locked in the firmware',
  },
  'no device, as the module is not loaded': {
    sections: { ...kvm({ ...noDevice, modules: ok(['kvm']) }), ...refused },
    says: 'fail: /dev/kvm does not exist: the CPU has vmx, but the module kvm_intel is not loaded',
  },
  'no device, though the module is loaded': {
    sections: { ...kvm(noDevice), ...refused },
    says:
      'fail: /dev/kvm does not exist, though the CPU has vmx and the module kvm_intel ' +
      'is loaded',
  },
  'no permission': {
    sections: { ...kvm({ opening: failed('denied', '/dev/kvm: permission denied') }), ...refused },
    says: 'fail: /dev/kvm (mode 0660) may not be opened by the agent: /dev/kvm: permission denied',
  },
  'a plain file in its place': {
    sections: {
      ...kvm({
        device: ok({ type: 'file', major: null, minor: null, mode: '0644' }),
        opening: failed('other', 'not a device'),
      }),
      ...refused,
    },
    says: 'fail: /dev/kvm is a file, expected the character device 10:232',
  },
  'a recording without the device': {
    sections: {
      ...kvm({
        device: failed('not_recorded', '/dev/kvm is not part of the recording'),
        opening: failed('not_recorded', '/dev/kvm is not part of the recording'),
      }),
      ...noQemu,
    },
    says: 'unknown: /dev/kvm is not part of the recording',
  },
});

tableOf('virtualisation.bare-metal', {
  'a virtual machine': {
    sections: flags('hypervisor', 'lm'),
    says: 'warn: the CPU has the flag hypervisor: this is a virtual machine, expected bare metal',
  },
});

tableOf('virtualisation.vhost-net', {
  'not wanted': {
    sections: kvm({ vhostNet: ok(false) }),
    policy: { hvparams: { vhost_net: false } },
    says: 'skip: the policy sets vhost_net to false',
  },
  missing: {
    sections: kvm({ vhostNet: ok(false) }),
    says: 'fail: /dev/vhost-net does not exist, expected it as vhost_net is true',
  },
  'not readable': {
    sections: kvm({ vhostNet: failed('denied', '/dev: denied') }),
    says: 'unknown: /dev: denied',
  },
});

tableOf('virtualisation.tun', {
  missing: {
    sections: kvm({ tun: ok(false) }),
    says: 'fail: /dev/net/tun does not exist, expected it',
  },
});
