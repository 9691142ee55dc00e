import { fail, pass, skip, unknown, warn } from '../../../shared/judgement.ts';
import { counted, listed } from '../../../shared/wording.ts';
import { agreementOf, spelled } from '../agreement.ts';
import { type ClusterJudgement, defineClusterCheck } from '../cluster-check.ts';
import { type Members, mastersOf, ofMembers, runs } from './members.ts';

/** All nodes that were planned belong together. */
export const members = defineClusterCheck({
  id: 'ganeti.members',
  title: 'All nodes are members of one and the same cluster',
  why:
    'A node that was planned but never added, was removed, or belongs to another cluster takes ' +
    'no guest of this one. gnt-cluster verify knows the nodes it has, not those you meant.',
  rules: ['RUN-03'],
  needs: ['ganeti'],
  judge: (nodes) => ofMembers(nodes, judgeMembers),
});

function judgeMembers({ members: inside, outsiders }: Members): ClusterJudgement[] {
  const clusters = agreementOf(
    inside.map(({ node, member }) => ({ node, facts: member })),
    ({ ssconf }) => ssconf.clusterName,
  );
  const unlisted = inside.filter(({ member }) => member.ownName === null);
  const [cluster] = clusters.groups;
  const faults: ClusterJudgement[] = [
    ...outsiders.map((node) => ({
      ...warn(`${node} is in no cluster, expected it in ${cluster?.value}`, addNode(node)),
      node,
    })),
    ...unlisted.map(({ node }) => ({
      ...fail(`ssconf on ${node} does not list the node itself, expected it to`, REDIST),
      node,
    })),
  ];
  if (clusters.groups.length > 1) {
    const message = `cluster ${spelled(clusters)}; expected one cluster`;
    faults.push(fail(message, 'judge each cluster by a policy of its own'));
  }
  if (faults.length > 0) return faults;
  return [pass(`${counted(inside.length, 'node')} in ${cluster?.value}`)];
}

const REDIST = 'on the master: gnt-cluster redist-conf; when it was removed: clean /var/lib/ganeti';

function addNode(node: string): string {
  return `on the master: gnt-node add ${node}; or take it out of the policy`;
}

/** There is one master, and all know it. */
export const master = defineClusterCheck({
  id: 'ganeti.master',
  title: 'All nodes name the same master, and it agrees',
  why:
    'Two masters after a half failover both change disks and guests. gnt-cluster verify runs on ' +
    'one of them and believes it.',
  rules: ['RUN-03'],
  needs: ['ganeti'],
  judge: (nodes) => ofMembers(nodes, judgeMaster),
});

function judgeMaster(all: Members): ClusterJudgement[] {
  const named = agreementOf(
    all.members.map(({ node, member }) => ({ node, facts: member })),
    ({ ssconf }) => ssconf.masterNode,
  );
  if (named.groups.length > 1) {
    return [
      fail(
        `master ${spelled(named)}; expected one for all`,
        'stop the daemons of the false master, then on the right one: gnt-cluster redist-conf',
      ),
    ];
  }
  const [one] = named.groups;
  const holds = mastersOf(all).map(({ node }) => node);
  if (one === undefined || holds.length === 0) {
    return [unknown(`the master, ${one?.value}, has not told of itself`)];
  }
  return [pass(`${one.value}, by ${counted(one.nodes.length, 'node')}`)];
}

/** Somebody can take over. */
export const spareCandidate = defineClusterCheck({
  id: 'ganeti.spare-candidate',
  title: 'Another master candidate is healthy and reachable',
  why:
    'When the master dies only a candidate with a running noded can take over; ' +
    'gnt-cluster verify counts candidates, but not those that could do it now.',
  rules: ['RUN-08'],
  needs: ['ganeti'],
  judge: (nodes) => ofMembers(nodes, judgeSpare),
});

function judgeSpare(all: Members): ClusterJudgement[] {
  const [first] = all.members;
  if (first === undefined) return [];
  const { ssconf } = mastersOf(all)[0]?.member ?? first.member;
  if (ssconf.nodes.length < 2) return [skip('a cluster of one node has no other')];
  const wanted = ssconf.masterCandidates.filter((name) => name !== ssconf.masterNode);
  const found = all.members.filter(({ member }) => {
    const online = ssconf.nodes.find(({ name }) => name === member.ownName)?.online !== false;
    return online && member.ownName !== null && wanted.includes(member.ownName);
  });
  const healthy = found.filter((one) => runs(one, 'ganeti-noded')).map(({ node }) => node);
  if (healthy.length > 0) return [pass(`${listed(healthy)} can take over`)];
  const silent = wanted.filter((name) => !found.some(({ member }) => member.ownName === name));
  if (silent.length > 0) return [unknown(`candidates that did not report: ${listed(silent)}`)];
  const message =
    wanted.length === 0
      ? `${ssconf.masterNode} is the only master candidate, expected another`
      : `noded does not run on ${listed(wanted)}, the only other candidates; expected one healthy`;
  const remedy = 'gnt-node modify --master-candidate=yes NODE; systemctl start ganeti-noded there';
  return [fail(message, remedy)];
}

/** What is said to be off is off. */
export const offlineNodes = defineClusterCheck({
  id: 'ganeti.offline-nodes',
  title: 'No node that is marked offline is up',
  why:
    'Ganeti leaves out an offline node: its guests are restarted elsewhere while the old ones ' +
    'may still run there. gnt-cluster verify skips it as well.',
  rules: ['RUN-19'],
  needs: ['ganeti'],
  judge: (nodes) =>
    ofMembers(nodes, (all) => {
      const { ssconf } = (mastersOf(all)[0] ?? all.members[0])?.member ?? {};
      const offline = ssconf?.nodes.filter(({ online }) => online === false) ?? [];
      const names = offline.map(({ name }) => name);
      const answering = all.members.filter(({ member }) => names.includes(member.ownName ?? ''));
      if (answering.length === 0) return [pass(`${counted(names.length, 'node')} offline`)];
      return answering.map(({ node }) => ({
        ...warn(
          `${node} is marked offline but is up and reports, expected it off or in use`,
          `look for guests that still run there, then gnt-node modify --offline=no ${node}`,
        ),
        node,
      }));
    }),
});
