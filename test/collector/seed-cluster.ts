import type { Finding } from '../../shared/check.ts';
import { type Policy, policySchema } from '../../shared/policy.ts';
import { type Facts, type Report, reportSchema, type Section } from '../../shared/report.ts';
import { GIB } from '../../shared/units.ts';
import { seedInventory } from './seed-inventory.ts';

/** The instant all tests of the fleet hold for. */
export const now = new Date('2026-03-01T03:00:00Z');

export const clusterName = 'ganeti-cluster01.example.org';
export const nodeNames = [1, 2, 3].map((number) => `ganeti0${number}.example.org`);

/** The facts that checks across nodes read, of one healthy node of the guide's cluster. */
export type SeedFacts = Pick<
  Facts,
  | 'identity'
  | 'memory'
  | 'os'
  | 'disks'
  | 'lvm'
  | 'network'
  | 'drbd'
  | 'names'
  | 'time'
  | 'inventory'
>;

/** A change to the facts of a node, made on a copy. */
export type Change = (facts: SeedFacts) => void;

/** The guide's cluster with an address of its own for each node. */
export function seedPolicy(changes: Record<string, unknown> = {}): Policy {
  return policySchema.parse({
    cluster: { name: clusterName, address: '192.0.2.4' },
    nodes: nodeNames.map((name, index) => ({ name, address: `192.0.2.${5 + index}` })),
    ...changes,
  });
}

/** The policy as the guide has it: its second and third node share an address. */
export function seedPolicyAsWritten(): Policy {
  const addresses = ['192.0.2.5', '192.0.2.6', '192.0.2.6'];
  return seedPolicy({
    nodes: nodeNames.map((name, index) => ({ name, address: addresses[index] })),
  });
}

/** A report of the guide's node `number` (1 to 3), twelve minutes old. */
export function seedReport(number: number, change: Change = () => undefined): Report {
  const facts = seedFacts(number);
  change(facts);
  const sections = Object.fromEntries(
    Object.entries(facts).map(([section, value]) => [section, { status: 'ok', facts: value }]),
  );
  return reportSchema.parse({
    schema: 1,
    node: nodeNames[number - 1],
    collectedAt: '2026-03-01T02:48:00Z',
    agent: { version: '0.1.0', privileged: true, origin: 'recorded' },
    tookMs: {},
    sections,
  });
}

/** The reports of all three nodes, with the same change to each. */
export function seedReports(change: Change = () => undefined): Report[] {
  return [1, 2, 3].map((number) => seedReport(number, change));
}

/** The same report with one section failed. */
export function withFailed(report: Report, section: Section, message: string): Report {
  const error = { kind: 'not_found' as const, message, source: null };
  return { ...report, sections: { ...report.sections, [section]: { status: 'failed', error } } };
}

/** The same report, taken at another time. */
export function collectedAt(report: Report, instant: string): Report {
  return { ...report, collectedAt: instant };
}

/** What identifies a finding and its verdict, for short tables. */
export function brief(findings: readonly Finding[]): string[] {
  return findings.map(({ verdict, check, node }) => `${verdict} ${check} ${node ?? 'cluster'}`);
}

/** `ok` around a value, as probes give it. */
export function ok<T>(value: T): { status: 'ok'; value: T } {
  return { status: 'ok', value };
}

/** A reading that failed. */
export function failed(message: string) {
  return { status: 'failed' as const, error: { kind: 'other' as const, message, source: null } };
}

