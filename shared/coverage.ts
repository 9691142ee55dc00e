/** Rules of one kind that no check covers, with the reason in one sentence. */
export interface NotCovered {
  reason: string;
  rules: readonly string[];
}

/** Every rule of the reference that no check covers; a test holds this and the checks together. */
export const notCovered: readonly NotCovered[] = [
  {
    reason:
      'The mounts in a report are those of folders that every node has, without the folders that ' +
      'disk templates share.',
    rules: ['LVM-15'],
  },
  {
    reason: 'What a DRBD device was set up with only drbdsetup shows, which is not asked of each.',
    rules: ['DRBD-17'],
  },
  {
    reason:
      'Custom options may hold secrets and stay on the node; without any, the policies are the ' +
      'same fixed ones in every cluster.',
    rules: ['DRBD-18'],
  },
  {
    reason: 'Whether a QEMU was built with SPICE only the start of a guest with it tells.',
    rules: ['QEMU-12'],
  },
  {
    reason: 'The control sockets of guests belong to Ganeti, and an agent does not look at them.',
    rules: ['QEMU-16'],
  },
  {
    reason: 'Of the jobs that ended a report holds the last verify alone.',
    rules: ['RUN-10'],
  },
  {
    reason: 'Only hbal works out the gain, and its score has no unit to set a limit by.',
    rules: ['CAP-08'],
  },
  {
    reason: 'It is a proposal and no finding: muster rolling makes it.',
    rules: ['GATE-12'],
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
      'LVM 2.03 scans no volume of a guest unless told to, and a disk that it sees twice is ' +
      'found by storage.volumes-complete: the filter alone is no fault.',
    rules: ['LVM-09'],
  },
  {
    reason: 'It is a hint of size to the module of 8.4, which no value makes right or wrong.',
    rules: ['DRBD-08'],
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
    reason: 'It is a promise of the agent itself, which its tests hold.',
    rules: ['SEC-10'],
  },
];
