/** What to do about a code of gnt-cluster verify, on the node it was found on. */
export function remedyFor(code: string, node: string | null): string {
  const what = Object.hasOwn(REMEDIES, code) ? REMEDIES[code] : undefined;
  const place = node === null ? '' : `on ${node}: `;
  return `${place}${what ?? 'mend what it names'}; then gnt-cluster verify --error-codes`;
}

const REMEDIES: Readonly<Record<string, string>> = {
  ECLUSTERCERT: 'gnt-cluster renew-crypto with the switch of that certificate',
  ECLUSTERCLIENTCERT: 'gnt-cluster renew-crypto --new-node-certificates',
  ECLUSTERFILECHECK: 'gnt-cluster redist-conf, or make the file the same by hand',
  EINSTANCEBADNODE: 'bring the node back, or gnt-instance failover',
  EINSTANCEDOWN: 'gnt-instance start, and see the log of the guest in /var/log/ganeti/kvm',
  EINSTANCEFAULTYDISK: 'gnt-instance activate-disks, or gnt-instance replace-disks',
  EINSTANCEMISSINGDISK: 'gnt-instance replace-disks, or gnt-instance recreate-disks',
  EINSTANCEWRONGNODE: 'stop one of the two guests by hand before both write: see gnt-instance info',
  ENODEDRBD: 'modprobe drbd, then gnt-cluster verify-disks',
  ENODEDRBDHELPER: 'set usermode_helper of the drbd module to that of the cluster',
  ENODEHV: 'bring back the file or program that it names, or change the parameter',
  ENODELVM: 'vgs, pvs; bring the volume group back, or make it larger',
  ENODEN1: 'hbal -L, or more memory',
  ENODENET: 'ip link; bring the bridge or the address back',
  ENODEORPHANINSTANCE: 'see whose guest it is, and stop it by hand',
  ENODEORPHANLV: 'lvremove what nobody needs, or gnt-cluster modify --reserved-lvs',
  ENODEOS: 'install the same OS definitions as on the other nodes: gnt-os diagnose',
  ENODERPC: 'systemctl start ganeti-noded; or gnt-node modify --offline=yes when it is gone',
  ENODESETUP: 'mount /proc and /sys whole; waive it where the kernel has no sysrq',
  ENODESSH: 'ssh to it by its full name from the master; names and keys have to fit',
  ENODETIME: 'set the clock: systemctl restart chrony, chronyc tracking',
  ENODEVERSION: 'install one version of ganeti on all nodes',
};

/** What a code means here: how it is mended, and the checks of ours that look at the same. */
export interface CodeCard {
  remedy: string;
  besides: readonly string[];
  /** what of it verify does not see, and they do */
  unseen: string;
}

/** The card of a code such as ENODELVM; null: none that is known here. */
export function codeCard(code: string): CodeCard | null {
  if (!Object.hasOwn(BESIDES, code)) return null;
  const [unseen = '', ...besides] = BESIDES[code] ?? [];
  return { remedy: remedyFor(code, null), unseen, besides };
}

/** It finds all of it, and only when it is run. */
const BETWEEN = 'what comes between two of its runs';

/** By code: what verify does not see of it, then the checks that do. */
const BESIDES: Readonly<Record<string, readonly string[]>> = {
  ECLUSTERCERT: ['copies on other nodes than the master', 'ganeti.certificates'],
  ECLUSTERCLIENTCERT: [BETWEEN, 'ganeti.client-certificate', 'ganeti.certificates'],
  ECLUSTERFILECHECK: [
    'the line of /etc/hosts that differs, and what it makes of a name',
    ...['ganeti.managed-files', 'names.files-agree', 'names.own-not-loopback'],
  ],
  EINSTANCEBADNODE: ['a node that is marked offline and is up', 'ganeti.offline-nodes'],
  EINSTANCEDOWN: [
    'why it cannot start: its CPU type, machine type, KVM or files',
    ...['cpu.types-set', 'qemu.machines-set', 'virtualisation.kvm', 'qemu.files'],
  ],
  EINSTANCEFAULTYDISK: [
    'a resync under way: to verify a degraded disk is a mere warning, and exit 0',
    ...['drbd.devices', 'drbd.minors', 'maintenance.disks'],
  ],
  EINSTANCEMISSINGDISK: [BETWEEN, 'storage.orphans', 'storage.volumes-complete'],
  EINSTANCEWRONGNODE: [
    'a guest that runs without KVM, or from a QEMU that was replaced',
    ...['guests.accelerated', 'guests.binary'],
  ],
  ENODEDRBD: [
    'a module of another major, before the template is enabled',
    ...['drbd.module', 'drbd.loaded', 'drbd.version', 'drbd.minors'],
  ],
  ENODEDRBDHELPER: [
    'a helper that is right now and not after a reboot',
    ...['drbd.usermode-helper', 'drbd.helper-persistence', 'drbd.versions-equal'],
  ],
  ENODEHV: [
    'a CPU type that QEMU does not know, a /dev/kvm that does not open',
    ...['cpu.types-set', 'virtualisation.kvm', 'qemu.files', 'qemu.kvm-path'],
  ],
  ENODELVM: [
    'a lost or doubled physical volume: free space still counts it',
    ...['storage.volume-group', 'storage.size', 'storage.free', 'storage.volumes-complete'],
  ],
  ENODEN1: [
    'the memory guests have now, and which nodes can run them',
    ...['capacity.loss', 'capacity.room', 'maintenance.memory'],
  ],
  ENODENET: [
    'a bridge that a reboot does not bring back, VLANs, MTUs',
    ...['network.bridge', 'network.links', 'network.boot-runtime', 'peers.both-ways'],
  ],
  ENODEORPHANINSTANCE: ['a guest whose runtime file is gone', 'guests.runtime'],
  ENODEORPHANLV: [BETWEEN, 'storage.orphans'],
  ENODEOS: [BETWEEN, 'os.definitions-equal'],
  ENODERPC: [
    'that of all codes it brings it is the one cause',
    ...['ganeti.daemons', 'peers.primary', 'fleet.report'],
  ],
  ENODESETUP: [
    'what the node lacks before it is added',
    'os.accounts',
    'os.packages',
    'os.leftovers',
  ],
  ENODESSH: [
    'names before the node is added, and where each of them leads',
    ...['names.resolve', 'names.resolution', 'os.ssh-host-key'],
  ],
  ENODETIME: [
    'a daemon that is dead: the clock is right until it drifts by 150 s',
    'time.synchronised',
  ],
  ENODEVERSION: ['versions of QEMU, DRBD and the kernel', 'qemu.version-equal', 'os.kernel-equal'],
};
