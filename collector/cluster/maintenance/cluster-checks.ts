import { fail, pass, unknown, warn } from '../../../shared/judgement.ts';
import { counted, listed } from '../../../shared/wording.ts';
import type { ClusterJudgement } from '../cluster-check.ts';
import { memberOf } from './cluster-view.ts';
import {
  awayBefore,
  downNodes,
  type Maintenance,
  type MaintenanceCheck,
} from './maintenance-check.ts';
import { successorOf } from './successor.ts';

/** Whether the cluster itself bears it that the nodes are away. */
export const clusterChecks: MaintenanceCheck[] = [
  {
    id: 'maintenance.reported',
    title: 'Every node that Ganeti holds for online has reported lately',
    why: 'A node that is silent may be down already, and nothing can be promised of it.',
    rules: ['GATE-14'],
    judge: judgeReported,
  },
  {
    id: 'maintenance.master',
    title: 'The nodes are not the master, or a candidate is ready to take over',
    why:
      'Without a master nothing can be moved or repaired, and it moves by one command on a ' +
      'healthy candidate, before and not after it is down.',
    rules: ['GATE-07'],
    judge: judgeMaster,
  },
  {
    id: 'maintenance.quorum',
    title: 'More than half of all configured nodes stay up',
    why:
      'luxid and wconfd start only when more than half of all nodes agree, those marked offline ' +
      'counted: a master that restarts during the work would not come back.',
    rules: ['GATE-08'],
    judge: judgeQuorum,
  },
  {
    id: 'maintenance.candidates',
    title: 'Master candidates are left while the nodes are down',
    why:
      'A drained or offline node is no candidate any more; when it comes back it is made one ' +
      'again and is sent the whole history of jobs.',
    rules: ['GATE-08', 'GATE-10'],
    judge: judgeCandidates,
  },
];

function judgeReported({ view }: Maintenance): ClusterJudgement[] {
  const online = view.nodes.filter(({ config }) => !config.offline);
  const silent = online.filter(({ report }) => report === null);
  const offline = view.nodes.length - online.length;
  const excused = offline === 0 ? '' : `; ${counted(offline, 'node')} marked offline, excused`;
  if (silent.length === 0) return [pass(`${counted(online.length, 'node')} reported${excused}`)];
  return silent.map(({ name }) => ({
    ...unknown(
      `${name} is online for Ganeti and has no fresh report under this name`,
      `on the node: muster-agent push; or, when it is gone: gnt-node modify --offline=yes ${name}`,
    ),
    subject: name,
  }));
}

function judgeMaster(maintenance: Maintenance): ClusterJudgement[] {
  const { view, down } = maintenance;
  const { masterNode } = view.config.cluster;
  const others = view.nodes.flatMap(({ name, config, report }) => {
    const named = report && memberOf(report)?.ssconf.masterNode;
    return !named || named === masterNode || config.offline ? [] : [`${name} (${named})`];
  });
  if (others.length > 0) {
    const found = `${masterNode} is the master, but not for ${listed(others)}`;
    return [fail(`${found}, expected one for all`, 'gnt-cluster redist-conf, then new reports')];
  }
  if (!down.has(masterNode)) return [pass(`${masterNode} stays the master`)];
  const { ready, silent } = successorOf(maintenance);
  if (ready !== null) return [pass(`${ready.name} is to take over from ${masterNode} first`)];
  const found = `${masterNode} is the master, and no other candidate is known to be ready`;
  if (silent.length > 0) return [unknown(`${found}: ${listed(silent)} told nothing of its noded`)];
  return [
    fail(
      `${found}, expected one that stays up`,
      'gnt-node modify --master-candidate=yes NODE; systemctl start ganeti-noded there',
    ),
  ];
}

/** One node of two is never more than half. */
const PAIR = 2;

function judgeQuorum(maintenance: Maintenance): ClusterJudgement[] {
  const { view } = maintenance;
  const count = view.nodes.length;
  const offline = awayBefore(maintenance).filter(({ config }) => config.offline).length;
  const left = count - downNodes(maintenance).length - offline;
  const found = `${left} of ${counted(count, 'node')} stay up`;
  if (2 * left > count) return [pass(found)];
  if (count !== PAIR) {
    return [
      fail(
        `${found}, expected more than half: no master daemon would start again`,
        'drain fewer nodes at a time, or bring offline ones back first',
      ),
    ];
  }
  const given = view.member.daemonArguments;
  const voters = ['LUXID_ARGS', 'WCONFD_ARGS'];
  const overridden =
    given.status === 'ok' && voters.every((name) => given.value[name]?.includes('--no-voting'));
  if (overridden) return [pass(`${found}, and voting is overridden`)];
  return [
    warn(
      `a cluster of two nodes: ${found}, so luxid and wconfd do not start again until both are up`,
      'do not restart the master or its daemons meanwhile; or --no-voting --yes-do-it for both',
    ),
  ];
}

function judgeCandidates({ view, down }: Maintenance): ClusterJudgement[] {
  const { config } = view;
  const staying = config.nodes.filter(
    ({ name, offline, drained }) => !offline && !drained && !down.has(name),
  );
  const capable = staying.filter(({ masterCapable }) => masterCapable).length;
  const left = Math.min(capable, config.cluster.candidatePoolSize);
  const lost = config.nodes.filter(
    ({ name, masterCandidate }) => masterCandidate && down.has(name),
  );
  const again = lost.length === 0 ? '' : `; ${listed(lost.map(({ name }) => name))} again after it`;
  if (left > 1) return [pass(`${counted(left, 'candidate')} while it lasts${again}`)];
  if (left === 1) {
    const message = `one candidate is left, the master itself${again}: nobody could take over`;
    return [warn(message, 'gnt-node modify --master-capable=yes NODE, or keep the work short')];
  }
  return [fail('no node that may be master is left, expected one', 'drain fewer nodes at a time')];
}
