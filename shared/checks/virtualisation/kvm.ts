import { defineCheck, type Judgement, type Needed } from '../../check.ts';
import { known } from '../../evidence.ts';
import { fail, pass } from '../../judgement.ts';
import type { Failure } from '../../reading.ts';
import { flagOf, moduleOf } from './support.ts';

/** KVM is judged by use: QEMU's own start with it, or else the opening of the device. */
export const usableKvm = defineCheck({
  id: 'virtualisation.kvm',
  title: 'KVM is usable',
  why: 'Without it QEMU emulates the CPU and guests crawl; gnt-cluster verify does not notice.',
  rules: ['VIRT-02', 'VIRT-04'],
  consequenceOf: [{ check: 'virtualisation.module' }, { check: 'virtualisation.flag' }],
  needs: ['cpu', 'kvm', 'qemu'],
  judge(facts) {
    const { kvm, qemu } = facts;
    if (qemu.kvm.status === 'ok') {
      return pass('QEMU started a virtual machine with KVM on this node');
    }
    if (kvm.opening.status === 'failed') return notOpened(facts, kvm.opening.error);
    if (qemu.binary === null) {
      return pass('/dev/kvm opens; only the opening was tried, as no QEMU is installed');
    }
    if (!refused(qemu.kvm.error)) known(qemu.kvm);
    return fail(
      `/dev/kvm opens, but QEMU does not start with KVM: ${qemu.kvm.error.message}`,
      `try ${qemu.binary} -machine none -accel kvm -nodefaults -display none, and see dmesg`,
    );
  },
});

/** A refusal is an answer; a late, unreadable or unrecorded one is none. */
function refused(failure: Failure): boolean {
  return failure.kind === 'exit_code' || failure.kind === 'denied';
}

function notOpened(facts: Needed<'cpu' | 'kvm'>, failure: Failure): Judgement {
  const device = failure.kind === 'not_found' ? null : known(facts.kvm.device);
  if (device === null) return noDevice(facts);
  const { type, major, minor, mode } = device;
  if (type !== 'character' || major !== 10 || minor !== 232) {
    const numbers = major === null || minor === null ? '' : ` ${major}:${minor}`;
    return fail(
      `/dev/kvm is a ${type}${numbers}, expected the character device 10:232`,
      'rm /dev/kvm && mknod -m 0660 /dev/kvm c 10 232 && chgrp kvm /dev/kvm',
    );
  }
  if (failure.kind !== 'denied') known(facts.kvm.opening);
  return fail(
    `/dev/kvm (mode ${mode}) may not be opened by the agent: ${failure.message}`,
    'run the agent as root or in the group kvm; as root, look for a container or device rule',
  );
}

function noDevice({ cpu, kvm }: Needed<'cpu' | 'kvm'>): Judgement {
  const missing = '/dev/kvm does not exist';
  const flag = flagOf(cpu);
  if (flag === null) {
    return fail(
      `${missing} and the CPU has neither vmx nor svm: virtualisation is locked in the firmware`,
      'switch on VT-x or SVM in the firmware; in a virtual machine, nested virtualisation',
    );
  }
  const wanted = moduleOf(cpu) ?? 'kvm';
  if (known(kvm.modules).includes(wanted)) {
    return fail(
      `${missing}, though the CPU has ${flag} and the module ${wanted} is loaded`,
      'look for a container that lacks the device; otherwise udevadm trigger, and dmesg',
    );
  }
  return fail(
    `${missing}: the CPU has ${flag}, but the module ${wanted} is not loaded`,
    `modprobe ${wanted}; if it says "Operation not supported", the firmware locks virtualisation`,
  );
}
