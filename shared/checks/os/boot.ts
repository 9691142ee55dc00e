import { type Check, defineCheck } from '../../check.ts';
import { known, unknownBecause } from '../../evidence.ts';
import { pass, skip, warn } from '../../judgement.ts';
import { newerKernel } from '../../kernel-release.ts';
import { counted, listed } from '../../wording.ts';

const kernelNewest = defineCheck({
  id: 'os.kernel-newest',
  title: 'The newest installed kernel is the one that runs',
  why:
    'The fixes of a newer kernel do nothing until it runs, and a node that reboots unplanned ' +
    'comes back with another kernel, KVM and DRBD than it had.',
  rules: ['OS-03'],
  needs: ['os'],
  judge({ os }) {
    if (os.installedKernels === undefined) unknownBecause('the report lists no installed kernels');
    const installed = known(os.installedKernels);
    if (installed.length === 0) return skip('no kernel is installed in /boot or /lib/modules');
    const newer = newerKernel(os.kernelRelease, installed);
    if (newer === null) return pass(`${os.kernelRelease}, none newer is installed`);
    return warn(
      `${os.kernelRelease} runs, but ${newer} is installed; expected the newest to run`,
      'move the guests away and reboot the node',
    );
  },
});

const rebootRequired = defineCheck({
  id: 'os.reboot-required',
  title: 'No update waits for a reboot',
  why: 'Libraries, microcode and firmware that were replaced take effect with the next boot only.',
  rules: ['OS-03'],
  needs: ['os'],
  judge({ os }) {
    if (os.rebootRequired === undefined) unknownBecause('the report does not tell of updates');
    if (!known(os.rebootRequired)) return pass('there is no /run/reboot-required');
    return warn(
      'there is /run/reboot-required: an update waits for a reboot, expected none to',
      'cat /run/reboot-required.pkgs; move the guests away and reboot the node',
    );
  },
});

const failedUnits = defineCheck({
  id: 'os.failed-units',
  title: 'No unit of systemd has failed',
  why: 'A service that failed to start is often found only when a guest needs it.',
  rules: ['OS-15'],
  needs: ['os'],
  judge({ os }) {
    if (os.failedUnits === undefined) unknownBecause('the report does not tell of failed units');
    const failed = known(os.failedUnits);
    if (failed === null) return skip('systemd does not run this machine');
    if (failed.length === 0) return pass('systemd counts no unit as failed');
    return warn(
      `${counted(failed.length, 'failed unit')}: ${listed(failed)}; expected none`,
      `journalctl -b -u ${failed[0]}; then systemctl restart or reset-failed`,
    );
  },
});

/** What the last boot brought up, and what waits for the next. */
export const bootChecks: Check[] = [kernelNewest, rebootRequired, failedUnits];
