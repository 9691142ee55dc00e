import type { Facts } from '../../../../shared/report.ts';
import { GIB, MIB } from '../../../../shared/units.ts';
import { ok } from '../../seed-cluster.ts';
import { type Changes, first, guest, second } from './installed.ts';
import { table } from './table.ts';

/** A guest that was promised this much, on a node of 64 GiB. */
const promised = (maxMemoryMiB: number, adminState = 'up'): Changes => ({
  instance: (one) => {
    one.beparams.maxMemoryMiB = maxMemoryMiB;
    one.adminState = adminState;
  },
});
const fits = 'pass the guests of 3 nodes fit into its memory';

table('memory.promised', [
  ['all but the share of the node', promised(60 * 1024), [fits]],
  [
    'a part of its share',
    promised(60 * 1024 + 1),
    [`warn [${first}] 1 guest may use 60 GiB of 64 GiB, expected 4 GiB left to the node`],
  ],
  [
    'all of it',
    promised(64 * 1024),
    [`warn [${first}] 1 guest may use 64 GiB of 64 GiB, expected 4 GiB left to the node`],
  ],
  [
    'more than there is',
    promised(64 * 1024 + 1),
    [`fail [${first}] 1 guest may use 64 GiB of 64 GiB, expected 4 GiB left to the node`],
  ],
  ['a guest that is stopped was promised nothing', promised(65 * 1024, 'down'), [fits]],
]);

/** A node of 64 GiB of which this much is in use. */
const used =
  (bytes: number) =>
  ({ memory }: Facts) => {
    memory.availableBytes = 64 * GIB - bytes;
  };
const modest = 'pass no node is seen to use more than 4 GiB for itself';

table('memory.node-share', [
  ['as much as htools leave it', { hosts: { 2: used(4 * GIB) } }, [modest]],
  [
    'more',
    { hosts: { 2: used(4 * GIB + 1) } },
    [`warn used by the node itself: ${second} (4 GiB at least); htools leave it 4 GiB`],
  ],
  ['what a guest may hold is not counted', { hosts: { 1: used(4.5 * GIB) } }, [modest]],
  [
    'what it may not hold is',
    { hosts: { 1: used(4.5 * GIB + 1) } },
    [`warn used by the node itself: ${first} (4 GiB at least); htools leave it 4 GiB`],
  ],
  [
    'a guest that does not tell what it holds',
    {
      hosts: {
        1: ({ guests }) => {
          for (const one of guests.guests) {
            one.process = {
              status: 'failed',
              error: { kind: 'denied', message: 'no', source: null },
            };
          }
        },
      },
    },
    [`unknown memory not known of ${first} (the memory of a guest is not told)`],
  ],
]);

const pages = (free: number): Changes => ({
  instance: ({ hvparams }) => {
    hvparams.mem_path = '/dev/hugepages';
  },
  hosts: {
    2: ({ memory }) => {
      memory.hugepages = ok([{ sizeBytes: 2 * MIB, total: 4096, free }]);
    },
  },
});

table('memory.hugepages', [
  ['enough', pages(256), ['pass 1 guest with pages wherever they may go']],
  ['one too few', pages(255), [`fail ${guest} needs 512 MiB in free pages of ${second} (510 MiB)`]],
  [
    'set for the cluster',
    { hvparams: { mem_path: '/dev/hugepages' } },
    [`fail ${guest} needs 512 MiB in free pages of ${second} (0 B)`],
  ],
  ['nobody is on huge pages', {}, ['skip no guest is on huge pages']],
]);
