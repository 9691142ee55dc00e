import { defineCheck, type Judgement } from '../../check.ts';
import { known } from '../../evidence.ts';
import type { GanetiConfig } from '../../facts/ganeti-config.ts';
import { fail, pass, warn } from '../../judgement.ts';
import { counted, listed } from '../../wording.ts';
import { ofMaster, ofMember, unlessFaulty } from './member.ts';

/** Enough nodes could take over. */
export const candidates = defineCheck({
  id: 'ganeti.candidates',
  title: 'There are as many master candidates as the pool wants',
  why:
    'Only candidates hold the configuration and can become master. The pool is 10 unless it was ' +
    'set, not 6. gnt-cluster verify reports too few as ECLUSTERCFG.',
  rules: ['RUN-04'],
  needs: ['ganeti'],
  judge: ({ ganeti }) =>
    ofMaster(ganeti, (master) => {
      const { cluster, nodes } = known(master.config);
      const eligible = nodes.filter((one) => one.masterCapable && !one.offline && !one.drained);
      const wanted = Math.min(cluster.candidatePoolSize, eligible.length);
      const found = nodes.filter((one) => one.masterCandidate).length;
      const able = counted(eligible.length, 'eligible node');
      const pool = `pool ${cluster.candidatePoolSize}, ${able}`;
      if (found === wanted) return pass(`${counted(found, 'candidate')} (${pool})`);
      return warn(
        `${counted(found, 'candidate')}, expected ${wanted} (${pool})`,
        found < wanted
          ? 'gnt-node modify --master-candidate=yes NODE, or --auto-promote'
          : `gnt-cluster modify --candidate-pool-size=${found}`,
      );
    }),
});

/** New guests and evacuations find a place by themselves. */
export const iallocator = defineCheck({
  id: 'ganeti.iallocator',
  title: 'The cluster has a default instance allocator',
  why:
    'Without one, gnt-instance add and gnt-node evacuate want their nodes named by hand, also at ' +
    'night; gnt-cluster verify does not mind.',
  rules: ['RUN-16'],
  needs: ['ganeti'],
  judge: ({ ganeti }) =>
    ofMaster(ganeti, (master) => {
      const found = known(master.config).cluster.defaultIallocator;
      if (found !== null && found !== '') return pass(`the default iallocator is ${found}`);
      return warn(
        'the cluster has no default iallocator, expected one such as hail',
        'apt-get install ganeti-htools, then gnt-cluster modify --default-iallocator=hail',
      );
    }),
});

/** Guests run with KVM, and their disks can be what was planned. */
export const hypervisors = defineCheck({
  id: 'ganeti.hypervisors',
  title: 'KVM and the planned disk templates are enabled',
  why:
    'gnt-instance add refuses what is not enabled; gnt-cluster verify compares with no plan, so ' +
    'it is content with whatever is enabled.',
  rules: ['RUN-17'],
  needs: ['ganeti'],
  judge: ({ ganeti }, policy) =>
    ofMaster(ganeti, (master) => {
      const { enabledHypervisors, enabledDiskTemplates } = known(master.config).cluster;
      const faults: Judgement[] = [];
      if (!enabledHypervisors.includes('kvm')) {
        const message = `hypervisors enabled: ${listed(enabledHypervisors)}; expected kvm`;
        const remedy = 'gnt-cluster modify --enabled-hypervisors=kvm';
        faults.push({ ...fail(message, remedy), subject: 'kvm' });
      }
      for (const template of policy.storage.diskTemplates) {
        if (enabledDiskTemplates?.includes(template) ?? true) continue;
        const all = listed(enabledDiskTemplates ?? []);
        const message = `disk templates enabled: ${all}; expected ${template} as planned`;
        const wanted = [...(enabledDiskTemplates ?? []), template].join(',');
        const remedy = `gnt-cluster modify --enabled-disk-templates=${wanted}`;
        faults.push({ ...fail(message, remedy), subject: template });
      }
      const templates = listed(enabledDiskTemplates ?? policy.storage.diskTemplates);
      return unlessFaulty(faults, `${listed(enabledHypervisors)}; ${templates}`);
    }),
});

