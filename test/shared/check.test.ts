import { describe, expect, test } from 'vitest';
import { defineCheck, type Judgement, judgeReport } from '../../shared/check.ts';
import { known, unknownBecause } from '../../shared/evidence.ts';
import { defaultPolicy } from '../../shared/policy.ts';
import { failed, sampleReport, sampleWith } from '../sample-report.ts';

const policy = defaultPolicy();
const check = (judge: () => Judgement | Judgement[]) =>
  defineCheck({ id: 'a.b', title: 'A title', why: 'Why.', rules: [], needs: ['time'], judge });
const fine = check(() => ({ verdict: 'pass', message: 'fine' }));
const head = { check: 'a.b', title: 'A title', node: 'ganeti01.example.org' };

describe('judgeReport', () => {
  test('makes a finding of each judgement, with check, title and node', () => {
    const both = check(() => [
      { verdict: 'pass', message: 'fine', subject: 'br0' },
      { verdict: 'fail', message: 'bad', remedy: 'mend it', subject: 'br1' },
    ]);
    expect(judgeReport(sampleReport(), [both], policy)).toEqual([
      { ...head, verdict: 'pass', message: 'fine', subject: 'br0' },
      { ...head, verdict: 'fail', message: 'bad', remedy: 'mend it', subject: 'br1' },
    ]);
  });

  test('says that root could read what was denied to another', () => {
    const report = sampleWith({ time: failed('denied', 'not allowed') });
    const unprivileged = { ...report, agent: { ...report.agent, privileged: false } };
    const message = 'section "time" failed: not allowed';
    const remedy = 'run the agent as root: what it reads for this was denied to it';
    const unknown = { ...head, verdict: 'unknown', message };
    expect(judgeReport(unprivileged, [fine], policy)).toEqual([{ ...unknown, remedy }]);
    expect(judgeReport(report, [fine], policy)).toEqual([unknown]);
  });

  test('gives a check the sections that it needs, the instant they were read, and no other', () => {
    const seen: string[][] = [];
    const curious = defineCheck({
      id: 'a.b',
      title: 'A title',
      why: 'Why.',
      rules: [],
      needs: ['time', 'os'],
      judge(facts) {
        seen.push(Object.keys(facts));
        return { verdict: 'pass', message: facts.os.kernelRelease };
      },
    });
    judgeReport(sampleReport(), [curious], policy);
    expect(seen).toEqual([['collectedAt', 'time', 'os']]);
  });

  test.each([
    [
      'a section that is missing',
      sampleWith({ time: undefined }),
      'the report has no section "time"',
    ],
    [
      'a section that failed',
      sampleWith({ time: failed('denied', 'not allowed') }),
      'section "time" failed: not allowed',
    ],
  ])('%s makes the check unknown without asking it', (_what, report, message) => {
    expect(judgeReport(report, [fine], policy)).toEqual([{ ...head, verdict: 'unknown', message }]);
  });

  const endings: [string, () => Judgement | Judgement[], string][] = [
    ['a reading that failed', () => known(failed('other', 'no answer')), 'no answer'],
    [
      'a fact that is not known',
      () => unknownBecause('the sky is not known'),
      'the sky is not known',
    ],
    ['no judgement at all', () => [], 'the check itself failed: the check gave no verdict'],
    ['a mistake in the check', () => JSON.parse('{'), 'the check itself failed: '],
  ];
  test.each(endings)('%s makes that check unknown and no other', (_what, judge, message) => {
    const [broken, other] = judgeReport(sampleReport(), [check(judge), fine], policy);
    expect(broken).toEqual({
      ...head,
      verdict: 'unknown',
      message: expect.stringContaining(message),
    });
    expect(other).toEqual({ ...head, verdict: 'pass', message: 'fine' });
  });
});
