import { checks } from '../../../shared/checks/index.ts';
import type { DrbdDevice, DrbdFacts } from '../../../shared/facts/drbd.ts';
import { type Changes, failed, ok } from '../../sample-report.ts';
import { tableOf } from './verdict.ts';

const drbd = (facts: Changes<DrbdFacts>) => ({ drbd: { facts } });
const healthy: DrbdDevice = {
  minor: 0,
  resource: null,
  connection: 'Connected',
  localRole: 'Primary',
  peerRole: 'Secondary',
  localDisk: 'UpToDate',
  peerDisk: 'UpToDate',
  syncPercent: null,
  outOfSyncBytes: 0,
};
const device = (change: Partial<DrbdDevice>) => drbd({ devices: ok([{ ...healthy, ...change }]) });
const plain = { storage: { diskTemplates: ['plain'] } };

for (const { id } of checks.filter((check) => check.id.startsWith('drbd.'))) {
  tableOf(id, {
    'no mirrored disks planned': {
      policy: plain,
      sections: drbd({ loaded: failed('denied', 'denied') }),
      says: 'skip: the policy enables no drbd disk template',
    },
  });
}

tableOf('drbd.module', {
  'loaded, though modinfo finds none': {
    sections: drbd({ moduleAvailable: ok(null) }),
    says: 'pass: the module is loaded',
  },
  'there, not loaded': {
    sections: drbd({ loaded: ok(false) }),
    says: 'pass: the module is there, 8.4.11',
  },
  missing: {
    sections: drbd({ loaded: ok(false), moduleAvailable: ok(null) }),
    says: 'fail: the kernel 6.1.0-41-amd64 has no module drbd, expected one',
  },
  'modinfo that failed': {
    sections: drbd({ loaded: ok(false), moduleAvailable: failed('timed_out', 'modinfo: gave up') }),
    says: 'unknown: modinfo: gave up',
  },
});

tableOf('drbd.loaded', {
  'not loaded': {
    sections: drbd({ loaded: ok(false) }),
    says: 'fail: the module drbd is not loaded, expected it to be',
  },
  'not known': {
    sections: drbd({ loaded: failed('denied', '/sys/module: denied') }),
    says: 'unknown: /sys/module: denied',
  },
});

tableOf('drbd.version', {
  'version 9 is loaded': {
    sections: drbd({ loadedVersion: '9.2.1' }),
    says: 'fail: DRBD 9.2.1, expected version 8',
  },
  'version 9 would be loaded': {
    sections: drbd({ loadedVersion: null, moduleAvailable: ok({ version: '9.1.7' }) }),
    says: 'fail: DRBD 9.1.7, expected version 8',
  },
  'version 80 is not version 8': {
    sections: drbd({ loadedVersion: '80.4.1' }),
    says: 'fail: DRBD 80.4.1, expected version 8',
  },
  'a module without a version': {
    sections: drbd({ loadedVersion: null, moduleAvailable: ok({ version: null }) }),
    says: 'unknown: the module drbd does not tell its version',
  },
  'no module': {
    sections: drbd({ loadedVersion: null, moduleAvailable: ok(null) }),
    says: 'skip: the kernel has no module drbd: see drbd.module',
  },
});

tableOf('drbd.usermode-helper', {
  "the module's own default": {
    sections: drbd({ usermodeHelper: ok('/sbin/drbdadm') }),
    says: 'fail: usermode_helper is /sbin/drbdadm, expected /bin/true',
  },
  'nearly the right one': {
    sections: drbd({ usermodeHelper: ok('/bin/true2') }),
    says: 'fail: usermode_helper is /bin/true2, expected /bin/true',
  },
  empty: {
    sections: drbd({ usermodeHelper: ok('') }),
    says: 'fail: usermode_helper is empty, expected /bin/true',
  },
  'another one that the policy wants': {
    sections: drbd({ usermodeHelper: ok('/usr/bin/true') }),
    policy: { storage: { usermodeHelper: '/usr/bin/true' } },
    says: 'pass: usermode_helper is /usr/bin/true',
  },
  'a module that is not loaded': {
    sections: drbd({ usermodeHelper: ok(null) }),
    says: 'unknown: drbd is not loaded, so its usermode_helper cannot be read',
  },
});

tableOf('drbd.utils', {
  missing: {
    sections: drbd({ utilsVersion: ok(null) }),
    says: 'fail: drbd-utils is not installed, expected it',
  },
});

const found = (text: string) => `minor 0: ${text}`;

tableOf('drbd.devices', {
  'an unconfigured minor': {
    sections: device({ connection: 'Unconfigured', localDisk: null }),
    says: 'pass: no DRBD device is configured',
  },
  healthy: {
    sections: device({}),
    says: `pass minor 0: ${found('Connected, Primary/Secondary, UpToDate/UpToDate')}`,
  },
  'a split brain': {
    sections: device({ connection: 'StandAlone', peerRole: 'Unknown', peerDisk: 'DUnknown' }),
    says:
      `fail minor 0: ${found('StandAlone, Primary/Unknown, UpToDate/DUnknown')}: ` +
      'it has given up its peer, as after a split brain; expected Connected',
  },
  'a peer that is gone': {
    sections: device({ connection: 'WFConnection', peerRole: 'Unknown', peerDisk: 'DUnknown' }),
    says:
      `fail minor 0: ${found('WFConnection, Primary/Unknown, UpToDate/DUnknown')}, ` +
      'expected Connected',
  },
  'a lost disk': {
    sections: device({ localDisk: 'Diskless' }),
    says:
      `fail minor 0: ${found('Connected, Primary/Secondary, Diskless/UpToDate')}: ` +
      'a copy has lost its disk',
  },
  'inconsistent without a resync': {
    sections: device({ peerDisk: 'Inconsistent' }),
    says:
      `fail minor 0: ${found('Connected, Primary/Secondary, UpToDate/Inconsistent')}, ` +
      'expected UpToDate/UpToDate',
  },
  'a running resync': {
    sections: device({ connection: 'SyncSource', peerDisk: 'Inconsistent', syncPercent: 68.5 }),
    says:
      `warn minor 0: ${found('SyncSource, Primary/Secondary, UpToDate/Inconsistent')}: ` +
      'a resync or verification runs (68.5 % done)',
  },
  'an aborted migration': {
    sections: device({ peerRole: 'Primary' }),
    says:
      `fail minor 0: ${found('Connected, Primary/Primary, UpToDate/UpToDate')}: ` +
      'both sides are primary, as after an aborted migration',
  },
  'copies that differ while idle': {
    sections: device({ outOfSyncBytes: 4096 }),
    says:
      `fail minor 0: ${found('Connected, Primary/Secondary, UpToDate/UpToDate')}, ` +
      'yet 4 KiB differ between the copies; expected 0 B',
  },
  'a driver that does not count what differs': {
    sections: device({ outOfSyncBytes: null }),
    says:
      `unknown minor 0: ${found('Connected, Primary/Secondary, UpToDate/UpToDate')}; ` +
      'how much differs between the copies is not told',
  },
  'a device of version 9 without a state': {
    sections: device({ resource: 'web', connection: null }),
    says: 'unknown web minor 0: web minor 0: no state is shown',
  },
});
