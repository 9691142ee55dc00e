import { compareVersions, parseVersion } from '../../../shared/cpu/versions.ts';
import { known, unknownBecause } from '../../../shared/evidence.ts';
import type { LvmFacts } from '../../../shared/facts/lvm.ts';
import type { OsFacts } from '../../../shared/facts/os.ts';
import type { QemuFacts } from '../../../shared/facts/qemu.ts';
import { fail, skip, warn } from '../../../shared/judgement.ts';
import { formatBytes, MIB } from '../../../shared/units.ts';
import { counted, listed } from '../../../shared/wording.ts';
import { type ClusterCheck, type ClusterJudgement, defineClusterCheck } from '../cluster-check.ts';
import {
  askHosts,
  concluded,
  homesOf,
  hostingNodes,
  ofSetup,
  type Setting,
  type Setup,
  settingsOf,
} from './setup.ts';

/** The metadata of one DRBD disk takes a volume of 128 MiB beside the data. */
const META_MIB = 128;

const metaGroup = defineClusterCheck({
  id: 'storage.meta-group',
  title: 'The volume group for the metadata of DRBD is on every node, with room',
  why:
    'metavg names the group that takes 128 MiB for each mirrored disk; on a node without it no ' +
    'such disk can be made. gnt-cluster verify looks at the main volume group alone.',
  rules: ['LVM-13'],
  needs: ['ganeti', 'lvm'],
  judge: (nodes) =>
    ofSetup(nodes, (setup) => {
      const { diskparams, volumeGroup, enabledDiskTemplates } = setup.config.cluster;
      if (!(enabledDiskTemplates?.includes('drbd') ?? volumeGroup !== null)) {
        return [skip('the cluster has no disks by DRBD')];
      }
      const name = diskparams.drbd?.metavg || volumeGroup;
      if (name === null)
        return [fail('DRBD is enabled, but the cluster has no volume group', SET_VG)];
      const { told, untold } = askHosts(setup, hostingNodes(setup), ({ lvm }) => freeIn(lvm, name));
      const without = told.filter(({ value }) => value === null).map(({ node }) => node);
      const full = told
        .filter(({ value }) => value !== null && value < META_MIB * MIB)
        .map(({ node, value }) => `${node} (${formatBytes(value ?? 0)})`);
      const faults: ClusterJudgement[] = [];
      if (without.length > 0) {
        const message = `metavg is ${name}, which is not on ${listed(without)}; expected it there`;
        const remedy = `vgcreate ${name} DEVICE there, or gnt-cluster modify -D drbd:metavg=VG`;
        faults.push({ ...fail(message, remedy), subject: 'missing' });
      }
      if (full.length > 0) {
        const message = `metavg ${name} has less than ${META_MIB} MiB free on ${listed(full)}`;
        faults.push({ ...fail(message, 'vgextend it, or move guests away'), subject: 'full' });
      }
      const found = `metavg ${name} on ${counted(told.length, 'node')}, with room`;
      return concluded(faults, found, { noun: 'volume groups', untold });
    }),
});

const SET_VG = 'gnt-cluster modify --vg-name=VG';

function freeIn({ volumeGroups }: LvmFacts, name: string): number | null {
  return volumeGroups.find((group) => group.name === name)?.freeBytes ?? null;
}

