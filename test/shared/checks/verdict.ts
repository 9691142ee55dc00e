import { expect, test } from 'vitest';
import { judgeReport } from '../../../shared/check.ts';
import { checks } from '../../../shared/checks/index.ts';
import type { Report } from '../../../shared/report.ts';
import { type Changes, type PolicyChanges, samplePolicy, sampleWith } from '../../sample-report.ts';

/** Changes to the healthy sample and its policy, and what the check then says. */
export interface Case {
  sections?: Changes<Report['sections']>;
  policy?: PolicyChanges;
  /** a line for each judgement: verdict, subject if any, message */
  says: string | string[];
}

/** A table of one check: a sentence for each case, facts in, verdict and message out. */
export function tableOf(id: string, cases: Record<string, Case>): void {
  test.each(Object.entries(cases))(`${id}: %s`, (_name, { sections, policy, says }) => {
    expect(said(id, sections, policy)).toEqual(Array.isArray(says) ? says : [says]);
  });
}

/** What the check of this id says, a line for each judgement. */
export function said(id: string, sections: Case['sections'], policy: Case['policy']): string[] {
  const check = checks.filter((one) => one.id === id);
  return judgeReport(sampleWith(sections ?? {}), check, samplePolicy(policy)).map(
    ({ verdict, subject, message }) =>
      `${verdict}${subject === undefined ? '' : ` ${subject}`}: ${message}`,
  );
}
