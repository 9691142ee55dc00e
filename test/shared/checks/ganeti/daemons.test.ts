import { failed } from '../../../sample-report.ts';
import { tableOf } from '../verdict.ts';
import { type Change, master, node } from './member.ts';

const daemon =
  (name: string, running: boolean): Change =>
  ({ daemons }) => {
    const one = daemons.status === 'ok' ? daemons.value.find((it) => it.name === name) : undefined;
    if (one) one.running = running;
  };

tableOf('ganeti.daemons', {
  'a master': {
    sections: master(),
    says:
      'pass: running: ganeti-noded, ganeti-confd, ganeti-mond, ganeti-luxid, ganeti-wconfd and ' +
      'ganeti-rapi',
  },
  'a candidate': {
    sections: node(2),
    says: 'pass: running: ganeti-noded, ganeti-confd and ganeti-mond',
  },
  'a node without mond': {
    sections: node(2, daemon('ganeti-mond', false)),
    says: 'warn ganeti-mond: ganeti-mond does not run, expected it to run here',
  },
  'a master without wconfd': {
    sections: master(daemon('ganeti-wconfd', false)),
    says: 'fail ganeti-wconfd: ganeti-wconfd does not run, expected it to run here',
  },
  'a second node with luxid': {
    sections: node(2, daemon('ganeti-luxid', true)),
    says:
      'fail ganeti-luxid: ganeti-luxid runs, expected it on the master alone, which is ' +
      'ganeti01.example.org',
  },
  'a regular node needs no confd': {
    sections: node(2, (one) => {
      one.role = 'regular';
      daemon('ganeti-confd', false)(one);
    }),
    says: 'pass: running: ganeti-noded and ganeti-mond',
  },
  'kvmd where guests may stop themselves': {
    sections: node(2, ({ ssconf }) => {
      ssconf.hvparamsKvm = { user_shutdown: 'True' };
    }),
    says: 'fail ganeti-kvmd: ganeti-kvmd does not run, expected it to run here',
  },
  'pid files that cannot be read': {
    sections: node(2, (one) => {
      one.daemons = failed('denied', '/run/ganeti: denied');
    }),
    says: 'unknown: /run/ganeti: denied',
  },
});
