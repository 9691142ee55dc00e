import { decideGate } from '../../../../collector/cluster/decision.ts';
import { findGate } from '../../../../collector/cluster/gates.ts';
import { buildFleet, type FleetInput } from '../../../../collector/fleet.ts';
import type { Membership } from '../../../../shared/facts/ganeti.ts';
import type { GanetiConfig, InstanceConfig } from '../../../../shared/facts/ganeti-config.ts';
import type { Guest, GuestArguments } from '../../../../shared/facts/guests.ts';
import type { Facts, Report, Section } from '../../../../shared/report.ts';
import { GIB, MIB } from '../../../../shared/units.ts';
import {
  sampleGuest,
  sampleInstance,
  sampleMaster,
  sampleMembership,
} from '../../../sample-ganeti.ts';
import { ok, samplePolicy, sampleReport } from '../../../sample-report.ts';

/** The instant at which the small clusters are asked about. */
export const now = new Date('2026-11-22T12:00:00Z');

export const nodeName = (number: number) => `ganeti0${number}.example.org`;

/** A guest of a small cluster, by what matters to a move. */
export interface GuestSketch {
  name: string;
  on: number;
  /** the node of its mirror */
  mirror?: number;
  template?: string;
  memoryMiB?: number;
  /** up unless told otherwise; one that is up runs, unless `stopped` */
  state?: string;
  stopped?: boolean;
  instance?: Partial<InstanceConfig>;
  arguments?: Partial<GuestArguments>;
  deleted?: boolean | null;
}

export interface ClusterSketch {
  /** free memory of each node, in MiB */
  free: number[];
  guests?: GuestSketch[];
  config?: ((config: GanetiConfig) => unknown) | undefined;
  member?: ((member: Membership) => unknown) | undefined;
  report?: ((report: Report, number: number) => unknown) | undefined;
}

/** The reports of a running cluster, the first node being its master, all well unless changed. */
export function smallCluster(sketch: ClusterSketch): Report[] {
  const config = configOf(sketch);
  sketch.config?.(config);
  return sketch.free.map((_, index) => reportOf(sketch, config, index + 1));
}

/** The facts of a section of a report, to change them. */
export function factsIn<S extends Section>(report: Report, section: S): Facts[S] {
  const outcome = report.sections[section];
  if (outcome?.status !== 'ok') throw new Error(`no section ${section}`);
  return outcome.facts as Facts[S];
}

/** The gate's answer for these nodes of the cluster. */
export function drained(reports: Report[], drain: number[], input: Partial<FleetInput> = {}) {
  const gate = findGate('maintenance');
  if (gate === undefined) throw new Error('there is no gate maintenance');
  const names = reports.map(({ node }) => ({ name: node }));
  const policy = samplePolicy({ nodes: names });
  const drainNames = drain.map(nodeName);
  const fleet = { cluster: 'c', reports, policy, now, drain: drainNames, ...input };
  return decideGate(gate, buildFleet(fleet));
}

/** `verdict check` of everything that is no pass or skip. */
export function troubles(answer: ReturnType<typeof drained>): string[] {
  return answer.findings
    .filter(({ verdict }) => verdict !== 'pass' && verdict !== 'skip')
    .map(({ verdict, check }) => `${verdict} ${check}`);
}

function configOf({ free, guests = [] }: ClusterSketch): GanetiConfig {
  const base = sampleMaster().config;
  if (base.status === 'failed') throw new Error('the sample has no configuration');
  const [node] = base.value.nodes;
  if (node === undefined) throw new Error('the sample has no node');
  return {
    ...structuredClone(base.value),
    groups: [
      {
        ...{ uuid: 'group-1', name: 'default', allocPolicy: 'preferred', exclusiveStorage: null },
        ...{ ipolicy: base.value.cluster.ipolicy, networks: [], tags: [] },
      },
    ],
    nodes: free.map((_, index) => ({
      ...structuredClone(node),
      uuid: `node-${index + 1}`,
      name: nodeName(index + 1),
      primaryAddress: `192.0.2.${5 + index}`,
      secondaryAddress: `10.0.0.${5 + index}`,
    })),
    instances: guests.map(instanceOf),
  };
}

