import { expect, test } from 'vitest';
import { type Change, failed, ok } from '../../seed-cluster.ts';
import { thirdChanged } from '../judging.ts';

const third = 'ganeti03.example.org';
const nic = { interface: 'eth0', device: '8086:1521', driver: 'igb', firmware: ok('1.63') };
const sata = {
  address: '0000:00:1f.2',
  kind: 'sata' as const,
  device: '8086:8c02',
  driver: 'ahci',
};
const raid = { address: '0000:05:00.0', kind: 'raid' as const, device: '1000:005d', driver: null };

test.each<[string, Change, string[]]>([
  [
    'fleet.product: another machine',
    ({ inventory }) => Object.assign(inventory, { product: 'Rack 2' }),
    [`warn product Example Rack 2 on ${third}; expected Example Rack 1 as on the other 2`],
  ],
  [
    'fleet.product: a machine that does not say what it is',
    ({ inventory }) => Object.assign(inventory, { product: null }),
    [`unknown product not known of ${third} (it does not tell)`],
  ],
  [
    'fleet.firmware: an older firmware',
    ({ inventory }) => Object.assign(inventory, { firmwareVersion: '0.9', firmwareDate: null }),
    [`warn firmware 0.9 on ${third}; expected 1.0 of 2024-01-01 as on the other 2`],
  ],
  [
    'fleet.firmware: another machine, which has another firmware rightly',
    ({ inventory }) => Object.assign(inventory, { product: 'Rack 2', firmwareVersion: '7' }),
    ['pass firmware 1.0 of 2024-01-01 on 2 nodes', 'pass firmware 7 of 2024-01-01 on 1 node'],
  ],
  [
    'fleet.kernel-parameters: a word more',
    ({ os }) => Object.assign(os, { kernelParameters: ok(['mitigations=off']) }),
    [
      `warn kernel command line mitigations=off on ${third}; ` +
        'expected without such words as on the other 2',
    ],
  ],
  [
    'fleet.disks: a disk less than expected, by a hair in size',
    ({ disks }) => {
      disks.disks = ok([{ name: 'sda', sizeBytes: 477 * 2 ** 30, rotational: false }]);
    },
    ['pass disks 480 GiB flash on 3 nodes'],
  ],
  [
    'fleet.disks: two slow disks',
    ({ disks }) => {
      const slow = { name: 'sda', sizeBytes: 480 * 2 ** 30, rotational: true };
      disks.disks = ok([slow, { ...slow, name: 'sdb' }]);
    },
    [`warn disks 2 × 480 GiB rotating on ${third}; expected 480 GiB flash as on the other 2`],
  ],
  [
    'fleet.disks: no disk at all',
    ({ disks }) => {
      disks.disks = ok([]);
    },
    [`warn disks none on ${third}; expected 480 GiB flash as on the other 2`],
  ],
  [
    'fleet.disks: no answer',
    ({ disks }) => {
      disks.disks = failed('denied');
    },
    [`unknown disks not known of ${third} (denied)`],
  ],
  [
    'fleet.network-cards: a card less',
    ({ inventory }) => Object.assign(inventory, { networkCards: ok([]) }),
    [`warn network cards none on ${third}; expected igb 8086:1521 as on the other 2`],
  ],
  [
    'fleet.network-cards: an agent that did not look',
    ({ inventory }) => Object.assign(inventory, { networkCards: undefined }),
    [`unknown network cards not known of ${third} (its agent did not look)`],
  ],
  [
    'fleet.network-firmware: an older firmware',
    ({ inventory }) =>
      Object.assign(inventory, { networkCards: ok([{ ...nic, firmware: ok('1.0') }]) }),
    [
      `warn firmware of the network cards igb 1.0 on ${third}; ` +
        'expected igb 1.63 as on the other 2',
    ],
  ],
  [
    'fleet.network-firmware: no ethtool',
    ({ inventory }) =>
      Object.assign(inventory, { networkCards: ok([{ ...nic, firmware: ok(null) }]) }),
    [`unknown firmware of the network cards not known of ${third} (it does not tell)`],
  ],
  [
    'fleet.storage-controllers: a RAID controller beside',
    ({ inventory }) => Object.assign(inventory, { storageControllers: ok([sata, raid]) }),
    [
      `warn storage controllers raid 1000:005d (no driver) + sata 8086:8c02 (ahci) on ${third}; ` +
        'expected sata 8086:8c02 (ahci) as on the other 2',
    ],
  ],
])('%s on the third node', (title, change, expected) => {
  const [id = ''] = title.split(':');
  expect(thirdChanged(id, change)).toEqual(expected);
});
