import { type Check, defineCheck } from '../check.ts';
import { known, unknownBecause } from '../evidence.ts';
import { pass, warn } from '../judgement.ts';

const synchronised = defineCheck({
  id: 'time.synchronised',
  title: 'The clock is synchronised',
  why: 'Ganeti refuses nodes that are 150 s apart; logs and certificates suffer long before.',
  rules: ['TIME-01'],
  needs: ['time'],
  judge({ time }) {
    const by = time.source === null ? '' : ` (${time.source})`;
    if (!known(time.synchronised)) {
      return warn(
        `the clock is not synchronised${by}, expected it to be`,
        'systemctl restart chrony; where there is none first apt-get install chrony',
      );
    }
    const offset = time.offsetMs === null ? '' : `, offset ${time.offsetMs} ms`;
    return pass(`the clock is synchronised${by}${offset}`);
  },
});

/** The kernel falls back to these when it does not trust the TSC; reading them is slow. */
const fallbacks = new Set(['hpet', 'acpi_pm', 'pit', 'jiffies', 'refined-jiffies']);

const clocksource = defineCheck({
  id: 'time.clocksource',
  title: 'The kernel has not fallen back to a slow clock',
  why: 'A CPU whose TSC is not trusted slows every guest, and often tells of a firmware fault.',
  rules: ['TIME-03'],
  needs: ['time'],
  judge({ time }) {
    const found = time.clocksource ?? unknownBecause('the clock source is not known');
    if (!fallbacks.has(found)) return pass(`the clock source is ${found}`);
    return warn(
      `the clock source is ${found}, expected tsc`,
      'see dmesg | grep -i -e tsc -e clocksource, and update the firmware',
    );
  },
});

/** The clock of a node. */
export const timeChecks: Check[] = [synchronised, clocksource];
