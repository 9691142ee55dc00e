import type { TimeFacts } from '../../../shared/facts/time.ts';
import { type Changes, failed, ok } from '../../sample-report.ts';
import { tableOf } from './verdict.ts';

const time = (facts: Changes<TimeFacts>) => ({ time: { facts } });

tableOf('time.synchronised', {
  'a source that has not synchronised': {
    sections: time({ synchronised: ok(false), source: 'chrony', offsetMs: null }),
    says: 'warn: the clock is not synchronised (chrony), expected it to be',
  },
  'a source that tells no offset': {
    sections: time({ source: 'systemd-timesyncd', offsetMs: null }),
    says: 'pass: the clock is synchronised (systemd-timesyncd)',
  },
  'nobody to ask': {
    sections: time({ synchronised: failed('not_found', 'chronyc: no such command') }),
    says: 'unknown: chronyc: no such command',
  },
});

tableOf('time.clocksource', {
  'a fallback': {
    sections: time({ clocksource: 'acpi_pm' }),
    says: 'warn: the clock source is acpi_pm, expected tsc',
  },
  'the clock of a virtual machine': {
    sections: time({ clocksource: 'kvm-clock' }),
    says: 'pass: the clock source is kvm-clock',
  },
  'not known': {
    sections: time({ clocksource: null }),
    says: 'unknown: the clock source is not known',
  },
});
