import { known, unknownBecause } from '../../shared/evidence.ts';
import type { Ipolicy } from '../../shared/facts/ganeti-config.ts';
import { MIB } from '../../shared/units.ts';
import type { ClusterView } from '../cluster/maintenance/cluster-view.ts';
import type { PlacedGuest } from '../cluster/maintenance/guest.ts';
import { freeBytesOf } from '../cluster/maintenance/room.ts';
import { factsOf, onlineCpus, type ViewNode } from '../cluster/maintenance/view-node.ts';

/**
 * The cluster as the text that htools read: groups, nodes, instances, tags and policies, each
 * section ended by an empty line. A fact that is missing ends it as unknown.
 */
export function htoolsText(view: ClusterView): string {
  const { groups, cluster } = view.config;
  const uuids = new Map(groups.map(({ name, uuid }) => [name, uuid]));
  const sections = [
    groups.map(({ name, uuid, allocPolicy, tags }) =>
      row([name, uuid, allocPolicy ?? 'preferred', tags.join(','), '']),
    ),
    view.nodes.map((node) => nodeRow(node, view, uuids)),
    view.guests.map(guestRow),
    cluster.tags.map((tag) => row([tag])),
    [policyRow('', cluster.ipolicy), ...groups.map((one) => policyRow(one.name, one.ipolicy))],
  ];
  return sections.map((lines) => lines.map((line) => `${line}\n`).join('')).join('\n');
}

/** Columns are not escaped, so what would make two of one is refused. */
function row(columns: readonly (string | number)[]): string {
  const texts = columns.map(String);
  const bad = texts.find((text) => /[|\r\n]/.test(text));
  if (bad !== undefined) unknownBecause(`"${bad}" does not fit into a text for htools`);
  return texts.join('|');
}

function nodeRow(node: ViewNode, view: ClusterView, uuids: ReadonlyMap<string, string>): string {
  const { name, config } = node;
  const uuid = uuids.get(config.group) ?? unknownBecause(`${name}: its group is not configured`);
  const tags = config.tags.join(',');
  if (config.offline) return row([name, 0, 0, 0, 0, 0, 0, 'Y', uuid, 1, tags, 'N', 0, 0, '1.0']);
  const totalBytes = factsOf(node, 'memory').totalBytes;
  const freeBytes = freeBytesOf(node);
  const guestBytes = view.guests
    .filter(({ instance, process }) => instance.primaryNode === name && process.status === 'ok')
    .reduce((sum, guest) => sum + (runs(guest) ? known(guest.memoryBytes) : 0), 0);
  const own = Math.max(0, totalBytes - freeBytes - guestBytes);
  const [diskTotal, diskFree] = disksOf(node, view);
  const cpus = onlineCpus(node);
  const role = name === view.config.cluster.masterNode ? 'M' : 'N';
  const flag = config.drained || !config.vmCapable ? 'Y' : role;
  const sizes = [mib(totalBytes), mib(own), mib(freeBytes), mib(diskTotal), mib(diskFree)];
  return row([name, ...sizes, cpus, flag, uuid, 1, tags, 'N', 0, 1, '1.0']);
}

function disksOf(node: ViewNode, { config }: ClusterView): [number, number] {
  const { volumeGroup } = config.cluster;
  if (volumeGroup === null) return [0, 0];
  const group = factsOf(node, 'lvm').volumeGroups.find(({ name }) => name === volumeGroup);
  if (group === undefined) unknownBecause(`${node.name}: no volume group ${volumeGroup}`);
  return [group.sizeBytes, group.freeBytes];
}

function mib(bytes: number): number {
  return Math.floor(bytes / MIB);
}

function runs({ process }: PlacedGuest): boolean {
  return known(process) !== null;
}

/** What the metadata of a DRBD disk takes beside it, in MiB. */
const DRBD_META_MIB = 128;

function guestRow(guest: PlacedGuest): string {
  const { name, instance } = guest;
  const { diskTemplate, beparams, primaryNode, secondaryNodes, disks, tags } = instance;
  const disk = disks.reduce(
    (sum, { sizeMiB, drbd }) => sum + sizeMiB + (drbd === null ? 0 : DRBD_META_MIB),
    0,
  );
  const status = runs(guest) || instance.adminState === 'up' ? 'running' : 'ADMIN_down';
  const balance = beparams.autoBalance ? 'Y' : 'N';
  const memory = mib(known(guest.memoryBytes));
  const size = [memory, disk, beparams.vcpus];
  const where = [status, balance, primaryNode, secondaryNodes[0] ?? '', diskTemplate];
  return row([name, ...size, ...where, tags.join(','), Math.max(1, disks.length)]);
}

const TEMPLATES = 'diskless,file,sharedfile,plain,blockdev,drbd,rbd,ext,gluster';
/** Ganeti's own defaults, for what a policy does not set. */
const LEAST = { memoryMiB: 128, vcpus: 1, diskMiB: 1024, disks: 1, nics: 1, spindles: 1 };
const MOST = { memoryMiB: 32_768, vcpus: 8, diskMiB: 1_048_576, disks: 16, nics: 8, spindles: 12 };

type Specs = Ipolicy['ranges'][number]['min'];

function specsText(specs: Specs | undefined, defaults: typeof LEAST): string {
  const { memoryMiB, vcpus, diskMiB, disks, nics, spindles } = defaults;
  return [
    ...[specs?.memoryMiB ?? memoryMiB, specs?.vcpus ?? vcpus, specs?.diskMiB ?? diskMiB],
    ...[specs?.disks ?? disks, specs?.nics ?? nics, specs?.spindles ?? spindles],
  ].join(',');
}

function policyRow(owner: string, ipolicy: Ipolicy): string {
  const templates = ipolicy.diskTemplates?.join(',') ?? TEMPLATES;
  const ratios = [ipolicy.vcpuRatio ?? VCPU_RATIO, ipolicy.spindleRatio ?? SPINDLE_RATIO];
  const standard = specsText(undefined, LEAST);
  const [first] = ipolicy.ranges;
  const range = `${specsText(first?.min, LEAST)};${specsText(first?.max, MOST)}`;
  return row([owner, standard, range, templates, ...ratios.map((ratio) => ratio.toFixed(1))]);
}

const VCPU_RATIO = 4;
const SPINDLE_RATIO = 32;
