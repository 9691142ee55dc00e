import { type Check, defineCheck } from '../check.ts';
import { known, unknownBecause } from '../evidence.ts';
import { pass, skip, warn } from '../judgement.ts';
import { formatApart, formatBytes } from '../units.ts';
import { counted } from '../wording.ts';
import { errorChecks } from './memory/errors.ts';

const minimum = defineCheck({
  id: 'memory.minimum',
  title: 'The node has the memory the policy asks for',
  why: 'The node itself, its page cache and DRBD take their share before the first guest does.',
  rules: ['MEM-01'],
  needs: ['memory'],
  judge({ memory }, policy) {
    const wanted = policy.thresholds.memoryMinimum;
    const found = `${formatApart(memory.totalBytes, wanted)} of memory`;
    if (memory.totalBytes >= wanted) return pass(found);
    return warn(
      `${found}, expected at least ${formatBytes(wanted)}`,
      'fit more memory, or lower thresholds.memoryMinimum in the policy',
    );
  },
});

/** A little is parked in swap on any healthy host; from a tenth on memory has been short. */
const SWAP_USED_PERCENT = 10;

const swap = defineCheck({
  id: 'memory.swap',
  title: 'The node does not live on swap',
  why: 'A guest whose memory is swapped out stalls, and its migration takes many times as long.',
  rules: ['MEM-04'],
  needs: ['memory'],
  judge({ memory }) {
    const { swapTotalBytes: total, swapFreeBytes: free } = memory;
    if (total === null || free === null) unknownBecause('the use of swap is not known');
    if (total === 0) return pass('no swap is configured');
    const used = Math.max(0, total - free);
    const found = `${formatBytes(used)} of ${formatBytes(total)} swap in use`;
    if (used * 100 < total * SWAP_USED_PERCENT) return pass(found);
    return warn(
      `${found}, expected less than ${SWAP_USED_PERCENT} %`,
      'move guests away, or find what took the memory (grep VmSwap /proc/*/status)',
    );
  },
});

/** The value of `run` by which the kernel merges pages. */
const KSM_ON = 1;

const ksm = defineCheck({
  id: 'memory.ksm',
  title: 'The kernel does not merge the memory of guests',
  why:
    'KSM promises memory that is not there: when guests write to their pages the node runs out. ' +
    'And by its timing one guest can tell what another one holds.',
  rules: ['MEM-04'],
  needs: ['memory'],
  judge({ memory }) {
    if (memory.ksm === undefined) unknownBecause('its agent did not look for KSM');
    const found = known(memory.ksm);
    if (found === null) return skip('the kernel is built without KSM');
    if (found.run !== KSM_ON) return pass('KSM is off');
    return warn(
      `KSM is on and holds ${counted(found.sharedPages, 'page')} for two or more; expected it off`,
      'echo 2 > /sys/kernel/mm/ksm/run, and disable ksm or ksmtuned where they turn it on',
    );
  },
});

/** The memory of a node. */
export const memoryChecks: Check[] = [minimum, swap, ksm, ...errorChecks];
