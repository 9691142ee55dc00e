import type { Answer, AuditAnswer, GateAnswer } from '../answer.ts';
import type { Finding } from '../check.ts';
import type { Freshness } from '../fleet.ts';
import type { GateNode, GateState } from '../gate.ts';
import { groupedBy } from '../grouping.ts';
import { leftOutWords } from '../selection.ts';
import { countsOf } from './counts.ts';
import { type Family, renderMetrics } from './exposition.ts';
import { isTrouble } from './headline.ts';

const states: readonly GateState[] = ['open', 'closed', 'undecided'];
const freshnesses: readonly Freshness[] = ['fresh', 'stale', 'missing'];

/**
 * The answer as metrics for node_exporter's textfile folder. Labels are bounded: nodes, checks,
 * verdicts and states, never a message or a subject. Alert when a timestamp stands still: a file
 * that is no longer written keeps saying what it last said.
 */
export function renderPrometheus(answer: Answer): string {
  return renderMetrics(answer.kind === 'gate' ? gateFamilies(answer) : auditFamilies(answer));
}

type Labels = Readonly<Record<string, string>>;

function gateFamilies(answer: GateAnswer): Family[] {
  const { cluster, gate, nodes } = answer;
  const labels = { cluster, gate, ...narrowedLabel(answer) };
  return [
    ...decisionFamilies(answer, { prefix: 'muster_gate', what: 'a gate' }, labels),
    gauge('muster_nodes', 'Nodes by the freshness of their newest report.', [
      ...freshnesses.map((freshness) => ({
        labels: { cluster, freshness },
        value: nodes.filter((node) => node.freshness === freshness).length,
      })),
    ]),
    gauge(
      'muster_report_timestamp_seconds',
      'When the newest report of each node was collected.',
      nodes.flatMap((node) => collected(cluster, node)),
    ),
  ];
}

function auditFamilies(answer: AuditAnswer): Family[] {
  const { node } = answer;
  const labels = { node, ...narrowedLabel(answer) };
  return decisionFamilies(answer, { prefix: 'muster_audit', what: 'an audit' }, labels);
}

/** A narrowed answer is a series of its own: it must not carry on that of the whole. */
function narrowedLabel({ narrowed }: Answer): Labels {
  return leftOutWords(narrowed) === null ? {} : { narrowed: 'yes' };
}

function decisionFamilies(
  { state, at, narrowed, findings }: Answer,
  { prefix, what }: { prefix: string; what: string },
  labels: Labels,
): Family[] {
  const counts = countsOf(findings);
  return [
    gauge(
      prefix,
      `1 for the state ${what} is in, 0 for the others.`,
      states.map((one) => ({ labels: { ...labels, state: one }, value: Number(one === state) })),
    ),
    gauge(
      `${prefix}_findings`,
      `Findings of ${what} by verdict, those waived apart.`,
      Object.entries(counts).map(([verdict, value]) => ({ labels: { ...labels, verdict }, value })),
    ),
    gauge(
      `${prefix}_check_findings`,
      `Findings of ${what} by check, those that fail, warn or are unknown.`,
      checkSamples(findings, labels),
    ),
    gauge(`${prefix}_checks_left_out`, `Checks of ${what} left out by --select and --skip.`, [
      { labels, value: narrowed?.leftOut.length ?? 0 },
    ]),
    gauge(`${prefix}_timestamp_seconds`, `The instant the answer of ${what} holds for.`, [
      { labels, value: secondsOf(at) },
    ]),
  ];
}

function checkSamples(findings: readonly Finding[], labels: Labels): Family['samples'] {
  const byCheck = groupedBy(findings.filter(isTrouble), ({ check }) => check);
  return [...byCheck].flatMap(([check, ofCheck]) =>
    [...groupedBy(ofCheck, ({ verdict }) => verdict)].map(([verdict, same]) => ({
      labels: { ...labels, check, verdict },
      value: same.length,
    })),
  );
}

function collected(cluster: string, { node, collectedAt }: GateNode): Family['samples'] {
  if (collectedAt === null) return [];
  return [{ labels: { cluster, node }, value: secondsOf(collectedAt) }];
}

function gauge(name: string, help: string, samples: Family['samples']): Family {
  return { name, type: 'gauge', help, samples };
}

function secondsOf(instant: string): number {
  return Date.parse(instant) / 1000;
}
