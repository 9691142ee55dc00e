import type { FilesystemsFacts } from '../../../../shared/facts/filesystems.ts';
import { GIB } from '../../../../shared/units.ts';
import { failed, ok } from '../../../sample-report.ts';
import { tableOf } from '../verdict.ts';

type Mount = FilesystemsFacts['mounts'][number];
const mounts = (...list: Partial<Mount>[]) => ({
  filesystems: {
    facts: {
      mounts: list.map((one) => ({
        path: '/',
        source: '/dev/sda2',
        type: 'ext4',
        options: ['rw'],
        holds: ['/'],
        space: space(80e9, 40e9),
        ...one,
      })),
    },
  },
});
const space = (totalBytes: number, availableBytes: number) =>
  ok({ totalBytes, freeBytes: availableBytes, availableBytes });

tableOf('storage.root-filesystem', {
  'one byte short': {
    sections: mounts({ space: space(10e9 - 1, 5e9) }),
    says: 'fail: / has 9999999999 B, expected at least 9.3 GiB',
  },
  'just enough': {
    sections: mounts({ space: space(10e9, 5e9) }),
    says: 'pass: / has 9.3 GiB; 55.9 GiB would leave room for images',
  },
  'just as advised': {
    sections: mounts({ space: space(60e9, 5e9) }),
    says: 'pass: / has 55.9 GiB',
  },
  'no mount of /': {
    sections: mounts({ path: '/var', holds: ['/var'] }),
    says: 'unknown: no mount of / was found',
  },
  'a size that could not be asked': {
    sections: mounts({ space: failed('not_recorded', 'statfs of / was not recorded') }),
    says: 'unknown: statfs of / was not recorded',
  },
});

tableOf('storage.filesystem-free', {
  'at the limit, below it, and full': {
    sections: mounts(
      { space: space(100 * GIB, 10 * GIB) },
      { path: '/var', space: space(100 * GIB, 10 * GIB - 1) },
      { path: '/boot', space: space(GIB, 0) },
    ),
    says: [
      'pass /: 10 GiB (10 %) of 100 GiB free on /',
      'warn /var: 10 GiB (9 %) of 100 GiB free on /var, expected at least 10 %',
      'fail /boot: 0 B (0 %) of 1 GiB free on /boot, expected at least 10 %',
    ],
  },
  'one that is remote, one that failed, one without a size': {
    sections: mounts(
      { path: '/srv', space: failed('unsupported', '/srv is nfs4: not asked') },
      { path: '/var', space: failed('timed_out', 'statfs of /var gave up') },
      { path: '/run', type: 'tmpfs', space: space(0, 0) },
    ),
    says: [
      'skip /srv: /srv is nfs4: not asked',
      'unknown /var: statfs of /var gave up',
      'skip /run: /run is a tmpfs without a size',
    ],
  },
  'no mount at all': { sections: mounts(), says: 'unknown: no mount was found' },
});
