import { type Check, defineCheck } from '../../check.ts';
import { known, unknownBecause } from '../../evidence.ts';
import { fail, pass, skip, warn } from '../../judgement.ts';
import { counted } from '../../wording.ts';

/** Any module corrects the odd bit; mcelog calls as many in one day on one socket a fault. */
const CORRECTED_MAX = 100;

const ecc = defineCheck({
  id: 'memory.ecc',
  title: 'The memory has no errors',
  why:
    'An uncorrected error takes a guest or the node with it, and a module that is corrected ' +
    'again and again is the next to give one.',
  rules: ['MEM-06'],
  needs: ['memory'],
  judge({ memory }) {
    if (memory.ecc === undefined) unknownBecause('the report does not tell of memory errors');
    const controllers = known(memory.ecc);
    if (controllers.length === 0) return skip('the kernel watches no memory controller (EDAC)');
    const shown = controllers
      .filter((one) => one.uncorrectedErrors > 0 || one.correctedErrors > 0)
      .map((one) => `${one.controller}: ${errorsOf(one)}`)
      .join('; ');
    const remedy = 'ras-mc-ctl --error-count names the module: replace it';
    if (controllers.some((one) => one.uncorrectedErrors > 0)) {
      return fail(`${shown} since boot, expected none that are uncorrected`, remedy);
    }
    if (controllers.some((one) => one.correctedErrors > CORRECTED_MAX)) {
      return warn(`${shown} since boot, expected ${CORRECTED_MAX} at most`, remedy);
    }
    return pass(shown === '' ? 'no memory error since boot' : `${shown} since boot`);
  },
});

function errorsOf(one: { uncorrectedErrors: number; correctedErrors: number }): string {
  const corrected = counted(one.correctedErrors, 'corrected error');
  if (one.uncorrectedErrors === 0) return corrected;
  return `${counted(one.uncorrectedErrors, 'uncorrected error')}, ${corrected}`;
}

const oomKills = defineCheck({
  id: 'memory.oom-kills',
  title: 'The kernel killed no process for want of memory',
  why: 'Guests are the largest processes of a node, and so the first that the kernel kills.',
  rules: ['MEM-08'],
  needs: ['memory'],
  judge({ memory }) {
    if (memory.oomKills === undefined) unknownBecause('the report does not tell of kills');
    const kills = known(memory.oomKills);
    if (kills === null) return skip('this kernel does not count such kills');
    if (kills === 0) return pass('none since boot');
    return warn(
      `${counted(kills, 'kill')} of a process since boot, expected none`,
      'journalctl -k -b -g "Killed process" names them; plan less memory for the guests',
    );
  },
});

/** The errors of the memory, and the want of it. */
export const errorChecks: Check[] = [ecc, oomKills];
