import type { OsFacts } from '../../../../shared/facts/os.ts';
import { type Changes, failed, ok } from '../../../sample-report.ts';
import { sampleSetup } from '../../../sample-setup.ts';
import { tableOf } from '../verdict.ts';

const os = (facts: Changes<OsFacts>) => ({ os: { facts } });
const { users, groups } = sampleSetup.accounts.value;

tableOf('os.ssh-host-key', {
  'as Debian makes them': { says: 'pass: host keys: ecdsa, ed25519 and rsa' },
  'an old DSA key alone': {
    sections: os({ sshHostKeys: ok(['dsa']) }),
    says: 'pass: host keys: dsa',
  },
  'no RSA key': {
    sections: os({ sshHostKeys: ok(['ecdsa', 'ed25519']) }),
    says: 'fail: host keys: ecdsa and ed25519; expected one of kind rsa',
  },
  'no key': {
    sections: os({ sshHostKeys: ok([]) }),
    says: 'fail: no host key in /etc/ssh; expected one of kind rsa',
  },
  'an agent that did not look': {
    sections: os({ sshHostKeys: undefined }),
    says: 'unknown: the report lists no SSH host keys',
  },
});

const file = (name: string) => `/var/lib/ganeti/${name}`;

tableOf('os.leftovers', {
  none: { says: 'pass: the data and queue folders of Ganeti hold no file' },
  'of a cluster': {
    sections: os({ clusterFiles: ok([file('config.data')]) }),
    says: 'fail: left of a cluster: /var/lib/ganeti/config.data; expected nothing',
  },
  'a few are named': {
    sections: os({ clusterFiles: ok(['a', 'b', 'c', 'd', 'e'].map(file)) }),
    says:
      'fail: left of a cluster: /var/lib/ganeti/a, /var/lib/ganeti/b, /var/lib/ganeti/c and ' +
      '/var/lib/ganeti/d and more; expected nothing',
  },
  'not readable': {
    sections: os({ clusterFiles: failed('denied', '/var/lib/ganeti: denied') }),
    says: 'unknown: /var/lib/ganeti: denied',
  },
  'an agent that did not look': {
    sections: os({ clusterFiles: undefined }),
    says: 'unknown: the report does not tell of old files',
  },
});

tableOf('os.accounts', {
  'as the package makes them': {
    says: 'pass: all there: gnt-masterd, gnt-confd, gnt-rapi, gnt-daemons and gnt-admin',
  },
  'a user, a group and a member that are missing': {
    sections: os({
      accounts: ok({
        users: users.filter((name) => name !== 'gnt-rapi'),
        groups: { ...groups, 'gnt-daemons': ['gnt-masterd'], 'gnt-rapi': undefined },
      }),
    }),
    says:
      'fail: missing: user gnt-rapi, group gnt-rapi and gnt-confd in group gnt-daemons; ' +
      'expected what the package makes',
  },
  'ganeti is not installed': {
    sections: os({
      packages: { value: { ganeti: null } },
      accounts: ok({ users: [], groups: {} }),
    }),
    says: 'skip: ganeti is not installed: see os.packages',
  },
  'a distribution with other names': {
    sections: os({ id: 'rocky' }),
    says: 'skip: the users that ganeti has on rocky are not known',
  },
  'getent that failed': {
    sections: os({ accounts: failed('timed_out', 'getent: gave up after 5 s') }),
    says: 'unknown: getent: gave up after 5 s',
  },
  'an agent that did not look': {
    sections: os({ accounts: undefined }),
    says: 'unknown: the report does not tell of users',
  },
});
