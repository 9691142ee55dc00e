import { GIB } from '../../../../shared/units.ts';
import { type Changes, first, guest, plainInstance, second, third } from './installed.ts';
import { table } from './table.ts';

const withPlain = (...tags: string[]): Changes => ({
  config: ({ instances }) => {
    instances.push({ ...plainInstance('db.example.org', third ?? ''), tags });
  },
});

table('capacity.non-redundant', [
  ['none', {}, ['pass 1 guest, none on one node alone']],
  [
    'one, with its owner',
    withPlain('owner:dba'),
    [
      `warn [${third}] disks on this node alone: db.example.org (plain, owner:dba); expected ` +
        'mirrored ones',
    ],
  ],
]);

const specs = { memoryMiB: 128, vcpus: 1, diskMiB: 1024, disks: 0, nics: 0, spindles: 1 };
const most = { memoryMiB: 512, vcpus: 1, diskMiB: 10_240, disks: 1, nics: 1, spindles: 1 };

/** A policy that the guest just keeps to, and what is changed of it. */
const within = (change: Partial<typeof most>): Changes => ({
  config: ({ cluster }) => {
    cluster.ipolicy.ranges = [{ min: specs, max: { ...most, ...change } }];
  },
});
const outside = (what: string) => [
  `warn outside the instance policy: ${guest} (${what}); expected none`,
];
const balanced = 'pass 1 guest, all balanced';

table('capacity.policy', [
  ['kept to', within({}), [balanced]],
  ['memory', within({ memoryMiB: 511 }), outside('512 MiB of memory')],
  ['disk', within({ diskMiB: 10_239 }), outside('10240 MiB of disk')],
  ['disks and NICs', within({ disks: 0, nics: 0 }), outside('1 disks and 1 NICs')],
  [
    'one range of two is enough',
    {
      config: ({ cluster }) => {
        cluster.ipolicy.ranges = [
          { min: specs, max: { ...most, memoryMiB: 256 } },
          { min: specs, max: most },
        ];
      },
    },
    [balanced],
  ],
  [
    'below the least',
    {
      config: ({ cluster }) => {
        cluster.ipolicy.ranges = [{ min: { ...specs, vcpus: 2 }, max: { ...most, vcpus: 4 } }];
      },
    },
    outside('1 virtual CPUs'),
  ],
  [
    'a template that the group does not allow',
    {
      config: ({ groups, cluster }) => {
        const ipolicy = { ...cluster.ipolicy, diskTemplates: ['plain'] };
        const rest = { allocPolicy: null, exclusiveStorage: null, networks: [], tags: [] };
        groups.push({ ...rest, uuid: 'g', name: 'default', ipolicy });
      },
    },
    outside('template drbd'),
  ],
  [
    'without auto_balance, and split',
    {
      config: ({ nodes, instances }) => {
        for (const node of nodes) if (node.name === second) node.group = 'other';
        for (const one of instances) one.beparams.autoBalance = false;
      },
    },
    [
      `warn left out of the balance (auto_balance is off): ${guest}; expected none`,
      `warn split over node groups: ${guest}; expected none`,
    ],
  ],
]);

table('capacity.spread', [
  [
    'is told, alike nodes together',
    {
      hosts: {
        3: ({ memory }) => {
          memory.availableBytes = 30 * GIB;
        },
      },
    },
    [
      `pass free on ${first} and ${second}: disk 200 GiB of 200 GiB, memory 60 GiB of 64 GiB; ` +
        `${third}: disk 200 GiB of 200 GiB, memory 30 GiB of 64 GiB`,
    ],
  ],
]);
