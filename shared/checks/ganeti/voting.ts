import { defineCheck, type Judgement } from '../../check.ts';
import { known } from '../../evidence.ts';
import type { Membership } from '../../facts/ganeti.ts';
import { fail, pass, skip, warn } from '../../judgement.ts';
import { counted, listed } from '../../wording.ts';
import { ofMaster, ofMember } from './member.ts';

const VOTERS = ['LUXID_ARGS', 'WCONFD_ARGS'];

/** Both daemons have to vote, or neither. */
export const voting = defineCheck({
  id: 'ganeti.voting',
  title: 'The override of voting fits the number of nodes',
  why:
    'luxid and wconfd both ask for a majority. Without it on three nodes an old master that ' +
    'comes back rules beside the new one; gnt-cluster verify does not read the file.',
  rules: ['RUN-07'],
  needs: ['ganeti'],
  judge: ({ ganeti }) => ofMember(ganeti, judgeVoting),
});

/** With two nodes no majority is left when one is down; from three on there is one. */
const OVERRIDE_NODES_MAX = 2;

function judgeVoting({ daemonArguments, ssconf }: Membership): Judgement {
  const given = known(daemonArguments);
  const without = VOTERS.filter((name) => given[name]?.includes('--no-voting'));
  const count = ssconf.nodes.length;
  const place = 'in /etc/default/ganeti';
  const nodes = counted(count, 'node');
  if (without.length === 0) {
    if (count !== OVERRIDE_NODES_MAX) return pass(`no override of voting, ${nodes}`);
    return pass('no override of voting: with one of two nodes down no master starts');
  }
  if (count > OVERRIDE_NODES_MAX) {
    return fail(
      `${listed(without)} has --no-voting ${place}, expected none with ${nodes}`,
      'take --no-voting --yes-do-it out on every node, then restart the master daemons',
    );
  }
  if (without.length < VOTERS.length) {
    return fail(
      `only ${listed(without)} has --no-voting ${place}, expected ${listed(VOTERS)} alike`,
      'give both --no-voting --yes-do-it, or neither',
    );
  }
  const unsaid = VOTERS.filter((name) => !given[name]?.includes('--yes-do-it'));
  if (unsaid.length === 0) return pass(`voting is overridden in both daemons, ${nodes}`);
  return fail(
    `${listed(unsaid)} has --no-voting without --yes-do-it ${place}: the daemon asks, and waits`,
    'add --yes-do-it, or take --no-voting out',
  );
}

/** How many more nodes may fail. */
export const quorum = defineCheck({
  id: 'ganeti.quorum',
  title: 'The master daemons could restart with one more node down',
  why:
    'They start only when more than half of all configured nodes agree, and nodes marked ' +
    'offline count as well. gnt-cluster verify does not work it out.',
  rules: ['RUN-06'],
  needs: ['ganeti'],
  judge: ({ ganeti }) =>
    ofMaster(ganeti, (_master, { ssconf }) => {
      const count = ssconf.nodes.length;
      if (count < 2) return skip('a cluster of one node has nobody to lose');
      const offline = ssconf.nodes.filter(({ online }) => online === false);
      const margin = marginOf(count, count - offline.length);
      const away = offline.length === 0 ? '' : `, ${offline.length} of them offline`;
      const found = `${counted(count, 'node')}${away}`;
      if (margin > 0) return pass(`${found}: ${counted(margin, 'more node')} may be down`);
      const remedy = 'bring offline nodes back, or take dead ones out: gnt-node remove NODE';
      if (margin === 0) return warn(`${found}: no more may be down, expected one at least`, remedy);
      return fail(`${found}: no majority is left, so no master daemon starts again`, remedy);
    }),
});

/** The most nodes that may go while twice the rest is more than all; below 0: too few already. */
function marginOf(count: number, online: number): number {
  return Math.floor((2 * online - count - 1) / 2);
}
