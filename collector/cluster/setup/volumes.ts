import { known } from '../../../shared/evidence.ts';
import type { DrbdFacts } from '../../../shared/facts/drbd.ts';
import type { GanetiConfig } from '../../../shared/facts/ganeti-config.ts';
import type { LvmFacts } from '../../../shared/facts/lvm.ts';
import { fail, skip, unknown, warn } from '../../../shared/judgement.ts';
import { counted, listed } from '../../../shared/wording.ts';
import { type ClusterCheck, type ClusterJudgement, defineClusterCheck } from '../cluster-check.ts';
import { askHosts, concluded, hostingNodes, ofSetup, type Setup } from './setup.ts';

const orphans = defineClusterCheck({
  id: 'storage.orphans',
  title: "The logical volumes of the cluster's group are those of its instances",
  why:
    'What no instance owns takes space for ever: leftovers of failed jobs and removed guests. A ' +
    'volume that is missing is a lost disk. gnt-cluster verify sees both once it is run.',
  rules: ['LVM-10'],
  needs: ['ganeti', 'lvm'],
  judge: (nodes) =>
    ofSetup(nodes, (setup) => {
      const group = setup.config.cluster.volumeGroup;
      if (group === null) return [skip('the cluster uses no LVM')];
      const names = setup.config.nodes.filter(({ offline }) => !offline).map(({ name }) => name);
      const { told, untold } = askHosts(setup, names, ({ lvm }, node) =>
        judgeVolumes(setup, { group, lvm, node }),
      );
      const faults = told.flatMap(({ value }) => value);
      const found = `no volume of ${group} without an owner on ${counted(told.length, 'node')}`;
      return concluded(faults, found, { noun: 'volumes', untold });
    }),
});

interface Volumes {
  group: string;
  lvm: LvmFacts;
  node: string;
}

/** As Ganeti names the volumes of an instance. */
const OF_GANETI = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\.disk\d+/;

function judgeVolumes(setup: Setup<unknown>, { group, lvm, node }: Volumes): ClusterJudgement[] {
  const owned = ownedOn(setup.config, node, group);
  const there = lvm.logicalVolumes.filter(({ vg }) => vg === group).map(({ name }) => name);
  const { reservedLvs } = setup.config.cluster;
  const patterns = reservedLvs.map((text) => ({ text, pattern: safePattern(text) }));
  const unread = patterns.filter(({ pattern }) => pattern === null).map(({ text }) => text);
  const strange = there.filter(
    (name) =>
      !owned.has(name) && !patterns.some(({ pattern }) => pattern?.test(`${group}/${name}`)),
  );
  const faults: ClusterJudgement[] = [];
  if (strange.length > 0 && unread.length > 0) {
    const message = `whether ${listed(unread)} of reserved-lvs holds back ${listed(strange)}`;
    faults.push({ ...unknown(message), node, subject: 'orphans' });
  } else if (strange.length > 0) {
    const made = strange.filter((name) => OF_GANETI.test(name));
    const rest = strange.filter((name) => !OF_GANETI.test(name));
    const parts = [
      ...(made.length > 0 ? [`left by an instance or failed job: ${listed(made)}`] : []),
      ...(rest.length > 0 ? [`not of Ganeti: ${listed(rest)}`] : []),
    ];
    const message = `volumes in ${group} that no instance owns: ${parts.join('; ')}`;
    const remedy =
      `look at what is in it, then lvremove ${group}/NAME, or keep it out of the count: ` +
      'gnt-cluster modify --reserved-lvs=PATTERN';
    faults.push({ ...warn(`${message}; expected none`, remedy), node, subject: 'orphans' });
  }
  const missing = [...owned].filter(([name]) => !there.includes(name));
  if (missing.length > 0) {
    const found = missing.map(([name, instance]) => `${name} of ${instance}`);
    const message = `volumes missing in ${group}: ${listed(found)}; expected each disk of a guest`;
    const remedy = 'gnt-instance replace-disks NAME where it is mirrored, else restore the disk';
    faults.push({ ...fail(message, remedy), node, subject: 'missing' });
  }
  return faults;
}

