import type { Facts } from '../../../../shared/report.ts';
import { type Changes, second } from './installed.ts';
import { table } from './table.ts';

const rated = (params: Record<string, string>): Changes => ({
  config: ({ cluster }) => {
    cluster.diskparams = { drbd: params };
  },
});

/** A link of the replication network with this speed. */
const link =
  (speedMbps: number | null) =>
  ({ network }: Facts) => {
    for (const one of network.interfaces) if (one.name === 'eth1') one.speedMbps = speedMbps;
  };

table('drbd.rates', [
  [
    'are plausible',
    {},
    [
      'pass resync-rate is 61440 KiB/s (60 MiB/s); c-min-rate is 102400 KiB/s (100 MiB/s); ' +
        'c-max-rate is 1048576 KiB/s (1 GiB/s)',
    ],
  ],
  [
    "of the guide are bytes/s, and Ganeti's are KiB/s",
    rated({ 'c-min-rate': '104857600', 'c-max-rate': '1073741824' }),
    [
      'warn c-min-rate is 104857600 KiB/s (100 GiB/s), expected 4194304 at most: a unit mistake, ' +
        'for Ganeti takes KiB/s',
      'warn c-max-rate is 1073741824 KiB/s (1 TiB/s), expected 4194304 at most: a unit mistake, ' +
        'for Ganeti takes KiB/s',
    ],
  ],
  [
    'on the ceiling',
    rated({ 'c-max-rate': '4194304' }),
    ['pass c-max-rate is 4194304 KiB/s (4 GiB/s)'],
  ],
  [
    'above the ceiling',
    rated({ 'c-max-rate': '4194305' }),
    [
      'warn c-max-rate is 4194305 KiB/s (4 GiB/s), expected 4194304 at most: a unit mistake, for ' +
        'Ganeti takes KiB/s',
    ],
  ],
  ['what is not set is as Ganeti has it', rated({}), ["pass Ganeti's own rates hold"]],
  ['no number', rated({ 'c-max-rate': '1G' }), ['unknown c-max-rate is "1G", no number']],
  [
    'a minimum as fast as the link',
    { ...rated({ 'c-min-rate': '122070' }), hosts: { 2: link(1000) } },
    ['pass c-min-rate is 122070 KiB/s (119.2 MiB/s)'],
  ],
  [
    'a minimum faster than the link',
    { ...rated({ 'c-min-rate': '122071' }), hosts: { 2: link(1000) } },
    [
      `warn c-min-rate is 122071 KiB/s (119.2 MiB/s), more than the link of ${second} ` +
        '(1000 Mbit/s) carries; expected far less',
    ],
  ],
  [
    'a minimum over a link that tells no speed',
    { ...rated({ 'c-min-rate': '4097' }), hosts: { 2: link(null) } },
    [
      `unknown c-min-rate is 4097 KiB/s (4 MiB/s); the speed of its link is not known of ` +
        `${second} (the driver tells no speed of eth1)`,
    ],
  ],
  [
    'the minimum of Ganeti fits any link',
    { ...rated({ 'c-min-rate': '4096' }), hosts: { 2: link(null) } },
    ['pass c-min-rate is 4096 KiB/s (4 MiB/s)'],
  ],
  [
    'no disks by DRBD',
    {
      config: ({ cluster }) => {
        cluster.enabledDiskTemplates = ['plain'];
      },
    },
    ['skip the cluster has no disks by DRBD'],
  ],
]);

const bandwidth = (migration_bandwidth: string, speedMbps: number | null = 10_000): Changes => ({
  hvparams: { migration_bandwidth },
  hosts: { 2: link(speedMbps) },
});
const shared = 'carry DRBD as well';

table('qemu.migration-bandwidth', [
  [
    'three quarters of the link',
    bandwidth('894'),
    ['pass migration_bandwidth is 894 MiB/s (7.5 Gbit/s) over 10000 Mbit/s'],
  ],
  [
    'more of it',
    bandwidth('895'),
    [
      'warn migration_bandwidth is 895 MiB/s (7.5 Gbit/s), expected 894 at most: the 10000 ' +
        `Mbit/s of ganeti01.example.org, ganeti02.example.org and ganeti03.example.org ${shared}`,
    ],
  ],
  [
    "of the guide, on one slower link than the guide's",
    bandwidth('1000', 1000),
    [
      'warn migration_bandwidth is 1000 MiB/s (8.4 Gbit/s), expected 89 at most: the 1000 Mbit/s ' +
        `of ${second} ${shared}`,
    ],
  ],
  [
    'the default',
    bandwidth('32'),
    [
      "warn migration_bandwidth is 32 MiB/s (0.3 Gbit/s), no more than Ganeti's default; " +
        'expected what the link has',
    ],
  ],
  [
    'above the default',
    bandwidth('33'),
    ['pass migration_bandwidth is 33 MiB/s (0.3 Gbit/s) over 10000 Mbit/s'],
  ],
  [
    'over a link that tells no speed',
    bandwidth('100', null),
    [
      'unknown migration_bandwidth is 100 MiB/s (0.8 Gbit/s); the speed of the link is not known ' +
        `of ${second} (the driver tells no speed of eth1)`,
    ],
  ],
  ['no number', bandwidth('fast'), ['unknown migration_bandwidth is "fast", no number']],
]);
