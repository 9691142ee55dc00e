import type { QemuFacts } from '../../../shared/facts/qemu.ts';
import { type Changes, failed, ok } from '../../sample-report.ts';
import { tableOf } from './verdict.ts';

const qemu = (facts: Changes<QemuFacts>) => ({ qemu: { facts } });
const machine = (machine_version: string | undefined) => ({ hvparams: { machine_version } });
const unversioned =
  ', so nodes with different QEMUs start guests with different machine types; ' +
  'expected a versioned one';

tableOf('qemu.present', {
  missing: {
    sections: qemu({ binary: null }),
    says: 'fail: no QEMU binary was found, expected one',
  },
  'missing at the path of the policy': {
    sections: qemu({ binary: null }),
    policy: { hvparams: { kvm_path: '/opt/kvm' } },
    says: 'fail: no QEMU binary was found at /opt/kvm, expected one',
  },
});

tableOf('qemu.version-known', {
  'the oldest that Ganeti takes': {
    sections: qemu({ version: ok('2.12.0'), packageVersion: null }),
    says: 'pass: QEMU 2.12.0',
  },
  'one older': {
    sections: qemu({ version: ok('2.11.2'), packageVersion: null }),
    says: 'fail: QEMU 2.11.2, expected at least 2.12',
  },
  'ten is more than two': {
    sections: qemu({ version: ok('10.0.13'), packageVersion: 'Debian 1:10.0.13' }),
    says: 'pass: QEMU 10.0.13 (Debian 1:10.0.13)',
  },
  'no version': {
    sections: qemu({ version: ok('unknown') }),
    says: 'unknown: "unknown" is not a version of QEMU',
  },
  'an answer that failed': {
    sections: qemu({ version: failed('timed_out', 'kvm -version: gave up') }),
    says: 'unknown: kvm -version: gave up',
  },
  'no QEMU': {
    sections: qemu({ binary: null }),
    says: 'skip: no QEMU is installed: see qemu.present',
  },
});

tableOf('qemu.machine-version', {
  'none in the policy': {
    policy: machine(undefined),
    says: 'skip: the policy names no machine_version',
  },
  'an empty one': { policy: machine(''), says: `warn: machine_version is empty${unversioned}` },
  'an alias': {
    policy: machine('pc'),
    says: `warn: pc stands for pc-i440fx-7.2 on this node${unversioned}`,
  },
  'a newer one than this QEMU has': {
    policy: machine('pc-i440fx-8.2'),
    says:
      'fail: QEMU on this node offers no machine type "pc-i440fx-8.2"; ' +
      'the nearest name is pc-i440fx-7.2',
  },
  'a deprecated one': {
    policy: machine('pc-i440fx-2.0'),
    says: 'warn: QEMU on this node marks pc-i440fx-2.0 as deprecated',
  },
  'without KVM, by -machine help': {
    sections: qemu({ kvm: failed('denied', 'no KVM') }),
    says: 'pass: QEMU on this node offers pc-i440fx-7.2',
  },
  'neither KVM nor help': {
    sections: qemu({ kvm: failed('denied', 'no KVM'), machineHelp: failed('other', 'no help') }),
    says: 'unknown: no help',
  },
  'no QEMU': {
    sections: qemu({ binary: null }),
    says: 'unknown: no QEMU is installed on this node to be asked',
  },
});
