import { guest, second, third } from './installed.ts';
import { table } from './table.ts';

const all = 'runs on 3 nodes';

table('cpu.types-set', [
  ['runs everywhere', {}, [`pass cpu_type Skylake-Server-v3 of the cluster ${all}`]],
  [
    'is not set: QEMU takes its own',
    { hvparams: { cpu_type: '' } },
    ['warn cpu_type of the cluster is empty, so QEMU takes qemu64; expected a named model'],
  ],
  [
    'is a generic one',
    { hvparams: { cpu_type: 'kvm64-v1' } },
    ['warn cpu_type of the cluster is kvm64-v1; expected a named model'],
  ],
  [
    'of the cluster runs nowhere',
    { hvparams: { cpu_type: 'Cascadelake-Server-v3' } },
    [
      'fail cpu_type Cascadelake-Server-v3 of the cluster does not run in full on ' +
        'ganeti01.example.org (no avx512-vnni), ganeti02.example.org (no avx512-vnni) and ' +
        'ganeti03.example.org (no avx512-vnni); expected it to',
    ],
  ],
  [
    'of one instance is known to no QEMU of its nodes',
    {
      instance: ({ hvparams }) => {
        hvparams.cpu_type = 'CascadeLake';
      },
    },
    [
      `fail cpu_type CascadeLake of ${guest} does not run in full on ganeti01.example.org (its ` +
        'QEMU does not know the model) and ganeti02.example.org (its QEMU does not know the ' +
        'model); expected it to',
    ],
  ],
  [
    'of an operating system is judged with the rest',
    {
      config: ({ cluster }) => {
        cluster.osHvparams = { debian: { kvm: { cpu_type: 'Skylake-Server-v1' } } };
      },
    },
    [
      'fail cpu_type Skylake-Server-v1 of OS debian does not run in full on ' +
        'ganeti01.example.org (no hle and rtm), ganeti02.example.org (no hle and rtm) and ' +
        'ganeti03.example.org (no hle and rtm); expected it to',
    ],
  ],
  [
    'host is what the node has',
    { hvparams: { cpu_type: 'host' } },
    [`pass cpu_type host of the cluster ${all}`],
  ],
  [
    'nothing is asked where KVM is not enabled',
    {
      config: ({ cluster }) => {
        cluster.enabledHypervisors = ['xen-pvm'];
      },
    },
    ['skip KVM is not an enabled hypervisor'],
  ],
]);

const masked = (cpu_mask: string) => ({ hvparams: { cpu_mask } });
const everywhere = (missing: string) =>
  `ganeti01.example.org (no CPU ${missing}), ganeti02.example.org (no CPU ${missing}) and ` +
  `ganeti03.example.org (no CPU ${missing})`;

table('cpu.mask', [
  ['the last CPU', masked('0-6,7'), ['pass 1 cpu_mask, of CPUs that are there']],
  ['one for each virtual CPU', masked('0:1:all'), ['pass 1 cpu_mask, of CPUs that are there']],
  ['escaped', masked('0\\,1'), ['pass 1 cpu_mask, of CPUs that are there']],
  ['one more', masked('7-8'), [`fail cpu_mask 7-8 of the cluster does not fit ${everywhere('8')}`]],
  ['upside down', masked('3-1'), ['fail cpu_mask 3-1 of the cluster is not valid']],
  ['no mask', masked('one'), ['fail cpu_mask one of the cluster is not valid']],
  [
    'a CPU that is off on one node; another does not tell',
    {
      ...masked('7'),
      hosts: {
        2: ({ cpu }) => {
          cpu.online = [0, 1, 2, 3];
        },
        3: ({ cpu }) => {
          cpu.online = null;
        },
      },
    },
    [
      `fail cpu_mask 7 of the cluster does not fit ${second} (no CPU 7)`,
      `unknown online CPUs not known of ${third} (not readable)`,
    ],
  ],
]);
