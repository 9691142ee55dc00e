/**
 * Everything that the agent executes, by name; the live host runs nothing else. Each is looked up
 * in fixed folders and started by its absolute path, with fixed arguments, no shell, and nothing of
 * the agent's environment. Besides these it runs the QEMU binary that the policy names by path.
 */
export const executed: Readonly<Record<string, string>> = {
  chronyc: 'whether the clock follows a reference',
  dmidecode: 'memory modules',
  'dpkg-query': 'versions of the packages that matter',
  drbdadm: 'version of the DRBD tools',
  drbdsetup: 'state of DRBD resources',
  ethtool: 'driver and firmware of network cards',
  flock: "the lock of the agent's own state folder",
  getent: 'names, users and groups as the system resolves them',
  'gnt-cluster': 'version of Ganeti',
  hostname: "the node's own name",
  ip: 'addresses, links and routes',
  lvs: 'logical volumes',
  modinfo: 'version of the DRBD module',
  ntpq: 'whether the clock follows a reference',
  ping: 'reachability of peers, with --probe-peers alone',
  pvs: 'physical volumes',
  smartctl: 'health of disks',
  stat: 'owners and modes of files of Ganeti',
  systemctl: 'failed units',
  timedatectl: 'whether the clock follows a reference',
  uname: 'the architecture',
  vgs: 'volume groups',
};

/**
 * What these start in turn, and what the library `systeminformation` runs for the inventory: that
 * one goes through a shell, with fixed text and the fixed PATH below.
 */
export const startedInTurn: Readonly<Record<string, string>> = {
  cat: 'systeminformation: files of /sys/devices/virtual/dmi',
  dmesg: 'systeminformation: whether this is a virtual machine',
  dmidecode: 'systeminformation: tables of the firmware',
  grep: 'systeminformation: whether this is a virtual machine',
  ls: 'systeminformation: names in /dev/disk/by-id',
  modinfo: 'drbdadm and drbdsetup: version of their module',
  python3: 'gnt-cluster is written in it',
  sh: 'systeminformation, drbdadm and drbdsetup',
};

/** What is opened for writing, made, renamed or removed, besides the agent's own state folder. */
export const written: readonly { path: RegExp; why: string }[] = [
  { path: /^\/dev\/null$/, why: 'where output goes that nobody reads' },
  { path: /^\/dev\/kvm$/, why: 'the agent and QEMU open it to see whether KVM works' },
  { path: /^\/dev\/sgx_vepc$/, why: 'QEMU looks whether SGX is there' },
  { path: /^\/run\/chrony\/chronyc\.\d+\.sock$/, why: "chronyc's end of its talk with chronyd" },
];