const replacement = defineClusterCheck({
  id: 'storage.replacement',
  title: 'Every mirrored guest finds room on another node when its secondary is lost',
  why:
    'After the loss of a node its guests are mirrored anew (replace-disks); without a third node ' +
    'with that much free they stay without a mirror. gnt-cluster verify does not count it.',
  rules: ['LVM-04'],
  needs: ['ganeti', 'lvm'],
  judge: (nodes) =>
    ofSetup(nodes, (setup) => {
      const mirrored = setup.config.instances.filter((one) => one.diskTemplate === 'drbd');
      if (mirrored.length === 0) return [skip('the cluster has no mirrored guests')];
      if (hostingNodes(setup).length < 3) return [skip('replacing a mirror takes a third node')];
      const groupOf = new Map(setup.config.nodes.map(({ name, group }) => [name, group]));
      const drained = new Set(setup.config.nodes.flatMap((one) => (one.drained ? [one.name] : [])));
      const untold: string[] = [];
      const stuck = mirrored.flatMap((instance) => {
        const others = hostingNodes(setup).filter(
          (name) =>
            groupOf.get(name) === groupOf.get(instance.primaryNode) &&
            !drained.has(name) &&
            !homesOf(setup, instance).includes(name),
        );
        const needs = instance.disks.reduce((sum, one) => sum + one.sizeMiB + META_MIB, 0) * MIB;
        const vg = instance.disks[0]?.volumeGroup ?? setup.config.cluster.volumeGroup ?? '';
        const asked = askHosts(setup, others, ({ lvm }) => freeIn(lvm, vg) ?? 0);
        if (asked.told.some(({ value }) => value >= needs)) return [];
        untold.push(...asked.untold);
        return asked.untold.length > 0 ? [] : [`${instance.name} (${formatBytes(needs)})`];
      });
      const message = `no third node has room for ${listed(stuck)}; expected one for each`;
      const remedy = 'extend the volume groups, or move guests: hbal -L';
      const faults = stuck.length === 0 ? [] : [warn(message, remedy)];
      const found = `${counted(mirrored.length, 'mirrored guest')}, each with room on a third node`;
      return concluded(faults, found, { noun: 'free space', untold });
    }),
});

const cache = defineClusterCheck({
  id: 'storage.disk-cache',
  title: 'disk_aio and disk_cache go together, and the nodes can do it',
  why:
    'native asynchronous I/O needs disk_cache=none: 3.0 overrides it silently, 3.1 refuses. ' +
    'io_uring needs QEMU 5.0 and Linux 5.1 wherever the guest may go.',
  rules: ['LVM-17'],
  needs: ['ganeti', 'qemu', 'os'],
  judge: (nodes) =>
    ofSetup(nodes, (setup) => {
      const settings = settingsOf(setup, ['disk_aio', 'disk_cache']);
      if (settings.length === 0) return [skip('KVM is not an enabled hypervisor')];
      const untold: string[] = [];
      const faults = settings.flatMap((setting): ClusterJudgement[] => {
        const { whose, params } = setting;
        if (params.disk_aio === 'native' && params.disk_cache !== 'none') {
          const cached = params.disk_cache ?? 'default';
          const message = `${whose}: disk_aio=native with disk_cache=${cached}, expected none`;
          const remedy = 'gnt-cluster modify -H kvm:disk_cache=none, or disk_aio=threads';
          return [{ ...fail(message, remedy), subject: whose }];
        }
        if (params.disk_aio !== 'io_uring') return [];
        const { faults: found, untold: silent } = judgeUring(setup, setting);
        untold.push(...silent);
        return found;
      });
      const [first] = settings;
      const { disk_aio: aio = 'threads', disk_cache: cached = 'default' } = first?.params ?? {};
      const found = `disk_aio=${aio}, disk_cache=${cached}`;
      return concluded(faults, found, { noun: 'QEMU and kernel', untold });
    }),
});

function judgeUring(
  setup: Setup<{ qemu: QemuFacts; os: OsFacts }>,
  { whose, nodes }: Setting,
): { faults: ClusterJudgement[]; untold: string[] } {
  const { told, untold } = askHosts(setup, nodes, ({ qemu, os }) => {
    const kernel = os.kernelRelease ?? unknownBecause('its kernel is not known');
    return [
      ...(isOlder(known(qemu.version), '5.0') ? [`QEMU ${known(qemu.version)}`] : []),
      ...(isOlder(kernel, '5.1') ? [`Linux ${kernel}`] : []),
    ];
  });
  const without = told.filter(({ value }) => value.length > 0);
  if (without.length === 0) return { faults: [], untold };
  const found = without.map(({ node, value }) => `${node} (${listed(value)})`);
  const message = `${whose}: disk_aio=io_uring, which ${listed(found)} cannot do`;
  const remedy = 'gnt-cluster modify -H kvm:disk_aio=threads';
  return { faults: [{ ...fail(message, remedy), subject: whose }], untold };
}

function isOlder(text: string, least: string): boolean {
  const version = parseVersion(text) ?? unknownBecause(`"${text}" is no version`);
  return compareVersions(version, parseVersion(least) ?? []) < 0;
}

/** What the configuration has of disks, against the volume groups of the nodes. */
export const storageSetupChecks: ClusterCheck[] = [metaGroup, replacement, cache];