function instanceOf(guest: GuestSketch, index: number): InstanceConfig {
  const { name, on, mirror, memoryMiB = 512, state = 'up' } = guest;
  const template = guest.template ?? (mirror === undefined ? 'plain' : 'drbd');
  const drbd =
    mirror === undefined
      ? null
      : {
          port: 11_000 + index,
          minors: [on, mirror].map((number) => ({ node: nodeName(number), minor: index })),
        };
  const disk = { template, sizeMiB: 1024, volumeGroup: 'gnt', lvNames: [], path: null, drbd };
  return {
    ...structuredClone(sampleInstance),
    ...{ uuid: `instance-${index}`, name, primaryNode: nodeName(on), adminState: state },
    secondaryNodes: mirror === undefined ? [] : [nodeName(mirror)],
    diskTemplate: template,
    disks: [disk],
    beparams: {
      ...sampleInstance.beparams,
      minMemoryMiB: memoryMiB,
      maxMemoryMiB: memoryMiB,
    },
    ...guest.instance,
  };
}

function reportOf(sketch: ClusterSketch, config: GanetiConfig, number: number): Report {
  const { free, guests = [] } = sketch;
  const freeBytes = (free[number - 1] ?? 0) * MIB;
  const member = memberOf(sketch, config, number);
  const report = sampleReport({
    node: nodeName(number),
    sections: {
      guests: { status: 'ok', facts: { guests: runningOn(guests, number) } },
      ganeti: { status: 'ok', facts: { release: ok('3.0.2'), membership: ok(member) } },
    },
  });
  Object.assign(factsIn(report, 'memory'), {
    ...{ totalBytes: 256 * GIB, availableBytes: 1, unusedBytes: freeBytes },
  });
  factsIn(report, 'identity').bootId = `boot-${number}`;
  factsIn(report, 'drbd').devices = ok(devicesOn(guests, number));
  report.sections.peers = { status: 'ok', facts: probedPeers(free.length, number) };
  sketch.report?.(report, number);
  return report;
}

function memberOf(sketch: ClusterSketch, config: GanetiConfig, number: number): Membership {
  return sampleMembership(number, (member) => {
    member.ownName = nodeName(number);
    const [known] = member.ssconf.nodes;
    if (known === undefined) throw new Error('the sample knows no node');
    member.ssconf.nodes = config.nodes.map(({ name, offline }) => {
      return { ...known, name, online: !offline };
    });
    if (member.master !== null) {
      member.master.config = ok(structuredClone(config));
      const { lastVerify } = member.master;
      if (lastVerify.status === 'ok' && lastVerify.value !== null) {
        lastVerify.value.endedAt = '2026-11-22T11:50:00.000Z';
        // of the command, of the configuration, and of each group
        lastVerify.value.jobIds = [85, 86, ...config.groups.map((_, index) => 87 + index)];
      }
      sketch.member?.(member);
    }
  });
}

function runningOn(guests: readonly GuestSketch[], number: number): Guest[] {
  return guests
    .filter(({ on, state = 'up', stopped }) => on === number && state === 'up' && !stopped)
    .map(({ name, memoryMiB = 512, arguments: change, deleted = false }) => {
      const memoryBytes = memoryMiB * MIB;
      const guest = sampleGuest({ name, memoryBytes, oldSocketFlags: false, ...change });
      if (guest.process.status === 'ok' && guest.process.value.state === 'running') {
        guest.process.value.deleted = deleted;
      }
      return { ...guest, instance: name };
    });
}

function devicesOn(guests: readonly GuestSketch[], number: number) {
  return guests.flatMap(({ on, mirror, state = 'up' }, minor) => {
    if (mirror === undefined || state !== 'up' || (on !== number && mirror !== number)) return [];
    const [localRole, peerRole] =
      on === number ? ['Primary', 'Secondary'] : ['Secondary', 'Primary'];
    return [
      {
        ...{ minor, resource: null, connection: 'Connected', localRole, peerRole },
        ...{ localDisk: 'UpToDate', peerDisk: 'UpToDate', syncPercent: null, outOfSyncBytes: 0 },
      },
    ];
  });
}

function probedPeers(count: number, number: number): Facts['peers'] {
  const others = Array.from({ length: count }, (_, index) => index + 1).filter(
    (other) => other !== number,
  );
  return {
    probed: true,
    mtus: ok({ primary: 1500, secondary: 1500 }),
    paths: others.map((other) => ({
      ...{ peer: nodeName(other), role: 'secondary' as const, source: `10.0.0.${4 + number}` },
      address: `10.0.0.${4 + other}`,
      ports: [{ port: 1811, answer: ok({ outcome: 'open' as const, tookMs: 0.2 }) }],
      pingMs: ok(0.2),
      jumbo: null,
    })),
    leftOut: 0,
    cluster: null,
  };
}
