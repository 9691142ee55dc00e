import { type Answer, exitOfAnswer } from '../answer.ts';
import { type Finding, isWaived } from '../check.ts';
import { exitCodes } from '../exit.ts';
import { groupedBy } from '../grouping.ts';
import { VERSION } from '../version.ts';
import { countsOf } from './counts.ts';
import { sentenceOf } from './folding.ts';
import { isNotable, placeOf, topicOf, waiverWords } from './headline.ts';
import type { RenderOptions } from './render.ts';
import { safeJson } from './safe.ts';

const SCHEMA =
  'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/**
 * SARIF 2.1.0: every check asked is a rule, every failure, unknown and warning a result, those
 * waived suppressed. What passes is no result: viewers raise an alert for each, whatever its kind.
 */
export function renderSarif(answer: Answer, options: RenderOptions): string {
  const byCheck = groupedBy(answer.findings, ({ check }) => check);
  const rules = [...byCheck].map(([check, [first]]) => rule(check, first, options));
  const ids = [...byCheck.keys()];
  return `${safeJson({
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Muster', version: VERSION, semanticVersion: VERSION, rules } },
        automationDetails: { id: `muster/${topicOf(answer)}/` },
        invocations: [
          {
            executionSuccessful: true,
            exitCode: exitCodes[exitOfAnswer(answer, options.failOn)],
            endTimeUtc: answer.at,
          },
        ],
        results: answer.findings
          .filter(isNotable)
          .map((finding) => result(finding, { index: ids.indexOf(finding.check), answer })),
        properties: {
          state: answer.state,
          counts: countsOf(answer.findings),
          select: answer.narrowed?.select ?? [],
          skip: answer.narrowed?.skip ?? [],
          leftOut: answer.narrowed?.leftOut ?? [],
        },
      },
    ],
  })}\n`;
}

function rule(check: string, first: Finding | undefined, { why }: RenderOptions): object {
  const title = first?.title ?? check;
  const reason = why?.(check) ?? title;
  return {
    id: check,
    shortDescription: { text: title },
    fullDescription: { text: reason },
    help: { text: `${reason}\n\nMore: muster checks explain ${check}` },
  };
}

function result(finding: Finding, { index, answer }: { index: number; answer: Answer }): object {
  const { check, node, subject, verdict } = finding;
  return {
    ruleId: check,
    ruleIndex: index,
    // an unknown decides as a failure does; of kind "open" it would be level "none", and unseen
    level: verdict === 'warn' ? 'warning' : 'error',
    message: { text: messageOf(finding) },
    locations: [{ logicalLocations: [location(node, answer)] }],
    // of what is meant, not of the words: a value that moves is still the same finding
    partialFingerprints: { 'musterFinding/v1': JSON.stringify([check, node, subject ?? null]) },
    suppressions: suppressionsOf(finding),
    properties: { verdict, subject: subject ?? null },
  };
}

function suppressionsOf(finding: Finding): object[] {
  if (finding.waived === undefined || !isWaived(finding)) return [];
  return [
    {
      kind: 'external',
      status: 'accepted',
      justification: `waived ${waiverWords(finding.waived)}`,
    },
  ];
}

function location(node: string | null, { cluster }: Answer): object {
  if (node === null) {
    const name = cluster ?? 'cluster';
    return { name, fullyQualifiedName: name, kind: 'cluster' };
  }
  return {
    name: node,
    fullyQualifiedName: cluster === null ? node : `${cluster}/${node}`,
    kind: 'node',
  };
}

function messageOf(finding: Finding): string {
  const unknown = finding.verdict === 'unknown' ? 'could not tell: ' : '';
  const fix = finding.remedy === undefined ? '' : `\nFix: ${finding.remedy}`;
  return `${placeOf(finding)}: ${unknown}${sentenceOf(finding)}${fix}`;
}
