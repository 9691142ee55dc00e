import { known, unknownBecause } from '../../../shared/evidence.ts';
import type { CpuFacts } from '../../../shared/facts/cpu.ts';
import type { Reference } from '../../../shared/policy-reference.ts';
import type { ClusterCheck } from '../cluster-check.ts';
import { type Declared, outlierCheck } from './outlier.ts';

/** The machines themselves against what is declared, or what most are. */
export const machineOutlierChecks: ClusterCheck[] = [
  outlierCheck({
    id: 'fleet.product',
    title: 'All nodes are the same product',
    why:
      'A machine of another make has other limits, other firmware and other spare parts; one ' +
      'among many is often an old one that was to be replaced.',
    rules: [],
    needs: ['inventory'],
    noun: 'product',
    untold: 'no machine states its product',
    remedy: 'give the machines of another make a node group of their own in the policy',
    read: ({ inventory: { manufacturer, product } }) =>
      product === null ? null : { manufacturer, product },
    spelled: ({ manufacturer, product }) =>
      manufacturer === null ? product : `${manufacturer} ${product}`,
    declared: ({ product: wanted }) =>
      wanted === undefined
        ? undefined
        : { spelled: wanted, holds: ({ product }) => product === wanted },
  }),
  outlierCheck({
    id: 'fleet.firmware',
    title: 'Machines of one product have the same firmware',
    why:
      'The firmware brings the first microcode, the settings of virtualisation and the cure of ' +
      'known faults; a node with another one behaves as another machine.',
    rules: [],
    needs: ['inventory'],
    noun: 'firmware',
    untold: 'no machine states the version of its firmware',
    remedy: 'bring all machines to one version, node by node, each emptied before',
    read: ({ inventory: { firmwareVersion: version, firmwareDate: date } }) =>
      version === null ? null : { version, date },
    spelled: ({ version, date }) => (date === null ? version : `${version} of ${date}`),
    among: ({ inventory }) => inventory.product ?? '',
    declared: ({ firmware: wanted }) =>
      wanted === undefined
        ? undefined
        : { spelled: wanted, holds: ({ version }) => version === wanted },
  }),
  outlierCheck({
    id: 'fleet.cpus',
    title: 'All nodes have as many CPUs',
    why:
      'A socket that is empty or not seen, or cores switched off in the firmware, halve what a ' +
      'node can carry; nothing else tells of it.',
    rules: [],
    needs: ['cpu'],
    noun: 'CPUs',
    untold: 'no node tells its sockets and cores',
    remedy: 'compare lscpu of the nodes, and the settings of cores and sockets in the firmware',
    read: countsIn,
    spelled: ({ sockets, cores, threads }) =>
      `${sockets} × ${cores / sockets} cores, ${threads} threads`,
    declared: declaredCpus,
  }),
  outlierCheck({
    id: 'fleet.microcode',
    title: 'All CPUs run the microcode that the policy declares',
    why:
      'Microcode closes holes between guests; that all nodes are alike says nothing when all of ' +
      'them are behind.',
    rules: [],
    needs: ['cpu'],
    noun: 'microcode',
    untold: 'no node tells its microcode',
    remedy: 'install the microcode package of the CPU vendor, then reboot the node',
    read: ({ cpu }) => {
      const revisions = cpu.kinds.map((kind) => kind.microcode ?? unknownBecause('none shown'));
      return [...new Set(revisions)].sort().join(' and ');
    },
    spelled: (revision) => revision,
    undeclared: 'the policy declares no microcode; cpu.microcode-equal compares like CPUs',
    declared: ({ microcode: wanted }) =>
      wanted === undefined
        ? undefined
        : { spelled: wanted, holds: (revision) => revision === wanted },
  }),
  outlierCheck({
    id: 'fleet.kernel-parameters',
    title: 'The kernels of all nodes are started alike',
    why:
      'Words of the kernel command line for CPU, KVM and memory decide what guests get; a node ' +
      'with others gives its guests another machine.',
    rules: ['CPU-15'],
    needs: ['os'],
    noun: 'kernel command line',
    untold: 'no node tells its kernel command line',
    remedy: 'make GRUB_CMDLINE_LINUX equal in /etc/default/grub, update-grub, reboot',
    read: ({ os }) => known(os.kernelParameters).toSorted(),
    spelled: (words) => (words.length === 0 ? 'without such words' : words.join(' ')),
  }),
];

interface Counts {
  sockets: number;
  cores: number;
  threads: number;
}

function countsIn({ cpu }: { cpu: CpuFacts }): Counts | null {
  const { sockets, cores, kinds } = cpu;
  if (sockets === null || cores === null || sockets === 0) return null;
  return { sockets, cores, threads: new Set(kinds.flatMap(({ cpus }) => cpus)).size };
}

function declaredCpus({ sockets, cores }: Reference): Declared<Counts> | undefined {
  if (sockets === undefined && cores === undefined) return undefined;
  const words = [
    sockets === undefined ? '' : `sockets ${sockets}`,
    cores === undefined ? '' : `cores ${cores}`,
  ];
  return {
    spelled: words.filter((word) => word !== '').join(', '),
    holds: (found) =>
      found.sockets === (sockets ?? found.sockets) && found.cores === (cores ?? found.cores),
  };
}
