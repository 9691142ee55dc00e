import type { Verdict } from '../shared/check.ts';
import type { Report } from '../shared/report.ts';
import type { Changes, PolicyChanges } from './sample-report.ts';

/** One change to the sample report and its policy that a check has to notice, and how. */
export interface Doctoring {
  verdict: Extract<Verdict, 'fail' | 'warn'>;
  sections?: Changes<Report['sections']>;
  policy?: PolicyChanges;
  /** what the check needs beyond the sample in order to pass */
  passes?: { sections?: Changes<Report['sections']>; policy?: PolicyChanges };
}