/** Volume to instance, of the disks that lie on a node. */
function ownedOn({ instances }: GanetiConfig, node: string, group: string): Map<string, string> {
  const here = instances.filter(
    ({ primaryNode, secondaryNodes }) => primaryNode === node || secondaryNodes.includes(node),
  );
  return new Map(
    here.flatMap(({ name, disks }) =>
      disks
        .filter(({ volumeGroup }) => volumeGroup === group)
        .flatMap(({ lvNames }) => lvNames.map((volume) => [volume, name] as const)),
    ),
  );
}

/** More of these, and a pattern of a hostile report could keep the collector busy for long. */
const REPEATS_MAX = 3;
const PATTERN_LENGTH_MAX = 200;

/**
 * The expression as Ganeti applies it, to the whole of `group/volume`; null for one with groups,
 * alternatives or counts, which Python and JavaScript read differently, or which run without end.
 */
function safePattern(text: string): RegExp | null {
  const isPlain = /^(?:[\w/@%+:=, -]|\\[.\w]|\.|\[[\w-]{1,64}\]|[*+?^$])*$/.test(text);
  const repeats = text.match(/[*+?]/g)?.length ?? 0;
  if (!isPlain || repeats > REPEATS_MAX || text.length > PATTERN_LENGTH_MAX) return null;
  try {
    return new RegExp(`^${text}$`);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

const templates = defineClusterCheck({
  id: 'storage.templates',
  title: 'Every enabled disk template has what it rests on',
  why:
    'gnt-instance add offers each enabled template on each node; without its volume group, its ' +
    'module or its folder there the job fails half-way.',
  rules: ['LVM-14'],
  needs: ['ganeti', 'lvm', 'drbd'],
  judge: (nodes) =>
    ofSetup(nodes, (setup) => {
      const enabled = setup.config.cluster.enabledDiskTemplates;
      if (enabled === null) return [skip('this release has no list of disk templates')];
      const untold: string[] = [];
      const faults = enabled.flatMap((template): ClusterJudgement[] => {
        const asked = lackedBy(template, setup);
        untold.push(...asked.untold);
        if (asked.lacks.length === 0) return [];
        const message = `${template} is enabled, but there is ${listed(asked.lacks)}`;
        const out = 'gnt-cluster modify --enabled-disk-templates=…';
        const remedy = `set it up, or take ${template} out: ${out}`;
        return [{ ...fail(message, remedy), subject: template }];
      });
      return concluded(faults, `${listed(enabled)} can be used`, { noun: 'disks', untold });
    }),
});

type Backends = Setup<{ lvm: LvmFacts; drbd: DrbdFacts }>;

function lackedBy(template: string, setup: Backends): { lacks: string[]; untold: string[] } {
  const { cluster } = setup.config;
  const folder = FOLDERS[template];
  if (folder !== undefined) {
    return { lacks: cluster[folder] ? [] : ['no folder set for it'], untold: [] };
  }
  if (template !== 'plain' && template !== 'drbd') return { lacks: [], untold: [] };
  const group = cluster.volumeGroup;
  if (group === null) return { lacks: ['no volume group set for it'], untold: [] };
  const { told, untold } = askHosts(setup, hostingNodes(setup), ({ lvm, drbd }) => [
    ...(lvm.volumeGroups.some(({ name }) => name === group) ? [] : [`volume group ${group}`]),
    ...(template === 'drbd' && !known(drbd.loaded) ? ['module drbd'] : []),
  ]);
  const lacks = told.flatMap(({ node, value }) => value.map((what) => `no ${what} on ${node}`));
  return { lacks, untold };
}

const FOLDERS: Readonly<
  Record<string, 'fileStorageDir' | 'sharedFileStorageDir' | 'glusterStorageDir'>
> = {
  file: 'fileStorageDir',
  sharedfile: 'sharedFileStorageDir',
  gluster: 'glusterStorageDir',
};

/** What the configuration has of volumes, against those of the nodes. */
export const volumeSetupChecks: ClusterCheck[] = [orphans, templates];
