import { type Check, defineCheck } from '../../check.ts';
import { known, unknownBecause } from '../../evidence.ts';
import { fail, pass, skip, warn } from '../../judgement.ts';
import { listed } from '../../wording.ts';
import { isPlanned, NOT_PLANNED } from './planned.ts';

const persistence = defineCheck({
  id: 'drbd.persistence',
  title: 'The DRBD module is loaded at boot',
  why: 'A node that comes back without the module cannot take up its mirrored disks again.',
  rules: ['DRBD-02'],
  consequenceOf: [{ check: 'drbd.module' }],
  needs: ['drbd'],
  judge({ drbd }, policy) {
    if (!isPlanned(policy)) return skip(NOT_PLANNED);
    if (drbd.loadedAtBootBy === undefined) unknownBecause('the report does not tell of the boot');
    const files = known(drbd.loadedAtBootBy);
    if (files.length > 0) return pass(`listed in ${listed(files)}`);
    return warn(
      'neither /etc/modules nor a file of modules-load.d lists drbd, expected one to',
      'echo drbd > /etc/modules-load.d/drbd.conf',
    );
  },
});

/** What the module of 8.4 calls when nothing else is set. */
const DEFAULT_HELPER = '/sbin/drbdadm';

const helperPersistence = defineCheck({
  id: 'drbd.helper-persistence',
  title: 'The helper of the DRBD module is set for the next boot too',
  why:
    'A helper set by hand is gone after a reboot, and Ganeti then finds the default of the ' +
    'module, which it does not accept.',
  rules: ['DRBD-05'],
  consequenceOf: [{ check: 'drbd.module' }],
  needs: ['drbd'],
  judge({ drbd }, policy) {
    if (!isPlanned(policy)) return skip(NOT_PLANNED);
    if (drbd.bootOptions === undefined) unknownBecause('the report does not tell of the boot');
    const wanted = policy.storage.usermodeHelper;
    const set = known(drbd.bootOptions).usermode_helper;
    if (set === wanted) return pass(`modprobe.d or the kernel command line sets ${set}`);
    const remedy = `echo "options drbd usermode_helper=${wanted}" > /etc/modprobe.d/drbd.conf`;
    if (set !== undefined) {
      return warn(`at boot usermode_helper is set to "${set}", expected ${wanted}`, remedy);
    }
    if (wanted === DEFAULT_HELPER) return pass(`not set, so it is the default, ${wanted}`);
    return warn(
      `no line of modprobe.d sets usermode_helper, so after a reboot it is ${DEFAULT_HELPER}; ` +
        `expected ${wanted}`,
      remedy,
    );
  },
});

const fips = defineCheck({
  id: 'drbd.digest',
  title: 'The kernel allows the digest that DRBD authenticates with',
  why: 'Ganeti has both ends of a disk prove themselves with hmac(md5), which FIPS mode forbids.',
  rules: ['DRBD-07'],
  needs: ['drbd'],
  judge({ drbd }, policy) {
    if (!isPlanned(policy)) return skip(NOT_PLANNED);
    if (drbd.fips === undefined) unknownBecause('the report does not tell of FIPS mode');
    if (!known(drbd.fips)) return pass('FIPS mode is off');
    return fail(
      'the kernel runs in FIPS mode, which has no md5; expected FIPS mode off',
      'take fips=1 out of GRUB_CMDLINE_LINUX in /etc/default/grub, update-grub, reboot',
    );
  },
});

/** What the next boot makes of DRBD, and what the kernel allows it. */
export const bootChecks: Check[] = [persistence, helperPersistence, fips];
