import type { DrbdFacts } from '../../../../shared/facts/drbd.ts';
import { type Changes, failed, ok } from '../../../sample-report.ts';
import { tableOf } from '../verdict.ts';

const drbd = (facts: Changes<DrbdFacts>) => ({ drbd: { facts } });
const options = (value: Record<string, string | undefined>) => drbd({ bootOptions: { value } });
const late = 'so after a reboot it is /sbin/drbdadm';

tableOf('drbd.persistence', {
  'the file of the package': {
    says: 'pass: listed in /usr/lib/modules-load.d/drbd.conf',
  },
  'loaded by hand': {
    sections: drbd({ loadedAtBootBy: ok([]) }),
    says: 'warn: neither /etc/modules nor a file of modules-load.d lists drbd, expected one to',
  },
  'not readable': {
    sections: drbd({ loadedAtBootBy: failed('denied', 'modules-load.d: denied') }),
    says: 'unknown: modules-load.d: denied',
  },
  'an agent that did not look': {
    sections: drbd({ loadedAtBootBy: undefined }),
    says: 'unknown: the report does not tell of the boot',
  },
});

tableOf('drbd.helper-persistence', {
  'the helper of the policy': {
    says: 'pass: modprobe.d or the kernel command line sets /bin/true',
  },
  'no line, as the guide leaves it': {
    sections: options({ usermode_helper: undefined }),
    says: `warn: no line of modprobe.d sets usermode_helper, ${late}; expected /bin/true`,
  },
  'another helper': {
    sections: options({ usermode_helper: '/bin/true2' }),
    says: 'warn: at boot usermode_helper is set to "/bin/true2", expected /bin/true',
  },
  'an empty one': {
    sections: options({ usermode_helper: '' }),
    says: 'warn: at boot usermode_helper is set to "", expected /bin/true',
  },
  'the default, where the policy wants it': {
    sections: options({ usermode_helper: undefined }),
    policy: { storage: { usermodeHelper: '/sbin/drbdadm' } },
    says: 'pass: not set, so it is the default, /sbin/drbdadm',
  },
  'an install line': {
    sections: drbd({ bootOptions: failed('unsupported', 'modprobe.d has an "install" line') }),
    says: 'unknown: modprobe.d has an "install" line',
  },
  'an agent that did not look': {
    sections: drbd({ bootOptions: undefined }),
    says: 'unknown: the report does not tell of the boot',
  },
});

tableOf('drbd.digest', {
  off: { says: 'pass: FIPS mode is off' },
  on: {
    sections: drbd({ fips: ok(true) }),
    says: 'fail: the kernel runs in FIPS mode, which has no md5; expected FIPS mode off',
  },
  'an agent that did not look': {
    sections: drbd({ fips: undefined }),
    says: 'unknown: the report does not tell of FIPS mode',
  },
});
