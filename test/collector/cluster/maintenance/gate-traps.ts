import { WITHHELD } from '../../../../shared/facts/ganeti-config.ts';
import type { GuestDrive } from '../../../../shared/facts/guests.ts';
import { failed, ok } from '../../../sample-report.ts';
import {
  daemons,
  flag,
  hvparams,
  job,
  membership,
  newer,
  on,
  run,
  runs,
  verify,
} from './gate-changes.ts';
import { type ClusterSketch, factsIn, nodeName } from './small-cluster.ts';

const web = { name: 'web', on: 2, mirror: 3 };
const shared = { name: 'web', on: 2, template: 'sharedfile' };
/** It is on, and nothing of it runs where Ganeti has it. */
const missed = { ...shared, stopped: true };
const OFF = { offline: true, masterCandidate: false };

/** By name: what looks well and is not, or the reverse, and what is then found. */
export const traps: [string, Partial<ClusterSketch>, string[]][] = [
  // GATE-01
  ['a verify that failed and told of warnings alone', failing(), ['fail maintenance.verify']],
  [
    'a verify of one group of nodes',
    { member: run({ jobIds: [85, 86] }) },
    ['unknown maintenance.verify'],
  ],
  [
    'a verify of tomorrow',
    { member: run({ endedAt: '2026-11-23T12:00:00.000Z' }) },
    ['unknown maintenance.verify'],
  ],
  // GATE-02
  [
    'a resync on a node that is only the mirror of another',
    {
      guests: [{ name: 'db', on: 3, mirror: 2 }],
      report: on(2, (one) => {
        const { devices } = factsIn(one, 'drbd');
        if (devices.status === 'ok') Object.assign(devices.value[0] ?? {}, { syncPercent: 3 });
      }),
    },
    ['fail maintenance.disks'],
  ],
  [
    'a mirror whose primary runs from the copy here',
    {
      guests: [{ name: 'db', on: 3, mirror: 2 }],
      report: on(3, (one) => {
        const { devices } = factsIn(one, 'drbd');
        if (devices.status === 'ok')
          Object.assign(devices.value[0] ?? {}, { localDisk: 'Diskless' });
      }),
    },
    ['fail maintenance.disks'],
  ],
  // GATE-03
  [
    'a guest that runs elsewhere',
    { guests: [missed], report: on(3, runs) },
    ['fail maintenance.guests'],
  ],
  [
    'a guest that runs twice',
    { guests: [shared], report: on(3, runs) },
    ['fail maintenance.guests'],
  ],
  [
    'a guest that may run where guests are not read',
    { guests: [missed], report: on(3, (one) => (one.sections.guests = failed('denied', 'no'))) },
    ['unknown maintenance.guests'],
  ],
  [
    'a guest that is down, and that nothing is asked of',
    { guests: [{ ...web, state: 'down' }] },
    [],
  ],
  ['a guest without disks', { guests: [{ ...shared, template: 'diskless' }] }, []],
  [
    'pc, which another QEMU takes for another machine',
    { guests: [{ ...web, arguments: { machine: 'pc' } }], report: on(3, newer) },
    ['fail maintenance.targets'],
  ],
  [
    'no machine type at all, and another QEMU',
    { guests: [{ ...web, arguments: { machine: null } }], report: on(3, newer) },
    ['fail maintenance.targets'],
  ],
  ['pc, and QEMU alike', { guests: [{ ...web, arguments: { machine: 'pc' } }] }, []],
  [
    'pc of a QEMU that was replaced since',
    { guests: [{ ...web, deleted: true, arguments: { machine: 'pc' } }] },
    ['unknown maintenance.targets'],
  ],
  [
    'a mirror in a group whose policy refuses the guest',
    { config: (config) => inOtherGroup?.(config) },
    ['fail maintenance.targets'],
  ],
  ['no noded on the target', { report: on(3, daemons([])) }, ['fail maintenance.fitness']],
  ['no mond on the target', { report: on(3, daemons(['ganeti-noded'])) }, []],
  [
    'a shared guest, and one of its targets unfit',
    { guests: [shared], free: [1000, 0, 4096], report: on(3, daemons([])) },
    [],
  ],
  [
    'a stop, and a cpu_type since that no QEMU knows',
    { guests: [{ name: 'web', on: 2 }], config: hvparams({ cpu_type: 'Skylak' }) },
    ['fail maintenance.downtime', 'fail maintenance.restart'],
  ],
  // GATE-04
  [
    'huge pages for a guest that is to be started',
    { guests: [missed], config: hvparams({ mem_path: '/hugepages' }) },
    ['unknown maintenance.targets'],
  ],
  [
    'huge pages of a guest that runs',
    { guests: [{ ...web, arguments: { memoryPath: '/hugepages' } }] },
    ['unknown maintenance.memory'],
  ],
  [
    'a failover of a guest that is to have more memory from now on',
    { free: [0, 0, 700], guests: [{ ...web, instance: growing() }] },
    ['fail maintenance.memory'],
  ],
  // GATE-05
  [
    'a bridge without a way out',
    {
      report: on(3, (one) =>
        Object.assign(factsIn(one, 'network').bridges[0] ?? {}, { ports: [] }),
      ),
    },
    ['fail maintenance.attachments'],
  ],
  [
    'a bridge that is down',
    {
      report: on(3, (one) => {
        const bridge = factsIn(one, 'network').interfaces.find(({ name }) => name === 'br0');
        Object.assign(bridge ?? {}, { up: false });
      }),
    },
    ['fail maintenance.attachments'],
  ],
  [
    'a disk of the node by hand',
    { guests: [{ ...web, arguments: { drives: [drive('/dev/sdb')] } }] },
    ['unknown maintenance.attachments'],
  ],
  [
    'the disk that Ganeti links',
    {
      guests: [{ ...web, arguments: { drives: [drive('/var/run/ganeti/instance-disks/web:0')] } }],
    },
    [],
  ],
  [
    'an ISO that verify has looked for',
    {
      guests: [{ ...web, arguments: { drives: [{ ...drive('/srv/a.iso'), kind: 'cdrom' }] } }],
      config: hvparams({ cdrom_image_path: '/srv/a.iso' }),
    },
    [],
  ],
  [
    'vhost_net for a guest that is to be started',
    {
      guests: [missed],
      config: hvparams({ vhost_net: 'True' }),
      report: (one) => (factsIn(one, 'kvm').vhostNet = ok(false)),
    },
    ['fail maintenance.attachments'],
  ],
  [
    'what kvm_extra asks of a guest that is to be started',
    { guests: [missed], config: hvparams({ kvm_extra: WITHHELD }) },
    ['unknown maintenance.targets'],
  ],
  // GATE-07
  [
    'a node that holds another for the master',
    { report: on(3, (one) => Object.assign(membership(one).ssconf, { masterNode: nodeName(3) })) },
    ['fail maintenance.master'],
  ],
  // GATE-09
  [
    'a job on a guest that is only mirrored here',
    {
      guests: [{ name: 'db', on: 3, mirror: 2 }],
      member: job('INSTANCE_REPLACE_DISKS(db)'),
    },
    ['fail maintenance.jobs'],
  ],
  // GATE-11
  [
    'an offline primary, whose one other copy is here',
    { free: Array(5).fill(4096), guests: [{ name: 'db', on: 3, mirror: 2 }], config: flag(3, OFF) },
    ['fail maintenance.pairs'],
  ],
  // GATE-14
  [
    'two reports of one node',
    { report: on(3, (one) => (membership(one).ownName = nodeName(1))) },
    ['unknown maintenance.configuration'],
  ],
];

