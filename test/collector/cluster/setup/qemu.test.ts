import { ok } from '../../seed-cluster.ts';
import { guest, second, third } from './installed.ts';
import { table } from './table.ts';

const needs = 'so each QEMU takes its own; expected a versioned type';

table('qemu.machines-set', [
  ['is offered', {}, ['pass machine_version pc-i440fx-7.2 of the cluster is offered by 3 nodes']],
  [
    'is empty',
    { hvparams: { machine_version: '' } },
    [`warn machine_version of the cluster is empty, ${needs}`],
  ],
  [
    'has no version',
    { hvparams: { machine_version: 'pc' } },
    [`warn machine_version pc of the cluster, ${needs}`],
  ],
  [
    "of a guest is not offered by the mirror's node",
    {
      instance: ({ hvparams }) => {
        hvparams.machine_version = 'pc-i440fx-7.1';
      },
      hosts: {
        2: ({ qemu }) => {
          if (qemu.kvm.status !== 'ok') return;
          qemu.kvm.value.machines = qemu.kvm.value.machines.filter(
            ({ name }) => name !== 'pc-i440fx-7.1',
          );
        },
      },
    },
    [
      `fail machine_version pc-i440fx-7.1 of ${guest} is not offered by the QEMU of ${second}; ` +
        'expected it there',
    ],
  ],
  [
    'is not known of a node without QEMU',
    {
      hosts: {
        3: ({ qemu }) => {
          qemu.binary = null;
        },
      },
    },
    [
      `unknown machine_version pc-i440fx-7.2 of the cluster: not known of ${third} (no QEMU is ` +
        'installed)',
    ],
  ],
]);

table('qemu.kvm-path', [
  ['is what was looked at', {}, ['pass kvm_path is /usr/bin/kvm']],
  [
    'is another',
    {
      instance: ({ hvparams }) => {
        hvparams.kvm_path = '/opt/kvm';
      },
    },
    [
      `warn kvm_path of ${guest} is /opt/kvm, expected it on ganeti01.example.org (/usr/bin/kvm) ` +
        'and ganeti02.example.org (/usr/bin/kvm)',
    ],
  ],
  [
    'has no QEMU at all behind it',
    {
      hosts: {
        3: ({ qemu }) => {
          qemu.binary = null;
        },
      },
    },
    [`fail kvm_path of the cluster is /usr/bin/kvm, expected it on ${third} (no QEMU)`],
  ],
]);

const caps = (migration_caps: string, version = '7.2.22') => ({
  hvparams: { migration_caps },
  hosts: {
    3: ({ qemu }: { qemu: { version: unknown } }) => {
      qemu.version = ok(version);
    },
  },
});
const bothEnds = 'expected it at both ends';

table('qemu.migration-caps', [
  ['are known', caps('auto-converge:multifd'), ['pass auto-converge and multifd at all nodes']],
  ['at its first version', caps('multifd', '4.0.0'), ['pass multifd at all nodes']],
  [
    'before its first version',
    caps('multifd', '3.1.9'),
    [`fail multifd of the cluster is not known to ${third} (QEMU 3.1.9); ${bothEnds}`],
  ],
  ['at its last version', caps('compress', '9.0.9'), ['pass compress at all nodes']],
  [
    'after its last version',
    caps('compress', '9.1.0'),
    [`fail compress of the cluster is not known to ${third} (QEMU 9.1.0); ${bothEnds}`],
  ],
  [
    'a name that nobody knows here',
    caps('faster'),
    ['unknown whether QEMU knows "faster" of the cluster'],
  ],
]);
