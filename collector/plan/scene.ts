import type { Finding } from '../../shared/check.ts';
import { isWaived } from '../../shared/check.ts';
import type { GanetiConfig } from '../../shared/facts/ganeti-config.ts';
import type { Fleet } from '../../shared/fleet.ts';
import type { Rest } from '../../shared/install-plan.ts';
import { type Policy, type PolicyNode, policyNode } from '../../shared/policy.ts';
import type { Facts, Report, Section } from '../../shared/report.ts';
import { findGate } from '../cluster/gates.ts';
import { memberOf } from '../cluster/maintenance/cluster-view.ts';

/** A node of the plan with what is known of it. */
export interface PlanNode {
  name: string;
  entry: PolicyNode | undefined;
  /** null: none, or too old to plan by */
  report: Report | null;
  findings: readonly Finding[];
}

/** All that a plan is made from. */
export interface Scene {
  policy: Policy;
  /** in the order of the policy; the first becomes the master */
  nodes: readonly PlanNode[];
  /** of the cluster, and of no node */
  findings: readonly Finding[];
  /** a cluster that is there already; null: none is known of */
  config: GanetiConfig | null;
  fleet: Fleet;
}

/** The nodes in their order, and what the gate `install` asks of each. */
export function sceneOf(fleet: Fleet): Scene {
  const { policy } = fleet;
  const config = configOf(fleet);
  const asked = (finding: Finding) => isAsked(finding, config !== null);
  const all = fleet.nodes.flatMap(({ findings }) => findings).concat(fleet.clusterFindings);
  const members = fleet.nodes.filter(({ expected }) => expected);
  const order = policy.nodes.map(({ name }) => name);
  const sorted = members.sort((a, b) => order.indexOf(a.node) - order.indexOf(b.node));
  const nodes = sorted.map(({ node, report, freshness }): PlanNode => {
    const own = all.filter((finding) => finding.node === node).filter(asked);
    const fresh = freshness === 'fresh' ? report : null;
    return { name: node, entry: policyNode(policy, node), report: fresh, findings: own };
  });
  const findings = fleet.clusterFindings.filter(({ node }) => node === null).filter(asked);
  return { policy, nodes, findings, config, fleet };
}

/** What is asked before an init is wrong to ask of the members of a cluster. */
function isAsked({ check }: Finding, stands: boolean): boolean {
  const asks = (gate: string) => findGate(gate)?.asks(check) ?? false;
  return asks('install') && (!stands || asks('health'));
}

function configOf({ nodes }: Fleet): GanetiConfig | null {
  for (const { report, freshness, expected } of nodes) {
    if (report === null || freshness !== 'fresh' || !expected) continue;
    const config = memberOf(report)?.master?.config;
    if (config?.status === 'ok') return config.value;
  }
  return null;
}

/** The facts of one section of a node, or null when they are not known. */
export function factsOf<S extends Section>(node: PlanNode, section: S): Facts[S] | null {
  const outcome = node.report?.sections[section];
  return outcome?.status === 'ok' ? (outcome.facts as Facts[S]) : null;
}

/** The findings of these checks that count: of what is waived the verdict decides nothing. */
export function findingsOf(
  { findings }: Pick<PlanNode, 'findings'>,
  checks: readonly string[],
): Finding[] {
  return findings.filter(({ check }) => checks.includes(check));
}

/** Whether the checks were asked and none found fault or lacked evidence. */
export function allWell(node: Pick<PlanNode, 'findings'>, checks: readonly string[]): boolean {
  const found = findingsOf(node, checks);
  return found.length > 0 && !found.some(isTrouble) && found.some((one) => one.verdict === 'pass');
}

/** A finding for which there is something to do. */
export function isTrouble(finding: Finding): boolean {
  const { verdict } = finding;
  if (isWaived(finding)) return false;
  return verdict === 'fail' || verdict === 'warn' || verdict === 'unknown';
}

/** A finding as a plan names it. */
export function restOf({ check, node, subject, verdict, message }: Finding): Rest {
  return { check, node, ...(subject !== undefined && { subject }), verdict, message };
}
