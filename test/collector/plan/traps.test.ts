import { describe, expect, test } from 'vitest';
import { installPlan } from '../../../collector/plan/plan.ts';
import type { InstallPlan, StepKind } from '../../../shared/install-plan.ts';
import { fleetOf, type TrapCluster } from '../../trap-cluster.ts';
import { visibleTraps } from '../../traps.ts';

/** The nodes that fell into a trap of the guide, as the tests of the checks have them. */
function trapped(title: string): TrapCluster {
  const found = visibleTraps.find((one) => one.title.startsWith(title));
  if (found === undefined) throw new Error(`no trap "${title}"`);
  return found;
}

const plans = new Map<TrapCluster, Promise<InstallPlan>>();

/** Each made once: three nodes are read for it. */
function planFor(cluster: TrapCluster): Promise<InstallPlan> {
  const made = plans.get(cluster) ?? fleetOf(cluster).then(installPlan);
  plans.set(cluster, made);
  return made;
}

const untouched: TrapCluster = {};

interface PutRight {
  trap: number;
  /** of the trap as the other tests have it; null: on any nodes */
  title: string | null;
  kind: StepKind;
  /** in a live line */
  prints: string[];
  never?: string;
}

const putRight: PutRight[] = [
  {
    trap: 2,
    title: 'the bridged stanza has neither gateway nor auto',
    kind: 'bridge',
    prints: ['i\\auto br0', 'a\\        gateway 192.0.2.1'],
  },
  {
    trap: 3,
    title: 'a guest-only bridge is "inet static"',
    kind: 'bridge',
    prints: ['static[[:space:]]*$/\\1manual/'],
  },
  {
    trap: 4,
    title: 'CascadeLake is no model',
    kind: 'cpu-type',
    prints: ["'kvm:cpu_type=Broadwell-v4\\,+stibp", "\\,enforce'"],
    never: 'CascadeLake',
  },
  {
    trap: 8,
    title: 'qemu64 is kept',
    kind: 'cpu-type',
    prints: ['kvm:cpu_type=Broadwell-v4\\,'],
    never: 'qemu64',
  },
  {
    trap: 12,
    title: null,
    kind: 'hypervisor-parameters',
    prints: ['serial_console=false,vnc_bind_address=127.0.0.1'],
  },
  {
    trap: 13,
    title: 'the DRBD module is loaded with its own helper',
    kind: 'drbd-module',
    prints: ['usermode_helper=/bin/true', 'modprobe -r drbd', 'modprobe drbd'],
  },
  {
    trap: 13,
    title: null,
    kind: 'init',
    prints: ['--drbd-usermode-helper /bin/true'],
  },
  {
    trap: 14,
    title: null,
    kind: 'drbd-rates',
    prints: ['c-min-rate=12207,c-max-rate=122070'],
    never: '104857600',
  },
  {
    trap: 15,
    title: null,
    kind: 'migration-bandwidth',
    prints: ['migration_bandwidth=89'],
    never: 'migration_bandwidth=1000',
  },
  {
    trap: 19,
    title: 'VLANs on a bridge that does not filter them',
    kind: 'bridge',
    prints: ['a\\        bridge_vlan_aware yes'],
  },
  {
    trap: 23,
    title: null,
    kind: 'init',
    prints: ['--enabled-hypervisors kvm'],
  },
  {
    trap: 23,
    title: null,
    kind: 'disk-parameters',
    prints: ['drbd:dynamic-resync=true'],
    never: 'protocol',
  },
  {
    trap: 25,
    title: "the installer's line",
    kind: 'hosts',
    prints: ['/^127\\.0\\.1\\.1[[:space:]]/d', "'192.0.2.5 ganeti01.example.org ganeti01'"],
  },
  {
    trap: 25,
    title: 'SSH has an ed25519 key alone',
    kind: 'ssh-host-key',
    prints: ['ssh-keygen -A'],
  },
];

describe('where the guide has a trap, the plan', () => {
  test.each(putRight)('$trap: prints $prints', async ({ title, kind, prints, never }) => {
    const { steps } = await planFor(title === null ? untouched : trapped(title));
    const own = steps.filter((step) => step.kind === kind && step.state === 'run');
    const lines = own.flatMap(({ shell }) => shell).join('\n');
    for (const text of prints) expect(lines).toContain(text);
    if (never !== undefined) expect(lines).not.toContain(never);
  });

  test.each([
    { trap: 1, title: 'ganeti02 and ganeti03 are given', kind: 'hosts', says: 'one address' },
    { trap: 1, title: 'ganeti02 and ganeti03 are given', kind: 'init', says: '192.0.2.6' },
    { trap: 2, title: 'the same after ifup br0', kind: 'init', says: 'no default route' },
    { trap: 6, title: '-cpu help prints the same', kind: 'node-add', says: '/dev/kvm' },
    { trap: 11, title: 'the flag of an Intel CPU', kind: 'init', says: 'vmx' },
    { trap: 20, title: 'the rest of the disk is less', kind: 'node-add', says: '20476 MiB' },
    { trap: 24, title: 'a secondary address for two', kind: 'init', says: '10.0.0.5' },
  ])('$trap: holds the step $kind back: $says', async ({ title, kind, says }) => {
    const { state, steps } = await planFor(trapped(title));
    expect(state).toBe('closed');
    const held = steps.filter((step) => step.kind === kind && step.held?.by === 'fail');
    expect(held.map(({ held: why }) => why?.reason).join('\n')).toContain(says);
  });

  test('10: warns of two nodes, and names both daemons', async () => {
    const { notes } = await planFor(trapped('two nodes are a cluster'));
    expect(notes.join('\n')).toMatch(/luxid and wconfd then need --no-voting --yes-do-it/);
  });

  test('18: wants bridge-utils of no node that has no ifupdown', async () => {
    const cluster = trapped('a host of systemd-networkd');
    const { steps } = await planFor(cluster);
    const lines = steps.filter(({ kind }) => kind === 'packages').flatMap(({ shell }) => shell);
    expect(lines.join('\n')).not.toContain('bridge-utils');
  });
});
