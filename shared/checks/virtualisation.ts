import { type Check, defineCheck } from '../check.ts';
import { known, unknownBecause } from '../evidence.ts';
import { fail, pass, skip, warn } from '../judgement.ts';
import { usableKvm } from './virtualisation/kvm.ts';
import { flagOf, moduleOf } from './virtualisation/support.ts';

const flag = defineCheck({
  id: 'virtualisation.flag',
  title: 'The CPU offers hardware virtualisation',
  why: 'Without vmx (Intel) or svm (AMD) KVM has nothing to work with, and guests are emulated.',
  rules: ['VIRT-01'],
  needs: ['cpu', 'kvm', 'qemu'],
  judge({ cpu, kvm, qemu }) {
    const name = flagOf(cpu);
    if (name !== null) return pass(`every CPU has the flag ${name}`);
    if (cpu.flags.length === 0) unknownBecause('the CPU flags are not known');
    const found = 'the CPU has neither the flag vmx nor svm';
    const started = qemu.kvm.status === 'ok';
    if (started || kvm.opening.status === 'ok') {
      const proof = started ? 'QEMU started a virtual machine with it' : '/dev/kvm opens';
      return warn(
        `${found}, yet KVM works (${proof}), as it can on a rented or nested machine`,
        'for production take bare metal, or switch on nested virtualisation',
      );
    }
    return fail(
      `${found}, expected one of them`,
      'switch on VT-x or SVM in the firmware; in a virtual machine, nested virtualisation',
    );
  },
});

const kernelModule = defineCheck({
  id: 'virtualisation.module',
  title: 'The KVM module of the CPU vendor is loaded',
  why: '/dev/kvm is the work of kvm_intel or kvm_amd; without the right one no guest starts.',
  rules: ['VIRT-03'],
  consequenceOf: [{ check: 'virtualisation.flag' }],
  needs: ['cpu', 'kvm'],
  judge({ cpu, kvm }) {
    const modules = known(kvm.modules);
    const wanted = moduleOf(cpu) ?? unknownBecause('the CPU vendor is not known');
    const found =
      modules.length === 0 ? 'no KVM module is loaded' : `loaded: ${modules.join(', ')}`;
    if (modules.includes(wanted)) return pass(found);
    if (kvm.opening.status === 'ok') {
      return warn(
        `${found}; expected ${wanted}, yet /dev/kvm opens`,
        `for production take a kernel and a CPU that ${wanted} serves`,
      );
    }
    return fail(
      `${found}; expected ${wanted}`,
      `modprobe ${wanted} && echo ${wanted} > /etc/modules-load.d/kvm.conf`,
    );
  },
});

const bareMetal = defineCheck({
  id: 'virtualisation.bare-metal',
  title: 'The node is not a virtual machine itself',
  why: 'Guests of a virtual machine are slow, and a move of it may change the CPU beneath them.',
  rules: ['VIRT-08'],
  needs: ['cpu'],
  judge({ cpu }) {
    if (cpu.flags.length === 0) unknownBecause('the CPU flags are not known');
    if (!cpu.flags.includes('hypervisor')) return pass('no hypervisor shows above this node');
    return warn(
      'the CPU has the flag hypervisor: this is a virtual machine, expected bare metal',
      'fine for a laboratory; for production install on bare metal',
    );
  },
});

const vhostNet = defineCheck({
  id: 'virtualisation.vhost-net',
  title: 'The kernel offers vhost-net',
  why: 'With vhost_net=true a guest does not start on a node without /dev/vhost-net.',
  rules: ['VIRT-10'],
  needs: ['kvm'],
  judge({ kvm }, policy) {
    if (!policy.hvparams.vhost_net) return skip('the policy sets vhost_net to false');
    if (known(kvm.vhostNet)) return pass('/dev/vhost-net is there');
    return fail(
      '/dev/vhost-net does not exist, expected it as vhost_net is true',
      'modprobe vhost_net && echo vhost_net > /etc/modules-load.d/vhost_net.conf',
    );
  },
});

const tun = defineCheck({
  id: 'virtualisation.tun',
  title: 'The kernel offers tap interfaces',
  why: 'Every network interface of a guest is a tap device, made through /dev/net/tun.',
  rules: ['VIRT-11'],
  needs: ['kvm'],
  judge({ kvm }) {
    if (known(kvm.tun)) return pass('/dev/net/tun is there');
    return fail(
      '/dev/net/tun does not exist, expected it',
      'modprobe tun && echo tun > /etc/modules-load.d/tun.conf',
    );
  },
});

/** Whether guests can run on this node with KVM, and with which help of the kernel. */
export const virtualisationChecks: Check[] = [
  flag,
  kernelModule,
  usableKvm,
  bareMetal,
  vhostNet,
  tun,
];
