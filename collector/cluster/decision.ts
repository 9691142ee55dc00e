import { type Finding, isWaived } from '../../shared/check.ts';
import type { Fleet } from '../../shared/fleet.ts';
import type { GateDecision, GateNode, GateResult } from '../../shared/gate.ts';
import { type Counts, countsOf } from '../../shared/render/counts.ts';
import type { Narrowing } from '../../shared/selection.ts';
import type { Gate } from './gate.ts';
import { isAboutAnswers } from './gates.ts';
import { askedFindings, countsHeard, type Hearing, hearingOf, troublesOf } from './hearing.ts';

/** The gate's answer: what is waived is left aside, what is not known never opens it. */
export function decideGate(gate: Gate, fleet: Fleet, narrowed?: Narrowing | null): GateResult {
  const leftOut = new Set(narrowed?.leftOut);
  const findings = askedFindings(gate, fleet).filter(({ check }) => !leftOut.has(check));
  const told = findings.some(({ check }) => !isAboutAnswers(check));
  const grounds = { counts: countsOf(findings), told };
  const { plan, counts: _, ...frame } = frameOf(gate, fleet, grounds);
  return {
    ...frame,
    ...(narrowed && { narrowed }),
    deciding: decidingAmong(findings),
    ...(plan && leftOut.size === 0 && { plan }),
    findings,
  };
}

/** The same decision without all that passed; asked again it looks only at what changed. */
export function decideAgain(gate: Gate, fleet: Fleet): GateDecision {
  const hearing = hearingOf(gate, fleet);
  return lazily(frameHeard(gate, fleet, hearing), () => decidingAmong(troublesOf(hearing)));
}

/** The decision of a gate that stands, at another instant, by nodes of other ages. */
export function agedDecision(
  decision: GateDecision,
  { at, nodes }: Pick<GateDecision, 'at' | 'nodes'>,
): GateDecision {
  const { gate, title, cluster, state, counts } = decision;
  return lazily({ gate, title, cluster, state, counts, at, nodes }, () => decision.deciding);
}

/** A decision without the findings behind it. */
export type GateFrame = Omit<GateDecision, 'deciding'>;

/** The frame of the decision by what the gate has heard. */
export function frameHeard(gate: Gate, fleet: Fleet, hearing: Hearing): GateFrame {
  const told = [...hearing.nodes, hearing.cluster].some((one) => one.told);
  return frameOf(gate, fleet, { counts: countsHeard(hearing), told });
}

/** Of a large cluster in trouble that is half a million findings, which few ask to see. */
function lazily(frame: GateFrame, decide: () => Finding[]): GateDecision {
  let deciding: Finding[] | undefined;
  return {
    ...frame,
    get deciding() {
      deciding ??= decide();
      return deciding;
    },
  };
}

interface Grounds {
  counts: Counts;
  /** something was told besides how the answer came about */
  told: boolean;
}

function frameOf(gate: Gate, fleet: Fleet, { counts, told }: Grounds): GateFrame {
  const pointless =
    (gate.ofJoining && !fleet.nodes.some(({ joining }) => joining)) ||
    (gate.ofDraining && fleet.maintenance === undefined);
  const members = fleet.nodes.filter(({ expected, excused }) => expected && !excused);
  const complete = members.length > 0 && members.every(({ freshness }) => freshness === 'fresh');
  const open = complete && told && counts.unknown === 0 && !pointless;
  const state = counts.fail > 0 ? 'closed' : open ? 'open' : 'undecided';
  const plan = state === 'open' ? fleet.maintenance?.plan : undefined;
  return {
    gate: gate.id,
    title: gate.title,
    cluster: fleet.cluster,
    state,
    at: fleet.now.toISOString(),
    nodes: fleet.nodes.map(gateNode),
    counts,
    ...(plan && { plan }),
  };
}

/** The findings that close a gate or leave it undecided, worst first. */
export function decidingAmong(findings: readonly Finding[]): Finding[] {
  const fails = findings.filter((finding) => finding.verdict === 'fail' && !isWaived(finding));
  return fails.concat(findings.filter(({ verdict }) => verdict === 'unknown'));
}

/** The part of a node in an answer. */
export function gateNode({
  node,
  expected,
  freshness,
  ageMs,
  report,
}: Fleet['nodes'][number]): GateNode {
  return { node, expected, freshness, ageMs, collectedAt: report?.collectedAt ?? null };
}
