import { failed, ok } from '../../seed-cluster.ts';
import { device, first, guest, second, third } from './installed.ts';
import { table } from './table.ts';

table('drbd.minors', [
  ['are as configured', {}, ['pass 1 mirrored disk, as the configuration has them']],
  [
    'one that nobody owns',
    {
      hosts: {
        3: ({ drbd }) => {
          drbd.devices = ok([device(0), device(7), { ...device(8), connection: null }]);
        },
      },
    },
    [
      `fail [${third}] /dev/drbd0 and /dev/drbd7 is in use, expected only devices that an ` +
        'instance owns',
    ],
  ],
  [
    'one that is on one node alone',
    {
      hosts: {
        2: ({ drbd }) => {
          drbd.devices = ok([]);
        },
      },
    },
    [`fail ${guest}: no /dev/drbd0 on ${second}, expected the disk at both ends`],
  ],
  [
    'one-sided, of a guest that is stopped',
    {
      instance: (one) => {
        one.adminState = 'down';
      },
      hosts: {
        1: ({ drbd }) => {
          drbd.devices = ok([]);
        },
      },
    },
    [`fail ${guest}: no /dev/drbd0 on ${first}, expected the disk at both ends`],
  ],
  [
    'none, of a guest that is stopped',
    {
      instance: (one) => {
        one.adminState = 'down';
      },
      hosts: {
        1: ({ drbd }) => {
          drbd.devices = ok([]);
        },
        2: ({ drbd }) => {
          drbd.devices = ok([]);
        },
      },
    },
    ['pass 1 mirrored disk, as the configuration has them'],
  ],
  [
    'not told by one end',
    {
      hosts: {
        2: ({ drbd }) => {
          drbd.devices = failed('/proc/drbd: denied');
        },
      },
    },
    [`unknown DRBD devices not known of ${second} (/proc/drbd: denied)`],
  ],
  [
    'no mirrored guests, no devices',
    {
      config: (config) => {
        config.instances = [];
      },
      hosts: {
        1: ({ drbd }) => {
          drbd.devices = ok([]);
        },
        2: ({ drbd }) => {
          drbd.devices = ok([]);
        },
      },
    },
    ['skip the cluster has no disks by DRBD'],
  ],
]);