/** The last verify says no, and names nothing but a warning. */
function failing(): Partial<ClusterSketch> {
  const warned = verify({ code: 'ENODEORPHANLV' });
  const ended = run({ ok: false });
  return {
    member: (member) => {
      warned?.(member);
      ended?.(member);
    },
  };
}

/** The third node is in a group of its own, where no guest has less than 1 GiB. */
const inOtherGroup: ClusterSketch['config'] = ({ nodes, groups }) => {
  const [group] = groups;
  if (group === undefined) throw new Error('the sample has no group');
  const open = { memoryMiB: null, vcpus: null, diskMiB: null, disks: null, nics: null };
  const specs = { ...open, spindles: null };
  const ranges = [{ min: { ...specs, memoryMiB: 1024 }, max: specs }];
  groups.push({ ...group, name: 'other', ipolicy: { ...group.ipolicy, ranges } });
  Object.assign(nodes[2] ?? {}, { group: 'other' });
};

function growing() {
  const beparams = { minMemoryMiB: 512, maxMemoryMiB: 1024, vcpus: 1, autoBalance: true };
  return { beparams: { ...beparams, alwaysFailover: true } };
}

function drive(path: string): GuestDrive {
  const rest = { id: null, protocol: null, format: null, cache: null, aio: null };
  return { ...rest, kind: 'disk', path };
}
