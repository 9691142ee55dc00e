import { failed, ok } from '../../../sample-report.ts';
import { device, flag, job, on, path, run, verify } from './gate-changes.ts';
import { type ClusterSketch, factsIn } from './small-cluster.ts';

const web = { name: 'web', on: 2, mirror: 3 };
/** A cluster of which the second node may go down: its one guest moves to the third. */
export const healthy: ClusterSketch = { free: [4096, 4096, 4096], guests: [web] };

/** One target too full for a guest on a shared disk, and another that does not tell, or is too. */
const full = { guests: [{ name: 'web', on: 2, template: 'sharedfile' }], free: [511, 0, 511] };
const untold = on(3, (one) => (factsIn(one, 'memory').unusedBytes = null));
const roomOfTwo: [string, Partial<ClusterSketch>, string[]][] = [
  ['both too full', full, ['fail maintenance.memory']],
  ['one too full, one untold', { ...full, report: untold }, ['unknown maintenance.memory']],
];

/** By name: what is changed in the healthy cluster, and what is then found. */
export const cases: [string, Partial<ClusterSketch>, string[]][] = [
  // GATE-01
  ['verify with an error', { member: verify({ severity: 'error' }) }, ['fail maintenance.verify']],
  ['verify with a harmless warning', { member: verify({ code: 'ENODEORPHANLV' }) }, []],
  [
    'a degraded disk',
    { member: verify({ code: 'EINSTANCEFAULTYDISK' }) },
    ['fail maintenance.verify'],
  ],
  [
    'a warning of DRBD',
    { member: verify({ code: 'ENODEDRBDHELPER' }) },
    ['fail maintenance.verify'],
  ],
  [
    'a warning of the network',
    { member: verify({ code: 'ENODENET' }) },
    ['fail maintenance.verify'],
  ],
  [
    'an error told to be ignored',
    { member: verify({ ignored: ['X'] }) },
    ['fail maintenance.verify'],
  ],
  ['verify of 2 h', { member: run({ endedAt: '2026-11-22T10:00:00.000Z' }) }, []],
  [
    'verify of over 2 h',
    { member: run({ endedAt: '2026-11-22T09:59:59.000Z' }) },
    ['unknown maintenance.verify'],
  ],
  [
    'verify that runs',
    { member: run({ endedAt: null, ok: null }) },
    ['unknown maintenance.verify'],
  ],
  [
    'verify not whole',
    { member: run({ skippedChecks: ['nplus1_mem'] }) },
    ['unknown maintenance.verify'],
  ],
  // GATE-02
  [
    'a stale copy on the peer',
    { report: on(3, device({ localDisk: 'Inconsistent' })) },
    ['fail maintenance.disks'],
  ],
  [
    'a resync',
    { report: on(3, device({ connection: 'SyncTarget', syncPercent: 99 })) },
    ['fail maintenance.disks'],
  ],
  [
    'a device that is gone',
    { report: on(3, (one) => (factsIn(one, 'drbd').devices = ok([]))) },
    ['fail maintenance.disks'],
  ],
  [
    'devices not read',
    { report: on(3, (one) => (factsIn(one, 'drbd').devices = failed('denied', 'no'))) },
    ['unknown maintenance.disks'],
  ],
  // GATE-03
  [
    'an offline mirror',
    { config: flag(3, { offline: true }) },
    [
      'fail maintenance.targets',
      'fail maintenance.pairs',
      'warn maintenance.candidates',
      'fail maintenance.quorum',
    ],
  ],
  ['a plain guest', { guests: [{ name: 'web', on: 2 }] }, ['fail maintenance.downtime']],
  [
    'another CPU on the target',
    { guests: [{ ...web, arguments: { cpu: 'EPYC-Rome-v2' } }] },
    ['fail maintenance.targets'],
  ],
  [
    'a machine type it lacks',
    { guests: [{ ...web, arguments: { machine: 'pc-i440fx-9.2' } }] },
    ['fail maintenance.targets'],
  ],
  [
    'a process not read',
    { report: on(2, (one) => (one.sections.guests = failed('denied', 'no'))) },
    ['unknown maintenance.guests', 'unknown maintenance.guests'],
  ],
  [
    'a command line without memory',
    { guests: [{ ...web, arguments: { memoryBytes: null } }] },
    ['unknown maintenance.memory'],
  ],
  ['no -cpu at all', { guests: [{ ...web, arguments: { cpu: null } }] }, []],
  [
    'an option that QEMU 7.1 dropped',
    { guests: [{ ...web, arguments: { options: ['soundhw'] } }] },
    ['fail maintenance.targets'],
  ],
  [
    'options that later ones drop',
    { guests: [{ ...web, arguments: { options: ['chroot', 'runas'], oldSocketFlags: true } }] },
    [],
  ],
  ['a replaced QEMU, the machine type known', { guests: [{ ...web, deleted: true }] }, []],
  [
    'a QEMU that may be replaced',
    { guests: [{ ...web, deleted: null }] },
    ['unknown maintenance.targets'],
  ],
  [
    'a target without KVM',
    {
      report: on(3, (one) => {
        Object.assign(factsIn(one, 'kvm'), {
          device: ok(null),
          opening: failed('not_found', 'no'),
        });
        factsIn(one, 'qemu').kvm = failed('exit_code', 'no such device');
      }),
    },
    ['fail maintenance.fitness'],
  ],
  // GATE-04
  ['room to the byte', { free: [4096, 0, 512] }, []],
  ['a MiB less', { free: [4096, 0, 511] }, ['fail maintenance.memory']],
  [
    'room for each and not for both',
    { free: [4096, 0, 1000], guests: [web, { ...web, name: 'db' }] },
    ['fail maintenance.memory'],
  ],
  ['memory of the target not told', { report: untold }, ['unknown maintenance.memory']],
  ...roomOfTwo,
  // GATE-05
  [
    'no such bridge',
    { report: on(3, (one) => (factsIn(one, 'network').bridges = [])) },
    ['fail maintenance.attachments'],
  ],
  [
    'an ISO',
    {
      guests: [
        {
          ...web,
          arguments: {
            drives: [
              {
                id: null,
                kind: 'cdrom',
                path: '/srv/a.iso',
                protocol: null,
                format: null,
                cache: null,
                aio: null,
              },
            ],
          },
        },
      ],
    },
    ['unknown maintenance.attachments'],
  ],
  [
    'a device of the host',
    { guests: [{ ...web, arguments: { devices: ['vfio-pci'] } }] },
    ['fail maintenance.attachments'],
  ],
  [
    'a VLAN on a plain bridge',
    {
      guests: [
        {
          ...web,
          instance: {
            nics: [{ mode: 'bridged', link: 'br0', vlan: '.5', mac: null, network: null }],
          },
        },
      ],
    },
    ['fail maintenance.attachments'],
  ],
  // GATE-06
  ['peers that refuse answer', { report: on(2, path('refused')) }, []],
  [
    'a dead network',
    { report: on(2, path('timed_out')) },
    ['fail maintenance.replication-network'],
  ],
  [
    'no probe',
    { report: on(3, (one) => (one.sections.peers = { status: 'ok', facts: { probed: false } })) },
    ['unknown maintenance.replication-network'],
  ],
  // GATE-09
  [
    'a drained queue',
    { member: (member) => (member.queueDrained = ok(true)) },
    ['fail maintenance.jobs'],
  ],
  ['a job on the guest', { member: job('INSTANCE_MIGRATE(web)') }, ['fail maintenance.jobs']],
  ['a job on another', { member: job('INSTANCE_MIGRATE(web2)') }, ['warn maintenance.jobs']],
  [
    'jobs not read',
    { member: ({ master }) => Object.assign(master ?? {}, { jobs: failed('denied', 'no') }) },
    ['unknown maintenance.jobs'],
  ],
  [
    'a watcher paused for a day',
    { member: (member) => (member.watcherPausedUntil = ok('2026-11-23T12:00:00.000Z')) },
    [],
  ],
  [
    'a watcher paused for more',
    { member: (member) => (member.watcherPausedUntil = ok('2026-11-23T12:00:01.000Z')) },
    ['warn maintenance.watcher'],
  ],
  // GATE-11
  [
    'a drained mirror',
    { config: flag(3, { drained: true }) },
    ['warn maintenance.candidates', 'fail maintenance.pairs', 'fail maintenance.targets'],
  ],
  // GATE-14
  [
    'a silent node',
    { report: on(1, (one) => (one.collectedAt = '2026-11-22T08:00:00.000Z')) },
    ['unknown fleet.report', 'unknown maintenance.configuration'],
  ],
];
