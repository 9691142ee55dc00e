import { known } from '../../../shared/evidence.ts';
import { fail, pass, skip, warn } from '../../../shared/judgement.ts';
import { counted, listed } from '../../../shared/wording.ts';
import { type ClusterCheck, defineClusterCheck } from '../cluster-check.ts';
import { guestsOf } from './running.ts';
import { askHosts, concluded, ofSetup, settingsOf } from './setup.ts';

const kvmFlag = defineClusterCheck({
  id: 'virtualisation.kvm-flag',
  title: 'Guests refuse to start without KVM',
  why:
    'Without kvm_flag=enabled a guest on a node whose /dev/kvm is gone starts all the same, by ' +
    'emulation, and is slower by tens of times. gnt-cluster verify does not look.',
  rules: ['VIRT-06'],
  needs: ['ganeti'],
  judge: (nodes) =>
    ofSetup(nodes, (setup) => {
      const settings = settingsOf(setup, ['kvm_flag']);
      if (settings.length === 0) return [skip('KVM is not an enabled hypervisor')];
      const loose = settings.filter(({ params }) => params.kvm_flag !== 'enabled');
      if (loose.length === 0) return [pass('kvm_flag is enabled')];
      const found = loose.map(({ whose, params }) => `"${params.kvm_flag ?? ''}" for ${whose}`);
      return [
        warn(
          `kvm_flag is ${listed(found)}; expected enabled, so that a guest without KVM fails`,
          'gnt-cluster modify -H kvm:kvm_flag=enabled',
        ),
      ];
    }),
});

const vhostNet = defineClusterCheck({
  id: 'virtualisation.vhost-net-set',
  title: 'The nodes have /dev/vhost-net wherever vhost_net is set',
  why:
    'A guest with vhost_net=true does not start on, and does not move to, a node without the ' +
    'module; gnt-cluster verify does not look for it.',
  rules: ['VIRT-10'],
  needs: ['ganeti', 'kvm'],
  judge: (nodes) =>
    ofSetup(nodes, (setup) => {
      const on = settingsOf(setup, ['vhost_net']).filter(
        ({ params }) => params.vhost_net === 'True',
      );
      if (on.length === 0) return [skip('vhost_net is set nowhere')];
      const wanted = on.flatMap(({ nodes: where }) => where);
      const { told, untold } = askHosts(setup, wanted, ({ kvm }) => known(kvm.vhostNet));
      const without = told.filter(({ value }) => !value).map(({ node }) => node);
      const whose = listed(on.map((one) => one.whose));
      const faults =
        without.length === 0
          ? []
          : [
              fail(
                `vhost_net is set for ${whose}, but ${listed(without)} has no /dev/vhost-net`,
                'modprobe vhost_net && echo vhost_net > /etc/modules-load.d/vhost_net.conf, there',
              ),
            ];
      const found = `/dev/vhost-net is there on ${counted(told.length, 'node')}`;
      return concluded(faults, found, { noun: '/dev/vhost-net', untold });
    }),
});

const passthrough = defineClusterCheck({
  id: 'virtualisation.passthrough',
  title: 'No guest is tied to a device of its node',
  why:
    'A guest with a device of its node cannot move, and Ganeti tries all the same: it fails in ' +
    'the middle of a maintenance. gnt-cluster verify does not look.',
  rules: ['VIRT-12'],
  needs: ['ganeti', 'guests'],
  judge: (nodes) =>
    ofSetup(nodes, (setup) => {
      const { running, untold } = guestsOf(setup);
      const tied = setup.config.instances.flatMap(({ name, hvparams }) => {
        const usb = (hvparams.usb_devices ?? '') === '' ? [] : [`${name} (usb_devices is set)`];
        // what it holds stays on the node: only a guest that runs shows what came of it
        const seen = running.some((one) => one.name === name);
        const extra = seen || (hvparams.kvm_extra ?? '') === '' ? [] : [`${name} (has kvm_extra)`];
        return [...usb, ...extra];
      });
      const held = running.flatMap(({ name, given }) =>
        given.devices.filter((one) => OF_THE_NODE.has(one)).map((one) => `${name} (${one})`),
      );
      const all = [...tied, ...held];
      const message = `devices of a node may be in ${listed(all)}; expected guests that can move`;
      const remedy = 'gnt-instance modify -H usb_devices=,kvm_extra= NAME, or plan to stop it';
      const faults = all.length === 0 ? [] : [warn(message, remedy)];
      const found = `${counted(running.length, 'running guest')}, none with a device of its node`;
      return concluded(faults, found, { noun: 'devices', untold });
    }),
});

/** Drivers of QEMU that hand a guest what is in the machine. */
const OF_THE_NODE = new Set(['vfio-pci', 'pci-assign', 'kvm-pci-assign', 'usb-host', 'scsi-block']);

/** What the cluster asks of KVM, against the nodes. */
export const virtualisationSetupChecks: ClusterCheck[] = [kvmFlag, vhostNet, passthrough];
