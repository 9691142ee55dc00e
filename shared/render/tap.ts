import type { Answer } from '../answer.ts';
import { type Finding, isWaived } from '../check.ts';
import { sentenceOf } from './folding.ts';
import { headlineOf, placeOf, waiverWords } from './headline.ts';
import type { RenderOptions } from './render.ts';
import { visible } from './safe.ts';

/**
 * TAP version 14: a test point a finding, with YAML diagnostics on what did not pass. What is
 * waived is `not ok` with the directive TODO, which is TAP's word for a failure that is known.
 */
export function renderTap(answer: Answer, { failOn }: RenderOptions): string {
  return [
    'TAP version 14',
    `1..${answer.findings.length}`,
    `# ${escaped(headlineOf(answer))}`,
    ...answer.findings.flatMap((finding, index) => point(finding, index + 1, failOn)),
    '',
  ].join('\n');
}

function point(finding: Finding, number: number, failOn: RenderOptions['failOn']): string[] {
  const { check, title, subject, verdict } = finding;
  const failed =
    isWaived(finding) ||
    verdict === 'fail' ||
    verdict === 'unknown' ||
    (verdict === 'warn' && failOn === 'warn');
  const place = [placeOf(finding), ...(subject === undefined ? [] : [subject])].join(' ');
  const what = `${check} ${place}: ${title}`;
  return [
    `${failed ? 'not ok' : 'ok'} ${number} - ${escaped(what)}${directiveOf(finding)}`,
    ...(verdict === 'pass' || verdict === 'skip' ? [] : diagnostics(finding)),
  ];
}

function directiveOf(finding: Finding): string {
  if (finding.waived !== undefined && isWaived(finding)) {
    return ` # TODO waived ${escaped(waiverWords(finding.waived))}`;
  }
  return finding.verdict === 'skip' ? ` # SKIP ${escaped(sentenceOf(finding))}` : '';
}

/** A YAML block; its values are double-quoted as in JSON, which is YAML whatever they hold. */
function diagnostics(finding: Finding): string[] {
  const { check, node, subject, verdict, remedy } = finding;
  const entries = Object.entries({
    message: sentenceOf(finding),
    severity: verdict,
    check,
    node,
    subject: subject ?? null,
    remedy: remedy ?? null,
  });
  return [
    '  ---',
    ...entries.map(([key, value]) => `  ${key}: ${value === null ? 'null' : quoted(value)}`),
    '  ...',
  ];
}

function quoted(text: string): string {
  return JSON.stringify(visible(text));
}

/** In a description a bare `#` begins a directive and a backslash escapes. */
function escaped(text: string): string {
  return visible(text).replaceAll(/[\\#]/g, (character) => `\\${character}`);
}
