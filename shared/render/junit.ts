import type { Answer } from '../answer.ts';
import { type Finding, isWaived } from '../check.ts';
import { groupedBy } from '../grouping.ts';
import { countsOf } from './counts.ts';
import { sentenceOf } from './folding.ts';
import { leftOutClause, topicOf, waiverWords } from './headline.ts';
import { type Markup, markup, showMarkup } from './markup.ts';
import type { RenderOptions } from './render.ts';

/**
 * JUnit XML as Jenkins and GitLab read it: one suite a node, `classname` the check. An unknown is
 * an error (the question could not be asked), a skip and what is waived are skipped. It has no
 * warnings: they pass and say so in `system-out`, unless warnings fail the run.
 */
export function renderJunit(answer: Answer, { failOn }: RenderOptions): string {
  const name = `muster: ${topicOf(answer)}${leftOutClause(answer.narrowed)}`;
  const suites = [...groupedBy(answer.findings, ({ node }) => node)];
  return showMarkup(markup`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="${name}" ${totals(answer.findings, failOn)} time="0">
${suites.map(([node, findings]) => suite(node, findings, { at: answer.at, failOn }))}</testsuites>
`);
}

type FailOn = RenderOptions['failOn'];

function suite(
  node: string | null,
  findings: readonly Finding[],
  { at, failOn }: { at: string; failOn: FailOn },
): Markup {
  const { skip, waived } = countsOf(findings);
  const hostname = node === null ? null : markup` hostname="${node}"`;
  const counts = markup`${totals(findings, failOn)} skipped="${skip + waived}"`;
  return markup`  <testsuite name="${node ?? 'across the nodes'}" ${counts} time="0"
      timestamp="${withoutZone(at)}"${hostname}>
${findings.map((finding) => testcase(finding, failOn))}  </testsuite>
`;
}

function totals(findings: readonly Finding[], failOn: FailOn): Markup {
  const { fail, warn, unknown } = countsOf(findings);
  const failures = fail + (failOn === 'warn' ? warn : 0);
  return markup`tests="${findings.length}" failures="${failures}" errors="${unknown}"`;
}

function testcase(finding: Finding, failOn: FailOn): Markup {
  const { check, title, subject } = finding;
  const name = subject === undefined ? title : `${title} (${subject})`;
  const outcome = outcomeOf(finding, failOn);
  const head = markup`    <testcase classname="${check}" name="${name}" time="0"`;
  return outcome === null ? markup`${head}/>\n` : markup`${head}>${outcome}</testcase>\n`;
}

function outcomeOf(finding: Finding, failOn: FailOn): Markup | null {
  const sentence = sentenceOf(finding);
  if (finding.waived !== undefined && isWaived(finding)) {
    const words = `waived ${waiverWords(finding.waived)} (${finding.verdict}: ${sentence})`;
    return markup`<skipped>${words}</skipped>`;
  }
  switch (finding.verdict) {
    case 'pass':
      return null;
    case 'skip':
      return markup`<skipped>${sentence}</skipped>`;
    case 'unknown':
      return markup`<error type="unknown" message="${sentence}">${body(finding)}</error>`;
    case 'fail':
      return failure(finding);
    case 'warn':
      return failOn === 'warn'
        ? failure(finding)
        : markup`<system-out>warning: ${body(finding)}</system-out>`;
  }
}

function failure(finding: Finding): Markup {
  const attributes = markup`type="${finding.verdict}" message="${sentenceOf(finding)}"`;
  return markup`<failure ${attributes}>${body(finding)}</failure>`;
}

function body(finding: Finding): Markup {
  const { remedy } = finding;
  return markup`${sentenceOf(finding)}${remedy === undefined ? null : markup`\nfix: ${remedy}`}`;
}

/** The schema's pattern has neither fractions nor a zone; the instant is UTC. */
function withoutZone(instant: string): string {
  return instant.replace(/(\.\d+)?Z$/, '');
}
