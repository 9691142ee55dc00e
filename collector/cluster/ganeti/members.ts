import { known } from '../../../shared/evidence.ts';
import type { Membership } from '../../../shared/facts/ganeti.ts';
import { skip } from '../../../shared/judgement.ts';
import type { ClusterJudgement, NodeFacts } from '../cluster-check.ts';
import { askNodes, unlessUntold } from '../told.ts';

/** A node that is in a cluster, and what it knows of it. */
export interface Member {
  node: string;
  member: Membership;
}

/** The nodes by whether they are in a cluster. */
export interface Members {
  members: Member[];
  outsiders: string[];
}

/** What `judge` says of the nodes in a cluster; when there is none it cannot be asked. */
export function ofMembers(
  nodes: readonly NodeFacts<'ganeti'>[],
  judge: (members: Members) => ClusterJudgement[],
): ClusterJudgement[] {
  const { told, untold } = askNodes(nodes, ({ ganeti }) => known(ganeti.membership));
  const members = told.flatMap(({ node, value }) =>
    value === null ? [] : [{ node, member: value }],
  );
  const outsiders = told.filter(({ value }) => value === null).map(({ node }) => node);
  if (members.length === 0 && untold.length === 0) return [skip('the nodes are in no cluster')];
  const judged = members.length === 0 ? [] : judge({ members, outsiders });
  return unlessUntold(judged, 'membership', untold);
}

/** The facts that only the master has; none when it did not report. */
export function mastersOf({ members }: Members) {
  return members.flatMap(({ node, member }) =>
    member.master === null ? [] : [{ node, member, master: member.master }],
  );
}

/** Whether a daemon of Ganeti runs on the node. */
export function runs({ member }: Member, daemon: string): boolean {
  return known(member.daemons).some(({ name, running }) => name === daemon && running);
}
