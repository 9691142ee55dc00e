import type { Version } from '../../../shared/cpu/versions.ts';
import type { GuestArguments } from '../../../shared/facts/guests.ts';

/** An argument of a running guest that later releases of QEMU refuse. */
export interface RefusedArgument {
  name: string;
  /** the first release that refuses it */
  since: Version;
}

// "Removed features" of the documentation of QEMU, those that Ganeti gave or gives.
const REMOVED: Readonly<Record<string, Version>> = {
  chroot: [9, 0],
  'no-acpi': [9, 0],
  'no-hpet': [9, 0],
  runas: [10, 0],
  soundhw: [7, 1],
};

/** QEMU 10 refused it when clusters of Debian 12 were upgraded: ganeti/ganeti issue 1878. */
const OLD_SOCKETS: RefusedArgument = { name: 'server,nowait', since: [10, 0] };

/** What a target with a newer QEMU would not start the guest with. */
export function refusedArguments({ options, oldSocketFlags }: GuestArguments): RefusedArgument[] {
  const removed = options.flatMap((name) => {
    const since = Object.hasOwn(REMOVED, name) ? REMOVED[name] : undefined;
    return since === undefined ? [] : [{ name: `-${name}`, since }];
  });
  return oldSocketFlags ? [...removed, OLD_SOCKETS] : removed;
}