/** An upgrade of Ganeti came to its end. */
export const upgrade = defineCheck({
  id: 'ganeti.upgrade',
  title: 'No upgrade of the cluster was left half-way',
  why:
    'gnt-cluster upgrade notes its intent; when it broke off, nodes may run two versions with ' +
    'the queue drained. gnt-cluster verify does not look at the note.',
  rules: ['RUN-18'],
  needs: ['ganeti'],
  judge: ({ ganeti }) =>
    ofMember(ganeti, ({ upgradeIntent }) => {
      if (!upgradeIntent) return pass('no upgrade is under way');
      return fail(
        'an upgrade was begun and not ended (intent-to-upgrade), expected none under way',
        'on the master: gnt-cluster upgrade --resume',
      );
    }),
});

/** What each node is allowed fits what it does. */
export const nodeFlags = defineCheck({
  id: 'ganeti.node-flags',
  title: 'The flags of each node fit together and fit its guests',
  why:
    'A drained or not vm_capable node that still runs guests was forgotten half-way; ' +
    'gnt-cluster verify reports contradicting flags, but not the guests of a drained node.',
  rules: ['RUN-19'],
  needs: ['ganeti'],
  judge: ({ ganeti }) =>
    ofMaster(ganeti, (master) => {
      const config = known(master.config);
      const faults = config.nodes.flatMap((node) => judgeNode(node, config));
      return unlessFaulty(faults, `${counted(config.nodes.length, 'node')} without contradiction`);
    }),
});

function judgeNode(node: GanetiConfig['nodes'][number], config: GanetiConfig): Judgement[] {
  const { name } = node;
  const primaries = config.instances.filter((one) => one.primaryNode === name).map(nameOf);
  const all = config.instances
    .filter((one) => one.primaryNode === name || one.secondaryNodes.includes(name))
    .map(nameOf);
  const states = [
    ...(node.masterCandidate ? ['master candidate'] : []),
    ...(node.drained ? ['drained'] : []),
    ...(node.offline ? ['offline'] : []),
  ];
  const faults = [
    ...(states.length > 1 ? [`is ${listed(states)} at once`] : []),
    ...(node.drained && primaries.length > 0 ? [`is drained and runs ${listed(primaries)}`] : []),
    ...(!node.vmCapable && all.length > 0 ? [`is not vm_capable and holds ${listed(all)}`] : []),
  ];
  if (faults.length === 0) return [];
  const message = `${name} ${faults.join('; ')}; expected flags that fit`;
  const remedy = `gnt-node migrate ${name}, or gnt-node modify with the flag set right`;
  return [{ ...warn(message, remedy), subject: name }];
}

function nameOf({ name }: { name: string }): string {
  return name;
}

/** The master does not run on what it manages. */
export const ownMaster = defineCheck({
  id: 'ganeti.own-master',
  title: 'The master is not an instance of its own cluster',
  why:
    'When such a master falls, nobody is left to start it; and a failover of its own instance ' +
    'ends the job that does it. gnt-cluster verify cannot know.',
  rules: ['RUN-20'],
  needs: ['ganeti', 'network'],
  judge: ({ ganeti, network }) =>
    ofMaster(ganeti, (master) => {
      const own = network.interfaces
        // a tap belongs to a guest of this node, whatever its address is
        .filter(({ kind }) => kind !== 'tun')
        .map(({ macAddress }) => macAddress?.toLowerCase());
      const { instances } = known(master.config);
      const same = instances.find(({ nics }) =>
        nics.some(({ mac }) => mac !== null && own.includes(mac.toLowerCase())),
      );
      if (same === undefined) return pass(`none of ${counted(instances.length, 'instance')}`);
      return fail(
        `the master has the MAC address of the instance ${same.name}, expected another machine`,
        'gnt-cluster master-failover on a candidate that is no instance of this cluster',
      );
    }),
});
