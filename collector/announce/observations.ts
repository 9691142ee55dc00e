import type { Finding } from '../../shared/check.ts';
import type { Fleet, FleetNode } from '../../shared/fleet.ts';
import type { GateDecision } from '../../shared/gate.ts';
import type { CpuAdvice } from '../cpu-advice.ts';
import { reportFinding } from '../freshness.ts';
import type { ObservedKind } from '../store/event.ts';
import { driftDetail, stateOf } from './drift.ts';
import { isAllSilent, type Silence, silenceOf } from './silence.ts';

/** What one judgement shows of one subject. */
export interface Observation {
  kind: ObservedKind;
  subject: string;
  value: string;
  /** why it is so, for a person, seen from what was announced before */
  detail(was: string, now: string): string[];
  round: Round;
  /** work on it is planned for now: it is seen and not announced */
  silent: boolean;
}

/** By what it is told whether a judgement shows something again, or shows it once more. */
export type Round =
  /** each judgement counts, and one is enough: time itself has damped it */
  | { of: 'moment' }
  /** each report counts once */
  | { of: 'report'; collectedAt: string }
  /** each time that every node has reported counts once */
  | ClusterRound;

/** Of the nodes that can be waited for; null: there is none. */
export interface ClusterRound {
  of: 'cluster';
  nowMs: number;
  /** the oldest report */
  oldestMs: number | null;
  /** the oldest but for those of a few nodes: one, or one in ten */
  mostMs: number | null;
  /** the policy's `maximumAge` */
  limitMs: number;
}

/** What of a judgement is looked at. */
export interface Judged {
  fleet: Fleet;
  gates: readonly Verdict[];
  /** null: not asked */
  cpuAdvice: readonly CpuAdvice[] | null;
}

type Verdict = Pick<GateDecision, 'gate' | 'state' | 'deciding'>;

/** That many may fall silent before what is told of the others waits until they are stale. */
const FEW = 0.1;

/** A person reads the first ones; all of them are on the page. */
const LINES_MAX = 20;
const LINE_LENGTH_MAX = 500;

/** All that can be announced of a cluster, as one judgement has it. */
export function observationsOf({ fleet, gates, cpuAdvice }: Judged): Observation[] {
  const silence = silenceOf(fleet);
  const round = clusterRound(fleet);
  const observations: Observation[] = [
    ...gates.map((gate) => verdictOf(gate, { round, silence })),
    ...(cpuAdvice ?? []).map((advice) => recommendationOf(advice, { round, silence })),
  ];
  for (const node of fleet.nodes) addNode(observations, node, { fleet, silence });
  return observations;
}

interface OfCluster {
  round: Round;
  silence: Silence;
}

/** What decides may be half a million findings: they are not asked for unless it must be. */
function verdictOf(verdict: Verdict, { round, silence }: OfCluster): Observation {
  return {
    ...{ kind: 'verdict', subject: verdict.gate, value: verdict.state, round },
    detail: () => shortened(verdict.deciding.map(lineOf)),
    silent: !silence.isEmpty && isAllSilent(verdict.deciding, silence),
  };
}

function recommendationOf(advice: CpuAdvice, { round, silence }: OfCluster): Observation {
  const { group, cpuType, level, summary, reasons } = advice;
  const value = cpuType ?? (level === 'undecided' ? 'undecided' : 'none');
  return {
    ...{ kind: 'recommendation', subject: group, value, round },
    detail: () => shortened([summary, ...reasons]),
    silent: silence.ofAny,
  };
}

const ofMoment: Round = { of: 'moment' };
const nothing = (): string[] => [];
const drifted = (was: string, now: string) => shortened(driftDetail(was, now));

/** Of ten thousand nodes, many times a minute: hence nothing that is made for nothing. */
function addNode(
  observations: Observation[],
  { node, expected, freshness, ageMs, report }: FleetNode,
  { fleet, silence }: { fleet: Fleet; silence: Silence },
): void {
  const silent = silence.ofNode(node);
  if (expected) {
    const wrong = reportFinding(node, { freshness, ageMs }, fleet.policy.thresholds.maximumAge);
    observations.push({
      kind: 'node',
      subject: node,
      value: wrong === null ? 'reporting' : 'overdue',
      detail: wrong === null ? nothing : () => shortened([lineOf(wrong), wrong.remedy ?? '']),
      round: ofMoment,
      silent,
    });
  }
  if (report === null) return;
  const round: Round = { of: 'report', collectedAt: report.collectedAt };
  const value = stateOf(report);
  observations.push({ kind: 'drift', subject: node, value, detail: drifted, round, silent });
}

function clusterRound({ nodes, now, policy }: Fleet): Round {
  const collected = nodes
    .flatMap(({ expected, freshness, report }) =>
      expected && freshness === 'fresh' && report !== null ? [Date.parse(report.collectedAt)] : [],
    )
    .sort((a, b) => a - b);
  const few = Math.max(1, Math.floor(collected.length * FEW));
  return {
    of: 'cluster',
    nowMs: now.getTime(),
    oldestMs: collected[0] ?? null,
    mostMs: collected[Math.min(few, collected.length - 1)] ?? null,
    limitMs: policy.thresholds.maximumAge,
  };
}

function lineOf({ check, node, message }: Finding): string {
  return node === null ? `${check}: ${message}` : `${check} ${node}: ${message}`;
}

function shortened(lines: readonly string[]): string[] {
  const shown = lines.slice(0, LINES_MAX).map(cut);
  const more = lines.length - shown.length;
  return more > 0 ? [...shown, `and ${more} more`] : shown;
}

function cut(line: string): string {
  return line.length > LINE_LENGTH_MAX ? `${line.slice(0, LINE_LENGTH_MAX - 1)}…` : line;
}
