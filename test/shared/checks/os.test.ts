import type { OsFacts } from '../../../shared/facts/os.ts';
import { type Changes, failed, ok } from '../../sample-report.ts';
import { tableOf } from './verdict.ts';

const os = (facts: Changes<OsFacts>) => ({ os: { facts } });
const packages = (value: Record<string, string | null | undefined>) => os({ packages: { value } });

tableOf('os.release', {
  'Debian 13': {
    sections: os({ versionId: '13', prettyName: 'Debian GNU/Linux 13 (trixie)' }),
    says: 'pass: Debian GNU/Linux 13 (trixie)',
  },
  'Debian 11': {
    sections: os({ versionId: '11', prettyName: 'Debian GNU/Linux 11 (bullseye)' }),
    says: 'warn: Debian GNU/Linux 11 (bullseye), expected Debian 12 (bookworm) or 13 (trixie)',
  },
  'Debian testing has no number': {
    sections: os({ versionId: null, prettyName: null }),
    says: 'warn: debian without a version, expected Debian 12 (bookworm) or 13 (trixie)',
  },
  'another distribution with that number': {
    sections: os({ id: 'ol', prettyName: null }),
    says: 'warn: ol 12, expected Debian 12 (bookworm) or 13 (trixie)',
  },
  'no os-release': {
    sections: os({ id: null }),
    says: 'unknown: os-release does not name the distribution',
  },
});

tableOf('os.packages', {
  'a fresh Debian': {
    sections: packages({ ganeti: null, 'ganeti-3.0': null, 'drbd-utils': null }),
    says: 'fail: not installed: ganeti and drbd-utils; Ganeti needs ganeti and drbd-utils',
  },
  'no mirrored disks planned': {
    sections: packages({ 'drbd-utils': null }),
    policy: { storage: { diskTemplates: ['plain'] } },
    says: 'pass: all installed, with ganeti 3.0.2-3',
  },
  'the series of a later release': {
    sections: packages({ ganeti: '3.1.0-1', 'ganeti-3.0': null, 'ganeti-3.1': '3.1.0-1' }),
    says: 'pass: all installed, with ganeti 3.1.0-1',
  },
  'a ganeti without its series': {
    sections: packages({ 'ganeti-3.0': null }),
    says: 'fail: not installed: ganeti-X.Y; Ganeti needs ganeti-X.Y',
  },
  'no OS providers': {
    sections: packages({ 'ganeti-instance-debootstrap': null, 'ganeti-os-noop': null }),
    says: 'warn: not installed: ganeti-instance-debootstrap and ganeti-os-noop',
  },
  'no bridge-utils with classic ifupdown': {
    sections: packages({ 'bridge-utils': null }),
    says: 'warn: not installed: bridge-utils',
  },
  'no bridge-utils with ifupdown2': {
    sections: packages({ 'bridge-utils': null, ifupdown2: '3.0.0-1.1' }),
    says: 'pass: all installed, with ganeti 3.0.2-3',
  },
  'no bridge-utils without ifupdown': {
    sections: packages({ 'bridge-utils': null, ifupdown: null }),
    says: 'pass: all installed, with ganeti 3.0.2-3',
  },
  'an agent that did not look for one': {
    sections: packages({ 'ganeti-os-noop': undefined }),
    says: 'unknown: the agent did not look for the package ganeti-os-noop',
  },
  'a distribution with other names': {
    sections: os({ id: 'rocky' }),
    says: 'skip: the package names of rocky are not known',
  },
  'no dpkg': {
    sections: os({ packages: failed('not_found', 'dpkg-query: no such command') }),
    says: 'unknown: dpkg-query: no such command',
  },
});

tableOf('os.tools', {
  'the other arping': {
    sections: packages({ 'iputils-arping': null, arping: '2.23-1' }),
    says: 'pass: installed: socat, fping, iproute2, lvm2, openssh-server and arping',
  },
  'no arping and no fping': {
    sections: packages({ 'iputils-arping': null, fping: null }),
    says: 'fail: not installed: fping and iputils-arping',
  },
});

tableOf('os.kernel-parameters', {
  'mitigations left alone': {
    sections: os({ kernelParameters: ok(['mitigations=auto', 'hugepages=4']) }),
    says: 'pass: no word that hides CPU features, memory or mitigations',
  },
  'mitigations off, and features hidden': {
    sections: os({ kernelParameters: ok(['mitigations=off', 'clearcpuid=514', 'mem=4G']) }),
    says:
      "warn: the kernel was started with mitigations=off (guests can read one another's memory), " +
      'clearcpuid=514 (CPU features are hidden, so fewer models run), ' +
      'mem=4G (memory beyond it is not used)',
  },
  'not readable': {
    sections: os({ kernelParameters: failed('denied', '/proc/cmdline: denied') }),
    says: 'unknown: /proc/cmdline: denied',
  },
});
