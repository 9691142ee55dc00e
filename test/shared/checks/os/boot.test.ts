import type { OsFacts } from '../../../../shared/facts/os.ts';
import { type Changes, failed, ok } from '../../../sample-report.ts';
import { tableOf } from '../verdict.ts';

const os = (facts: Changes<OsFacts>) => ({ os: { facts } });

tableOf('os.kernel-newest', {
  'the newest': { says: 'pass: 6.1.0-41-amd64, none newer is installed' },
  'a newer one': {
    sections: os({ installedKernels: ok(['6.1.0-41-amd64', '6.1.0-42-amd64']) }),
    says: 'warn: 6.1.0-41-amd64 runs, but 6.1.0-42-amd64 is installed; expected the newest to run',
  },
  'one of another flavour': {
    sections: os({ installedKernels: ok(['6.1.0-42-rt-amd64']) }),
    says: 'pass: 6.1.0-41-amd64, none newer is installed',
  },
  'a container': {
    sections: os({ installedKernels: ok([]) }),
    says: 'skip: no kernel is installed in /boot or /lib/modules',
  },
  'not readable': {
    sections: os({ installedKernels: failed('denied', '/boot: denied') }),
    says: 'unknown: /boot: denied',
  },
  'an agent that did not look': {
    sections: os({ installedKernels: undefined }),
    says: 'unknown: the report lists no installed kernels',
  },
});

tableOf('os.reboot-required', {
  'no note': { says: 'pass: there is no /run/reboot-required' },
  'a note': {
    sections: os({ rebootRequired: ok(true) }),
    says: 'warn: there is /run/reboot-required: an update waits for a reboot, expected none to',
  },
  'an agent that did not look': {
    sections: os({ rebootRequired: undefined }),
    says: 'unknown: the report does not tell of updates',
  },
});

tableOf('os.failed-units', {
  none: { says: 'pass: systemd counts no unit as failed' },
  two: {
    sections: os({ failedUnits: ok(['drbd.service', 'ssh.service']) }),
    says: 'warn: 2 failed units: drbd.service and ssh.service; expected none',
  },
  'no systemd': {
    sections: os({ failedUnits: ok(null) }),
    says: 'skip: systemd does not run this machine',
  },
  'no answer': {
    sections: os({ failedUnits: failed('timed_out', 'systemctl: gave up after 5 s') }),
    says: 'unknown: systemctl: gave up after 5 s',
  },
  'an agent that did not look': {
    sections: os({ failedUnits: undefined }),
    says: 'unknown: the report does not tell of failed units',
  },
});
