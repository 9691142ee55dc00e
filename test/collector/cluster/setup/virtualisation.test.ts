import { ok } from '../../seed-cluster.ts';
import { guest, running, third } from './installed.ts';
import { table } from './table.ts';

table('virtualisation.kvm-flag', [
  ['is enabled', {}, ['pass kvm_flag is enabled']],
  [
    'is empty for the cluster, and off for one',
    {
      hvparams: { kvm_flag: '' },
      instance: ({ hvparams }) => {
        hvparams.kvm_flag = 'disabled';
      },
    },
    [
      `warn kvm_flag is "" for the cluster and "disabled" for ${guest}; expected enabled, so ` +
        'that a guest without KVM fails',
    ],
  ],
]);

table('virtualisation.vhost-net-set', [
  ['is there', {}, ['pass /dev/vhost-net is there on 3 nodes']],
  ['is not asked for', { hvparams: { vhost_net: 'False' } }, ['skip vhost_net is set nowhere']],
  [
    'is not there on a node',
    {
      hosts: {
        3: ({ kvm }) => {
          kvm.vhostNet = ok(false);
        },
      },
    },
    [`fail vhost_net is set for the cluster, but ${third} has no /dev/vhost-net`],
  ],
]);

const movable = '; expected guests that can move';

table('virtualisation.passthrough', [
  ['none', {}, ['pass 1 running guest, none with a device of its node']],
  [
    'a guest runs with one',
    { hosts: { 1: running({ devices: ['vfio-pci', 'virtio-net-pci'] }) } },
    [`warn devices of a node may be in ${guest} (vfio-pci)${movable}`],
  ],
  [
    'kvm_extra of a guest that runs brought none',
    {
      instance: ({ hvparams }) => {
        hvparams.kvm_extra = '(set, withheld)';
      },
    },
    ['pass 1 running guest, none with a device of its node'],
  ],
  [
    'kvm_extra of a guest that does not run',
    {
      instance: ({ hvparams }) => {
        Object.assign(hvparams, { kvm_extra: '(set, withheld)', usb_devices: 'host:1.2' });
      },
      hosts: {
        1: ({ guests }) => {
          guests.guests = [];
        },
      },
    },
    [
      `warn devices of a node may be in ${guest} (usb_devices is set) and ${guest} (has ` +
        `kvm_extra)${movable}`,
    ],
  ],
]);
