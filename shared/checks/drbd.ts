import { type Check, defineCheck } from '../check.ts';
import { known, unknownBecause } from '../evidence.ts';
import type { DrbdFacts } from '../facts/drbd.ts';
import { fail, pass, skip } from '../judgement.ts';
import { bootChecks } from './drbd/boot.ts';
import { judgeDevice } from './drbd/device.ts';
import { isPlanned, NOT_PLANNED } from './drbd/planned.ts';

const kernelModule = defineCheck({
  id: 'drbd.module',
  title: 'The running kernel has the DRBD module',
  why: 'Mirrored disks are made by it, and some kernel flavours come without.',
  rules: ['DRBD-01'],
  needs: ['drbd', 'os'],
  judge({ drbd, os }, policy) {
    if (!isPlanned(policy)) return skip(NOT_PLANNED);
    if (drbd.loaded.status === 'ok' && drbd.loaded.value) return pass('the module is loaded');
    const available = known(drbd.moduleAvailable);
    if (available !== null)
      return pass(`the module is there, ${available.version ?? 'no version'}`);
    return fail(
      `the kernel ${os.kernelRelease} has no module drbd, expected one`,
      'apt-get install linux-image-amd64, then reboot into that kernel',
    );
  },
});

const loaded = defineCheck({
  id: 'drbd.loaded',
  title: 'The DRBD module is loaded',
  why: 'gnt-cluster init with drbd reads a parameter of the loaded module, and refuses without.',
  rules: ['DRBD-02'],
  consequenceOf: [{ check: 'drbd.module' }],
  needs: ['drbd'],
  judge({ drbd }, policy) {
    if (!isPlanned(policy)) return skip(NOT_PLANNED);
    if (known(drbd.loaded)) return pass('the module drbd is loaded');
    return fail(
      'the module drbd is not loaded, expected it to be',
      'modprobe drbd && echo drbd > /etc/modules-load.d/drbd.conf',
    );
  },
});

/** Ganeti's INSTALL document takes 8.0.7 up to 8.4.x, and nothing of 9. */
const DRBD_MAJOR = 8;

const version = defineCheck({
  id: 'drbd.version',
  title: 'The DRBD module is of version 8',
  why: 'Ganeti reads /proc/drbd of DRBD 8; version 9 shows nothing there.',
  rules: ['DRBD-03'],
  needs: ['drbd'],
  judge({ drbd }, policy) {
    if (!isPlanned(policy)) return skip(NOT_PLANNED);
    const found = versionOf(drbd);
    if (found === null) return skip('the kernel has no module drbd: see drbd.module');
    const major = /^(\d+)\./.exec(found)?.[1];
    if (major === undefined) unknownBecause(`"${found}" is not a version of DRBD`);
    if (Number(major) === DRBD_MAJOR) return pass(`DRBD ${found}`);
    return fail(
      `DRBD ${found}, expected version ${DRBD_MAJOR}`,
      'remove drbd-dkms (version 9), rmmod drbd, modprobe the module of the kernel',
    );
  },
});

/** Of the loaded module, else of the one that would be; null when there is none. */
function versionOf(drbd: DrbdFacts): string | null {
  if (drbd.loadedVersion !== null) return drbd.loadedVersion;
  const available = known(drbd.moduleAvailable);
  if (available === null) return null;
  return available.version ?? unknownBecause('the module drbd does not tell its version');
}

const usermodeHelper = defineCheck({
  id: 'drbd.usermode-helper',
  title: 'The DRBD module calls the helper that Ganeti expects',
  why: "The default of the module is drbdadm, which knows nothing of Ganeti's devices.",
  rules: ['DRBD-05'],
  consequenceOf: [{ check: 'drbd.loaded' }],
  needs: ['drbd'],
  judge({ drbd }, policy) {
    if (!isPlanned(policy)) return skip(NOT_PLANNED);
    const wanted = policy.storage.usermodeHelper;
    const found = known(drbd.usermodeHelper);
    if (found === null) unknownBecause('drbd is not loaded, so its usermode_helper cannot be read');
    if (found === wanted) return pass(`usermode_helper is ${found}`);
    return fail(
      `usermode_helper is ${found === '' ? 'empty' : found}, expected ${wanted}`,
      `echo "options drbd usermode_helper=${wanted}" > /etc/modprobe.d/drbd.conf, ` +
        'then rmmod drbd && modprobe drbd',
    );
  },
});

const utilities = defineCheck({
  id: 'drbd.utils',
  title: 'The DRBD tools are installed',
  why: 'Ganeti drives every mirrored disk with drbdsetup.',
  rules: ['DRBD-06', 'OS-04'],
  needs: ['drbd'],
  judge({ drbd }, policy) {
    if (!isPlanned(policy)) return skip(NOT_PLANNED);
    const found = known(drbd.utilsVersion);
    if (found !== null) return pass(`drbd-utils ${found}`);
    return fail('drbd-utils is not installed, expected it', 'apt-get install drbd-utils');
  },
});

const devices = defineCheck({
  id: 'drbd.devices',
  title: 'Every DRBD device is connected and up to date',
  why: 'A device that is not has one good copy at most: the next fault loses the disk.',
  rules: ['DRBD-09', 'DRBD-10', 'DRBD-11', 'DRBD-12', 'DRBD-13', 'DRBD-19'],
  consequenceOf: [{ check: 'drbd.loaded' }, { check: 'drbd.utils' }],
  needs: ['drbd'],
  judge({ drbd }, policy) {
    if (!isPlanned(policy)) return skip(NOT_PLANNED);
    const configured = known(drbd.devices).filter((one) => one.connection !== 'Unconfigured');
    if (configured.length === 0) return pass('no DRBD device is configured');
    return configured.map(judgeDevice);
  },
});

/** DRBD, where the policy plans mirrored disks. */
export const drbdChecks: Check[] = [
  kernelModule,
  loaded,
  version,
  usermodeHelper,
  ...bootChecks,
  utilities,
  devices,
];
