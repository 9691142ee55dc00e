/** Rules of one kind that no check covers, with the reason in one sentence. */
export interface NotCovered {
  reason: string;
  rules: readonly string[];
}

/** Every rule of the reference that no check covers; a test holds this and the checks together. */
export const notCovered: readonly NotCovered[] = [
  {
    reason: 'It needs the configuration of a running cluster, which reports do not hold yet.',
    rules: [
      ...['CPU-16', 'CPU-19', 'VIRT-06', 'VIRT-12', 'MEM-02', 'MEM-03', 'MEM-05'],
      ...['LVM-04', 'LVM-10', 'LVM-15', 'LVM-17', 'DRBD-15', 'DRBD-16', 'DRBD-17', 'DRBD-18'],
      ...['NET-06', 'NET-22', 'QEMU-08', 'QEMU-09', 'QEMU-10', 'QEMU-11', 'QEMU-12', 'QEMU-13'],
      ...['RUN-03', 'RUN-04', 'RUN-06', 'RUN-07', 'RUN-08', 'RUN-13', 'RUN-14', 'RUN-16'],
      ...['RUN-17', 'RUN-18', 'RUN-19', 'RUN-20', 'SEC-01', 'SEC-02', 'SEC-03', 'SEC-06'],
    ],
  },
  {
    reason: 'It needs the jobs, daemons and watcher of a running cluster, not in reports yet.',
    rules: ['RUN-02', 'RUN-09', 'RUN-10', 'RUN-11', 'RUN-12', 'RUN-15', 'SEC-04', 'SEC-07'],
  },
  {
    reason: 'It needs the running guests, their processes and sockets, not in reports yet.',
    rules: ['CPU-17', 'VIRT-05', 'QEMU-02', 'QEMU-05', 'QEMU-06', 'QEMU-15', 'QEMU-16'],
  },
  {
    reason: 'It needs the instances and the allocation tools of a running cluster.',
    rules: [
      ...['CAP-01', 'CAP-02', 'CAP-03', 'CAP-04', 'CAP-05', 'CAP-06', 'CAP-07', 'CAP-08'],
      'CAP-09',
    ],
  },
  {
    reason: 'It is asked only before or after a maintenance of one named node.',
    rules: [
      ...['MEM-07', 'QEMU-03', 'QEMU-14', 'GATE-01', 'GATE-02', 'GATE-03', 'GATE-04', 'GATE-05'],
      ...['GATE-06', 'GATE-07', 'GATE-08', 'GATE-09', 'GATE-10', 'GATE-11', 'GATE-12', 'GATE-13'],
    ],
  },
  {
    reason: 'It needs a login from node to node, for which an agent has no key and asks for none.',
    rules: ['OS-07'],
  },
  {
    reason: 'Both clocks have to be read in one exchange; time.synchronised judges each of them.',
    rules: ['TIME-02'],
  },
  {
    reason: 'The switch behind a link shows by LLDP alone, which the guide does not install.',
    rules: ['NET-13'],
  },
  {
    reason:
      'The metavg of a cluster stands in its disk parameters; the one of the guide is the volume ' +
      'group that storage.volume-group and storage.free judge.',
    rules: ['LVM-13'],
  },
  {
    reason:
      'plain and drbd rest on what the checks of storage and drbd judge; the folders of other ' +
      'templates stand in the configuration of a running cluster.',
    rules: ['LVM-14'],
  },
  {
    reason:
      'LVM 2.03 scans no volume of a guest unless told to, and a disk that it sees twice is ' +
      'found by storage.volumes-complete: the filter alone is no fault.',
    rules: ['LVM-09'],
  },
  {
    reason: 'It is a hint of size to the module of 8.4, which no value makes right or wrong.',
    rules: ['DRBD-08'],
  },
  {
    reason: '/proc/drbd of 8.4 does not name the peer of a device; the configuration would.',
    rules: ['DRBD-14'],
  },
  {
    reason: 'Forwarding and bridge filters are left as they are by the guide, and are not read.',
    rules: ['NET-24'],
  },
  {
    reason: 'Bytes matter only once Ganeti manages the file; the checks of names judge its sense.',
    rules: ['NAME-05'],
  },
  {
    reason: 'Ganeti asks for no name by address, so a reverse lookup decides nothing.',
    rules: ['NAME-09'],
  },
  {
    reason:
      'What an upgrade may replace hangs on the archive; os.packages-equal shows the outcome.',
    rules: ['OS-11'],
  },
  {
    reason: 'gnt-cluster verify tries it by writing, which an agent does not do.',
    rules: ['OS-13'],
  },
  {
    reason: 'A denial shows in the audit log alone, which is not read.',
    rules: ['OS-16'],
  },
  {
    reason: 'A public address matters where a console listens on it: see SEC-01.',
    rules: ['SEC-08'],
  },
  {
    reason: 'It is a promise of the agent itself, which its tests hold.',
    rules: ['SEC-10'],
  },
];
