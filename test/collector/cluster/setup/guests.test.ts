import { MIB } from '../../../../shared/units.ts';
import { ok } from '../../seed-cluster.ts';
import { type Changes, first, guest, plainInstance, running, second } from './installed.ts';
import { table } from './table.ts';

table('guests.frozen', [
  ['as configured', {}, ['pass 1 running guest, each as configured']],
  [
    'an older CPU',
    { hosts: { 1: running({ cpu: 'Haswell' }) } },
    [`warn [${first}] not as configured: ${guest} with CPU Haswell, expected Skylake-Server-v3`],
  ],
  [
    'no CPU at all',
    { hosts: { 1: running({ cpu: null }) } },
    [`warn [${first}] not as configured: ${guest} with CPU of QEMU, expected Skylake-Server-v3`],
  ],
  [
    'a CPU where none is configured any more',
    { hvparams: { cpu_type: '' } },
    [`warn [${first}] not as configured: ${guest} with CPU Skylake-Server-v3, expected none named`],
  ],
  ['an escaped comma is a comma', escaped(), ['pass 1 running guest, each as configured']],
  [
    'machine, memory and virtual CPUs',
    { hosts: { 1: running({ machine: 'pc-i440fx-5.2', memoryBytes: 256 * MIB, vcpus: 2 }) } },
    [
      `warn [${first}] not as configured: ${guest} with machine pc-i440fx-5.2, expected ` +
        'pc-i440fx-7.2, 256 MiB of memory, expected 512 MiB, 2 virtual CPUs, expected 1',
    ],
  ],
  [
    'any machine, where none is configured',
    { hvparams: { machine_version: '' }, hosts: { 1: running({ machine: 'pc-i440fx-5.2' }) } },
    ['pass 1 running guest, each as configured'],
  ],
  [
    'no guest runs',
    {
      hosts: {
        1: ({ guests }) => {
          guests.guests = [];
        },
      },
    },
    ['skip no guest runs'],
  ],
  [
    'a guest whose command line cannot be read',
    {
      hosts: {
        1: ({ guests }) => {
          for (const { process } of guests.guests) {
            if (process.status === 'ok' && process.value.state === 'running') {
              const error = { kind: 'denied' as const, message: 'no', source: null };
              process.value.arguments = { status: 'failed', error };
            }
          }
        },
      },
    },
    [`unknown the command line not known of ${guest} on ${first}`],
  ],
]);

function escaped(): Changes {
  return {
    hvparams: { cpu_type: 'Skylake-Server-v3\\,enforce' },
    hosts: { 1: running({ cpu: 'Skylake-Server-v3,enforce' }) },
  };
}

/** The guest as it was started, and the QEMU of the node that mirrors it. */
const moving = (given: Parameters<typeof running>[0], version = '7.2.22'): Changes => ({
  hosts: {
    1: running(given),
    2: ({ qemu }) => {
      qemu.version = ok(version);
    },
  },
});
const taken = 'pass 1 running guest, each with a node that takes it';
const refused = (what: string) => [
  `fail [${first}] cannot be taken over: ${guest}: ${second} has no ${what}; expected all that ` +
    'it has',
];

table('guests.takeover', [
  ['can be', {}, [taken]],
  [
    'a machine that the other QEMU has not',
    moving({ machine: 'pc-i440fx-9.9' }),
    refused('machine pc-i440fx-9.9'),
  ],
  [
    'features that the other CPU has not',
    moving({ cpu: 'Skylake-Server-v1' }),
    refused('hle and rtm of CPU Skylake-Server-v1'),
  ],
  ['a model that it does not know', moving({ cpu: 'Nehalam' }), refused('CPU model Nehalam')],
  ['no -cpu: the default of QEMU', moving({ cpu: null }), [taken]],
  [
    '-chroot before it went',
    moving({ options: ['chroot'], oldSocketFlags: false }, '8.2.9'),
    [taken],
  ],
  [
    '-chroot after it went',
    moving({ options: ['chroot'], oldSocketFlags: false }, '9.0.0'),
    refused('-chroot (QEMU 9.0.0)'),
  ],
  ['server,nowait before it went', moving({}, '9.2.4'), [taken]],
  ['server,nowait after it went', moving({}, '10.0.0'), refused('server,nowait (QEMU 10.0.0)')],
  [
    'a guest that has nowhere to go',
    {
      config: (config) => {
        config.instances = [plainInstance(guest, first ?? '')];
      },
    },
    ['skip no running guest has another node to go to'],
  ],
  [
    'its other node is offline',
    {
      config: ({ nodes }) => {
        for (const node of nodes) node.offline = node.name === second;
      },
    },
    ['skip no running guest has another node to go to'],
  ],
]);
