import type { Finding } from '../../shared/check.ts';
import type { Fleet, FleetNode } from '../../shared/fleet.ts';
import type { Policy } from '../../shared/policy.ts';
import { added, type Counts, countsOf } from '../../shared/render/counts.ts';
import { membershipCard, reportCard } from '../freshness.ts';
import type { Gate } from './gate.ts';
import { asksFor, isAboutAnswers } from './gates.ts';

/** What a gate hears of one list of findings: of a node, or of the cluster. */
export interface Heard {
  /** the checks asked, in the order in which they first appear */
  checks: readonly string[];
  /** the findings asked that neither pass nor are skipped */
  troubles: readonly Finding[];
  /** of all findings asked */
  counts: Counts;
  /** something was told besides how the answer came about */
  told: boolean;
}

/** What a gate hears of a fleet. */
export interface Hearing {
  /** in the order of the fleet's nodes */
  nodes: readonly Heard[];
  cluster: Heard;
}

type Rules = Policy['rules'];

/** What a list of findings says to a gate stays the same while the list is the same object. */
const known = new Map<string, WeakMap<Rules, WeakMap<readonly Finding[], Heard>>>();

/** What the gate hears of the fleet; of findings that it heard before it is not asked again. */
export function hearingOf(gate: Gate, fleet: Fleet): Hearing {
  const { rules } = fleet.policy;
  const memory = memoryOf(gate, rules);
  const heard = (findings: readonly Finding[]) => {
    const before = memory.get(findings);
    if (before !== undefined) return before;
    const now = heardOf(findings.filter(({ check }) => asksFor(gate, check, rules)));
    memory.set(findings, now);
    return now;
  };
  const nodes = fleet.nodes.map((node) => {
    const own = ownFindings(gate, node);
    return own === null ? heard(node.findings) : heardOf(own);
  });
  return { nodes, cluster: heard(fleet.clusterFindings) };
}

/** All findings that the gate asks, in the order of the checks. */
export function askedFindings(gate: Gate, fleet: Fleet): Finding[] {
  const own = fleet.nodes.flatMap((node) => ownFindings(gate, node) ?? node.findings);
  return inOrderOfChecks(
    [...own, ...fleet.clusterFindings].filter(({ check }) =>
      asksFor(gate, check, fleet.policy.rules),
    ),
  );
}

/** Findings of one check together, in the order in which the checks first appear. */
export function inOrderOfChecks(findings: Iterable<Finding>, order: Iterable<string> = []) {
  const byCheck = new Map<string, Finding[]>(
    [reportCard.id, membershipCard.id, ...order].map((check) => [check, []]),
  );
  for (const finding of findings) {
    const sameCheck = byCheck.get(finding.check);
    if (sameCheck) sameCheck.push(finding);
    else byCheck.set(finding.check, [finding]);
  }
  return [...byCheck.values()].flat();
}

/** The troubles that were heard, in the order that they have among all findings. */
export function troublesOf({ nodes, cluster }: Hearing): Finding[] {
  const heard = [...nodes, cluster];
  return inOrderOfChecks(
    heard.flatMap(({ troubles }) => troubles),
    checkOrder(heard),
  );
}

/** How many findings the gate heard of each verdict. */
export function countsHeard({ nodes, cluster }: Hearing): Counts {
  return added([...nodes, cluster].map(({ counts }) => counts));
}

/** The checks in the order in which they first appear. */
export function checkOrder(heard: readonly Heard[]): Set<string> {
  const lists = new Set(heard.map(({ checks }) => checks));
  return new Set([...lists].flat());
}

/**
 * Of a node outside the policy only that it is outside; its facts say nothing of the cluster. Of a
 * member whom nobody joins only how it reports. Null: all that was found.
 */
function ownFindings(gate: Gate, { expected, joining, findings }: FleetNode): Finding[] | null {
  if (!expected) return findings.filter(({ check }) => check === membershipCard.id);
  if (joining || !gate.ofJoining) return null;
  return findings.filter(({ check }) => isAboutAnswers(check));
}

function heardOf(asked: readonly Finding[]): Heard {
  return {
    checks: sameList([...new Set(asked.map(({ check }) => check))]),
    troubles: asked.filter(({ verdict }) => verdict !== 'pass' && verdict !== 'skip'),
    counts: countsOf(asked),
    told: asked.some(({ check }) => !isAboutAnswers(check)),
  };
}

/** Most nodes are asked the same checks: one list for all of them. */
let lastList: readonly string[] = [];

function sameList(checks: readonly string[]): readonly string[] {
  const same = checks.length === lastList.length && checks.every((id, at) => id === lastList[at]);
  if (!same) lastList = checks;
  return lastList;
}

function memoryOf({ id }: Gate, rules: Rules): WeakMap<readonly Finding[], Heard> {
  const ofGate = known.get(id) ?? new WeakMap<Rules, WeakMap<readonly Finding[], Heard>>();
  known.set(id, ofGate);
  const memory = ofGate.get(rules) ?? new WeakMap<readonly Finding[], Heard>();
  ofGate.set(rules, memory);
  return memory;
}
