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
