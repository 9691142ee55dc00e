import { groupedBy } from '../../../shared/grouping.ts';
import { skip, warn } from '../../../shared/judgement.ts';
import { formatBytes } from '../../../shared/units.ts';
import { counted, listed } from '../../../shared/wording.ts';
import { type ClusterCheck, type ClusterJudgement, defineClusterCheck } from '../cluster-check.ts';
import { policyOf, violations } from '../ipolicy.ts';
import { ALL_TOLD, askHosts, concluded, hostingNodes, ofSetup } from './setup.ts';

/** Their disks lie on one node and nowhere else. */
const ONE_NODE = new Set(['plain', 'file']);

const nonRedundant = defineClusterCheck({
  id: 'capacity.non-redundant',
  title: 'Every guest can be moved off its node',
  why:
    'A guest on plain or file disks is down as long as its node is, and gone when the disk is. ' +
    'gnt-cluster verify counts them in a note.',
  rules: ['CAP-05'],
  needs: ['ganeti'],
  judge: (nodes) =>
    ofSetup(nodes, ({ config }) => {
      const single = config.instances.filter(({ diskTemplate }) => ONE_NODE.has(diskTemplate));
      const faults = [...groupedBy(single, ({ primaryNode }) => primaryNode)].map(
        ([node, some]): ClusterJudgement => {
          const names = some.map(({ name, diskTemplate, tags }) =>
            [name, `(${[diskTemplate, ...tags].join(', ')})`].join(' '),
          );
          const message = `disks on this node alone: ${listed(names)}; expected mirrored ones`;
          const remedy =
            'plan their downtime with the owners, or: gnt-instance modify -t drbd -n NODE NAME';
          return { ...warn(message, remedy), node };
        },
      );
      const found = `${counted(config.instances.length, 'guest')}, none on one node alone`;
      return concluded(faults, found, ALL_TOLD);
    }),
});

const rules = defineClusterCheck({
  id: 'capacity.policy',
  title: 'Guests keep to the policy of their group, and are balanced by it',
  why:
    'hbal and N+1 leave out a guest without auto_balance, and cannot place one that is split ' +
    'over groups or outside the policy. gnt-cluster verify reports a part of it.',
  rules: ['CAP-06'],
  needs: ['ganeti'],
  judge: (nodes) =>
    ofSetup(nodes, ({ config }) => {
      const groupOf = new Map(config.nodes.map(({ name, group }) => [name, group]));
      const faults = [
        fault({
          subject: 'auto_balance',
          found: 'left out of the balance (auto_balance is off)',
          guests: config.instances
            .filter(({ beparams }) => !beparams.autoBalance)
            .map(({ name }) => name),
          remedy: 'gnt-instance modify -B auto_balance=true NAME',
        }),
        fault({
          subject: 'groups',
          found: 'split over node groups',
          guests: config.instances
            .filter(({ primaryNode, secondaryNodes }) =>
              secondaryNodes.some((one) => groupOf.get(one) !== groupOf.get(primaryNode)),
            )
            .map(({ name }) => name),
          remedy: 'gnt-instance replace-disks -n NODE NAME, with a node of the same group',
        }),
        fault({
          subject: 'ipolicy',
          found: 'outside the instance policy',
          guests: config.instances.flatMap((one) => {
            const broken = violations(one, policyOf(config, groupOf.get(one.primaryNode)));
            return broken.length === 0 ? [] : [`${one.name} (${listed(broken)})`];
          }),
          remedy: 'change the guest, or the policy: gnt-group modify --ipolicy-bounds-specs …',
        }),
      ].flat();
      return concluded(
        faults,
        `${counted(config.instances.length, 'guest')}, all balanced`,
        ALL_TOLD,
      );
    }),
});

interface Fault {
  subject: string;
  found: string;
  guests: string[];
  remedy: string;
}

function fault({ subject, found, guests, remedy }: Fault): ClusterJudgement[] {
  if (guests.length === 0) return [];
  return [{ ...warn(`${found}: ${listed(guests)}; expected none`, remedy), subject }];
}

const spread = defineClusterCheck({
  id: 'capacity.spread',
  title: 'What is free on each node is known',
  why:
    'gnt-node list shows it. The loss of a node that holds far more than the others hurts most: ' +
    'hbal -L evens it out. It is told, and decides nothing.',
  rules: ['CAP-09'],
  needs: ['ganeti', 'lvm', 'memory'],
  judge: (nodes) =>
    ofSetup(nodes, (setup) => {
      const names = hostingNodes(setup);
      if (names.length === 0) return [skip('no node may run guests')];
      const group = setup.config.cluster.volumeGroup;
      const { told, untold } = askHosts(setup, names, ({ lvm, memory }) => {
        const found = lvm.volumeGroups.find(({ name }) => name === group);
        const disk = found && `${formatBytes(found.freeBytes)} of ${formatBytes(found.sizeBytes)}`;
        const available = memory.availableBytes;
        const free = available === null ? 'not told' : formatBytes(available);
        return `disk ${disk ?? 'none'}, memory ${free} of ${formatBytes(memory.totalBytes)}`;
      });
      const found = [...groupedBy(told, ({ value }) => value)]
        .map(([value, some]) => `${listed(some.map(({ node }) => node))}: ${value}`)
        .join('; ');
      return concluded([], `free on ${found}`, { noun: 'what is free', untold });
    }),
});

/** What the guests of a cluster are to its nodes. */
export const capacitySetupChecks: ClusterCheck[] = [nonRedundant, rules, spread];