function seedFacts(number: number): SeedFacts {
  const name = nodeNames[number - 1] ?? '';
  return {
    identity: {
      hostname: `ganeti0${number}`,
      fqdn: ok(name),
      machineIdHash: `${number}`.repeat(64),
      bootId: null,
    },
    memory: {
      totalBytes: 60 * GIB,
      availableBytes: 56 * GIB,
      swapTotalBytes: 0,
      swapFreeBytes: 0,
      hugepages: ok([]),
      numaNodes: ok([]),
    },
    os: osFacts(),
    lvm: {
      volumeGroups: [
        {
          name: 'gnt',
          sizeBytes: 22 * GIB,
          freeBytes: 22 * GIB,
          extentBytes: 4 * 1024 * 1024,
          pvCount: 1,
          lvCount: 0,
          attributes: 'wz--n-',
          partial: false,
          exported: false,
          resizeable: true,
        },
      ],
      physicalVolumes: [],
      logicalVolumes: [],
    },
    disks: {
      raidArrays: ok([]),
      disks: ok([{ name: 'sda', sizeBytes: 480 * GIB, rotational: false }]),
    },
    network: networkFacts(number),
    drbd: {
      moduleAvailable: ok({ version: '8.4.11' }),
      loaded: ok(true),
      loadedVersion: '8.4.11',
      usermodeHelper: ok('/bin/true'),
      utilsVersion: ok('9.22.0'),
      devices: ok([]),
    },
    names: namesFacts(number),
    inventory: structuredClone(seedInventory),
    time: {
      synchronised: ok(true),
      source: 'chrony',
      offsetMs: 0,
      timezone: 'UTC',
      clocksource: 'tsc',
    },
  };
}

function osFacts(): SeedFacts['os'] {
  return {
    id: 'debian',
    versionId: '12',
    codename: 'bookworm',
    prettyName: 'Debian GNU/Linux 12 (bookworm)',
    kernelRelease: '6.1.0-18-amd64',
    kernelVersion: null,
    kernelParameters: ok([]),
    packages: ok({ ganeti: '3.0.2-3', 'drbd-utils': '9.22.0-1' }),
    sysctls: ok({ 'net.ipv4.ip_forward': '0', 'vm.swappiness': '60' }),
    osDefinitions: ok([{ name: 'noop', apiVersions: [5, 20], variants: [] }]),
  };
}

function networkFacts(number: number): SeedFacts['network'] {
  return {
    interfaces: [],
    bridges: [],
    addresses: ok([address('lo', '127.0.0.1', 8), address('br0', `192.0.2.${4 + number}`, 24)]),
    routes: ok([]),
  };
}

function namesFacts(number: number): SeedFacts['names'] {
  const name = nodeNames[number - 1] ?? '';
  const hosts = [
    { line: 1, address: '127.0.0.1', names: ['localhost'] },
    { line: 2, address: '192.0.2.4', names: [clusterName] },
    ...nodeNames.map((host, index) => ({
      line: 3 + index,
      address: `192.0.2.${5 + index}`,
      names: [host],
    })),
  ];
  const lookups = hosts.slice(1).map((line) => ({
    name: line.names[0] ?? '',
    files: ok([line.address]),
    resolver: ok([line.address]),
  }));
  return {
    hostname: `ganeti0${number}`,
    fqdn: ok(name),
    hosts: ok(hosts),
    badHostsLines: [],
    hostsOrder: ['files', 'dns'],
    own: lookups.filter((lookup) => lookup.name === name),
    lookups,
  };
}

/** An address on an interface, of global scope unless it is the loopback's. */
export function address(name: string, value: string, prefixLength: number) {
  return {
    interface: name,
    family: value.includes(':') ? ('inet6' as const) : ('inet' as const),
    address: value,
    prefixLength,
    scope: name === 'lo' ? 'host' : 'global',
  };
}

/** Adds addresses to the interfaces of a node. */
export function holding(...added: ReturnType<typeof address>[]): Change {
  return ({ network }) => {
    if (network.addresses.status === 'ok') network.addresses.value.push(...added);
  };
}

/** Gives a node one address and no other. */
export function holdingOnly(value: string, prefixLength: number): Change {
  return ({ network }) => {
    network.addresses = ok([address('br0', value, prefixLength)]);
  };
}

/** Lets a node not tell its addresses. */
export const untold: Change = ({ network }) => {
  network.addresses = failed('ip: timed out');
};
