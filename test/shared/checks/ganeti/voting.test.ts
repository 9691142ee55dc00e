import { ok } from '../../../sample-report.ts';
import { tableOf } from '../verdict.ts';
import { master, node } from './member.ts';

const both = ['--no-voting', '--yes-do-it'];
const voting = (count: number, given: Record<string, string[]>) =>
  node(2, (one) => {
    one.ssconf.nodes.splice(count);
    one.daemonArguments = ok(given);
  });

tableOf('ganeti.voting', {
  'none on three nodes': {
    sections: voting(3, {}),
    says: 'pass: no override of voting, 3 nodes',
  },
  'forgotten on three': {
    sections: voting(3, { LUXID_ARGS: both, WCONFD_ARGS: both }),
    says:
      'fail: LUXID_ARGS and WCONFD_ARGS has --no-voting in /etc/default/ganeti, expected none ' +
      'with 3 nodes',
  },
  'none on two': {
    sections: voting(2, { LUXID_ARGS: ['-d'] }),
    says: 'pass: no override of voting: with one of two nodes down no master starts',
  },
  'one of both on two': {
    sections: voting(2, { LUXID_ARGS: both, WCONFD_ARGS: [] }),
    says:
      'fail: only LUXID_ARGS has --no-voting in /etc/default/ganeti, expected LUXID_ARGS and ' +
      'WCONFD_ARGS alike',
  },
  'both on two': {
    sections: voting(2, { LUXID_ARGS: both, WCONFD_ARGS: both }),
    says: 'pass: voting is overridden in both daemons, 2 nodes',
  },
  'both, one of them waiting for an answer': {
    sections: voting(2, { LUXID_ARGS: both, WCONFD_ARGS: ['--no-voting'] }),
    says:
      'fail: WCONFD_ARGS has --no-voting without --yes-do-it in /etc/default/ganeti: the daemon ' +
      'asks, and waits',
  },
});

const sized = (count: number, offline: number) =>
  master(({ ssconf }) => {
    const [like] = ssconf.nodes;
    if (like === undefined) return;
    ssconf.nodes = Array.from({ length: count }, (_, at) => ({ ...like, online: at >= offline }));
  });

tableOf('ganeti.quorum', {
  'one node': { sections: sized(1, 0), says: 'skip: a cluster of one node has nobody to lose' },
  'two nodes': {
    sections: sized(2, 0),
    says: 'warn: 2 nodes: no more may be down, expected one at least',
  },
  'three nodes': { sections: sized(3, 0), says: 'pass: 3 nodes: 1 more node may be down' },
  'five nodes': { sections: sized(5, 0), says: 'pass: 5 nodes: 2 more nodes may be down' },
  'five nodes, two of them offline': {
    sections: sized(5, 2),
    says: 'warn: 5 nodes, 2 of them offline: no more may be down, expected one at least',
  },
  'five nodes, three of them offline': {
    sections: sized(5, 3),
    says: 'fail: 5 nodes, 3 of them offline: no majority is left, so no master daemon starts again',
  },
});
