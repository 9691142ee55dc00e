import type { Fleet } from '../shared/fleet.ts';
import type { GateDecision } from '../shared/gate.ts';
import { agedDecision, decideAgain, gateNode } from './cluster/decision.ts';
import { standingGates } from './cluster/gates.ts';
import { type ClusterSummary, oldestOf, summarise } from './summary.ts';

/** A cluster judged, with the answer of every gate that can be asked of it as it is. */
export interface ClusterView {
  fleet: Fleet;
  gates: GateDecision[];
  summary: ClusterSummary;
}

/** The view of a fleet. */
export function viewOfFleet(fleet: Fleet): ClusterView {
  const gates = standingGates.map((gate) => decideAgain(gate, fleet));
  return { fleet, gates, summary: summarise(fleet, gates) };
}

/** The same view a little later, while time alone changes no judgement: only ages move. */
export function agedView({ fleet, gates, summary }: ClusterView, now: Date): ClusterView {
  const later = aged(fleet, now);
  const nodes = later.nodes.map(gateNode);
  return {
    fleet: later,
    gates: gates.map((gate) => agedDecision(gate, { at: now.toISOString(), nodes })),
    summary: { ...summary, oldest: oldestOf(later) },
  };
}

function aged(fleet: Fleet, now: Date): Fleet {
  const nodes = fleet.nodes.map((node) =>
    node.report === null
      ? node
      : { ...node, ageMs: now.getTime() - Date.parse(node.report.collectedAt) },
  );
  return { ...fleet, now, nodes };
}
