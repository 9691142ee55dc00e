import type { CheckCard, Finding } from '../../shared/check.ts';
import { known, unknownBecause } from '../../shared/evidence.ts';
import type { FleetNode } from '../../shared/fleet.ts';
import { groupedBy } from '../../shared/grouping.ts';
import { pass, unknown } from '../../shared/judgement.ts';
import type { Policy } from '../../shared/policy.ts';
import { listed } from '../../shared/wording.ts';
import type { RapiEvidence } from '../rapi/evidence.ts';
import type { ClusterJudgement } from './cluster-check.ts';
import { viewOf } from './maintenance/cluster-view.ts';
import { reading } from './maintenance/view-node.ts';
import { differencesOf, reportedAt } from './rapi/differences.ts';

const answers: CheckCard = {
  id: 'ganeti.rapi-answers',
  title: 'RAPI says what it is asked',
  why:
    'Asked with --rapi, and only then. What RAPI does not tell is not known now, however lately ' +
    'the nodes have reported: jobs come and go between two reports.',
  rules: ['GATE-14'],
};

const agrees: CheckCard = {
  id: 'ganeti.rapi-agrees',
  title: 'What the nodes reported is still so, by RAPI',
  why:
    'Asked with --rapi. A guest that was moved, a node that was set offline or a parameter that ' +
    'was changed since the reports makes an answer from them an answer about yesterday.',
  rules: ['GATE-14'],
};

/** What is found only when RAPI is asked beside the reports. */
export const rapiCards: readonly CheckCard[] = [answers, agrees];

/** What RAPI adds to the reports: whether it answered, and whether they still hold. */
export function rapiFindings(
  nodes: readonly FleetNode[],
  policy: Policy,
  rapi: RapiEvidence,
): Finding[] {
  const silent = silentIn(rapi);
  const compared = reading(() => judgeAgreement(nodes, policy, rapi));
  const agreement =
    compared.status === 'ok' ? compared.value : unknown(compared.error.message, PUSH);
  // what was not told cannot agree
  const kept = silent.length > 0 && agreement.verdict === 'pass' ? UNCOMPARED : agreement;
  return [
    ...(silent.length > 0
      ? silent
      : [pass(`${rapi.origin} answered all it was asked at ${rapi.askedAt}`)]
    ).map((one) => findingOf(answers, one)),
    findingOf(agrees, kept),
  ];
}

/** What RAPI added to these; nothing when it was not asked. */
export function ofRapi(findings: readonly Finding[]): Finding[] {
  const ids = rapiCards.map(({ id }) => id);
  return findings.filter(({ check }) => ids.includes(check));
}

/** Why an answer from the reports alone does not hold any more; null: RAPI does not say so. */
export function doubtOf(findings: readonly Finding[]): string | null {
  const doubts = ofRapi(findings).filter(({ verdict }) => verdict === 'unknown');
  return doubts.length === 0 ? null : listed(doubts.map(({ message }) => message));
}

/** What each question is for, in the words of the finding that it was not answered. */
const ABOUT = {
  cluster: 'the master',
  groups: 'node groups',
  nodes: 'flags of nodes',
  instances: 'places of guests',
  jobs: 'jobs',
} as const;

const topics = ['cluster', 'groups', 'nodes', 'instances', 'jobs'] as const;

/** One finding for each reason: a server that is down is one. */
function silentIn(rapi: RapiEvidence): ClusterJudgement[] {
  const failed = topics.flatMap((topic) => {
    const { [topic]: found } = rapi;
    return found.status === 'ok' ? [] : [{ topic, ...found.error }];
  });
  return [...groupedBy(failed, ({ message }) => message)].map(([message, all]) => {
    const topicsOf = listed(all.map(({ topic }) => ABOUT[topic]));
    const remedy = all.some(({ kind }) => kind === 'denied') ? CREDENTIALS : SERVER;
    const found = `${rapi.origin}: ${message}; not known now: ${topicsOf}`;
    return { ...unknown(found, remedy), subject: listed(all.map(({ source }) => source ?? '')) };
  });
}

function judgeAgreement(
  nodes: readonly FleetNode[],
  policy: Policy,
  rapi: RapiEvidence,
): ClusterJudgement {
  const view = known(viewOf(nodes, policy));
  const { cluster } = rapi;
  const own = view.config.cluster.name;
  if (cluster.status === 'ok' && cluster.value.name !== own) {
    const message = `${rapi.origin} is that of ${cluster.value.name}, the reports are of ${own}`;
    return unknown(message, 'give the --rapi of this cluster');
  }
  const since = reportedAt(view) ?? unknownBecause('the master is not among its own nodes');
  const differences = differencesOf(view, rapi, since);
  if (differences.length > 0) {
    return unknown(`since the master reported at ${since}: ${listed(differences)}`, PUSH);
  }
  return pass(`nodes, guests and their places are as reported at ${since}`);
}

const PUSH = 'on the master and the nodes it names, as root: muster-agent push; then ask again';
const CREDENTIALS = '--rapi-credentials FILE: name and password of a user of rapi/users';
const SERVER =
  'on the master: systemctl status ganeti-rapi; it may listen on 127.0.0.1 alone (RAPI_ARGS of ' +
  '/etc/default/ganeti); its certificate is /var/lib/ganeti/rapi.pem';
const UNCOMPARED: ClusterJudgement = {
  ...unknown('what RAPI did not tell could not be compared'),
  cause: { check: answers.id, node: null },
};

function findingOf(card: CheckCard, { node, ...judgement }: ClusterJudgement): Finding {
  return { check: card.id, title: card.title, node: node ?? null, ...judgement };
}
