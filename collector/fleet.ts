import { type Check, defineCheck, type Finding, judgeReport } from '../shared/check.ts';
import { checks } from '../shared/checks/index.ts';
import { unknownBecause } from '../shared/evidence.ts';
import type { Fleet, FleetNode } from '../shared/fleet.ts';
import { skip } from '../shared/judgement.ts';
import type { Policy } from '../shared/policy.ts';
import type { Report } from '../shared/report.ts';
import { checkOfRule, type Rule } from '../shared/rule.ts';
import { settled } from '../shared/severity.ts';
import type { Waiver } from '../shared/waiver.ts';
import type { ClusterCheck } from './cluster/cluster-check.ts';
import { joinFindings } from './cluster/cpu/join.ts';
import { judgeCluster } from './cluster/engine.ts';
import { clusterChecks } from './cluster/index.ts';
import type { Before } from './cluster/maintenance/before.ts';
import { afterFindings, excusedNodes, maintenanceAnswer } from './cluster/maintenance.ts';
import { rapiFindings } from './cluster/rapi.ts';
import { ageOf, membershipFinding, nobodyFinding, reportCard, reportFinding } from './freshness.ts';
import type { RapiEvidence } from './rapi/evidence.ts';

export type { Fleet, FleetNode, Freshness } from '../shared/fleet.ts';

export interface FleetInput {
  cluster: string;
  /** any number per node, in any order; the newest of each counts */
  reports: readonly Report[];
  policy: Policy;
  /** the policy's rules made ready; without them its rules are unknown, not left out */
  rules?: readonly Check[];
  now: Date;
  /** of nodes that are to join; they count as members, and what they would do is found */
  joining?: readonly Report[];
  /** nodes that are to be taken down; what that would do is found */
  drain?: readonly string[];
  /** what was before a maintenance that is over; what it changed is found */
  before?: Before;
  /** what RAPI says now; whether the reports still hold is found */
  rapi?: RapiEvidence;
  waivers?: readonly Waiver[];
  /** those of the registries, when not given */
  checks?: readonly Check[];
  clusterChecks?: readonly ClusterCheck[];
  /** in place of `judgeReport`; it may know the answer from before */
  judge?: typeof judgeReport;
  /** in place of `judgeCluster`; it may know the answers from before */
  judgeAcross?: typeof judgeCluster;
}

/** What is known of a cluster at `now`: the same for the same reports in whatever order. */
export function buildFleet(input: FleetInput): Fleet {
  const { cluster, policy, now, drain = [], rapi, judgeAcross = judgeCluster } = input;
  const all = fleetNodes(input);
  const asked = drain.length > 0 || input.before !== undefined;
  const nodes = asked ? withExcused(all, policy) : all;
  const question = { nodes, policy, now, ...(rapi && { rapi }) };
  const maintenance = drain.length === 0 ? null : maintenanceAnswer({ ...question, drain });
  const across = judgeAcross(nodes, input.clusterChecks ?? clusterChecks, policy);
  const clusterFindings = [
    ...(nodes.length === 0 ? [nobodyFinding] : []),
    ...across,
    ...joinFindings(nodes, policy),
    ...(rapi ? rapiFindings(nodes, policy, rapi) : []),
    ...(maintenance?.findings ?? []),
  ];
  if (input.before) {
    const found = [...nodes.flatMap(({ findings }) => findings), ...across];
    clusterFindings.push(...afterFindings(question, input.before, found));
  }
  const planned = asked ? { maintenance: { plan: maintenance?.plan ?? null } } : {};
  const fleet = { cluster, policy, now, nodes, clusterFindings, ...planned };
  return settledFleet(fleet, input.waivers ?? []);
}

/** A node that Ganeti leaves out can tell nothing, and is not asked to. */
function withExcused(nodes: readonly FleetNode[], policy: Policy): FleetNode[] {
  const excused = excusedNodes(nodes, policy);
  return nodes.map((one) => {
    if (!excused.has(one.node) || one.freshness === 'fresh') return one;
    const findings = one.findings.map((finding) =>
      finding.check === reportCard.id ? { ...finding, ...EXCUSED } : finding,
    );
    return { ...one, excused: true, findings };
  });
}

const EXCUSED = skip('the master holds it for offline, so no report is asked of it');

/** The nodes that are named or report, each by itself, before any waiver. */
export function fleetNodes(input: FleetInput): FleetNode[] {
  const { policy } = input;
  const newcomers = newestByNode(input.joining ?? []);
  const newest = new Map([...newestByNode(input.reports), ...newcomers]);
  const named = new Set(policy.nodes.map((node) => node.name));
  const names = [...new Set([...named, ...newest.keys()])].sort();
  const asked = checksOf(input);
  return names.map((node) => {
    const joining = newcomers.has(node);
    const expected = joining || named.size === 0 || named.has(node);
    const report = newest.get(node) ?? null;
    return fleetNode({ node, expected, joining, report }, asked, input);
  });
}

/** As the policy and the waivers have it; what is wrong of waivers is found of the cluster. */
function settledFleet(fleet: Fleet, waivers: readonly Waiver[]): Fleet {
  const severities = fleet.policy.severity;
  if (waivers.length === 0 && Object.keys(severities).length === 0) return fleet;
  const all = [...fleet.nodes.flatMap(({ findings }) => findings), ...fleet.clusterFindings];
  const silent = fleet.nodes.filter(({ freshness }) => freshness !== 'fresh');
  const context = { now: fleet.now, unheard: silent.map(({ node }) => node) };
  const { findings, about } = settled(all, { waivers, severities }, context);
  const marked = new Map<Finding, Finding>();
  for (const [index, finding] of all.entries()) {
    const settledOne = findings[index];
    if (settledOne !== undefined && settledOne !== finding) marked.set(finding, settledOne);
  }
  const mark = (finding: Finding): Finding => marked.get(finding) ?? finding;
  // findings of which nothing changed stay the same list: what was made of it before still holds
  const nodes = fleet.nodes.map((node) =>
    marked.size > 0 && node.findings.some((finding) => marked.has(finding))
      ? { ...node, findings: node.findings.map(mark) }
      : node,
  );
  return { ...fleet, nodes, clusterFindings: [...fleet.clusterFindings.map(mark), ...about] };
}

function fleetNode(
  {
    node,
    expected,
    joining,
    report,
  }: Pick<FleetNode, 'node' | 'expected' | 'report'> & {
    joining: boolean;
  },
  asked: readonly Check[],
  input: FleetInput,
): FleetNode {
  const { policy, now, judge = judgeReport } = input;
  const limitMs = policy.thresholds.maximumAge;
  const age = ageOf(report, limitMs, now);
  const wrong = reportFinding(node, age, limitMs);
  const own = wrong ? [wrong] : report ? judge(report, asked, policy) : [];
  const findings = expected ? own : [membershipFinding(node, policy), ...own];
  return { node, expected, ...(joining && { joining }), ...age, report, findings };
}

/** The checks that every report is judged by. */
export function checksOf({ checks: given, policy, rules }: ChecksInput): Check[] {
  return [...(given ?? checks), ...(rules ?? policy.rules.map(notReady))];
}

type ChecksInput = Pick<FleetInput, 'checks' | 'policy' | 'rules'>;

function notReady(rule: Rule): Check {
  return defineCheck({
    id: checkOfRule(rule),
    title: rule.title,
    why: 'A rule of the policy.',
    rules: [],
    needs: [],
    judge: () => unknownBecause('the rules of the policy were not made ready'),
  });
}

function newestByNode(reports: readonly Report[]): Map<string, Report> {
  const newest = new Map<string, Report>();
  for (const report of reports) {
    const other = newest.get(report.node);
    if (other === undefined || isNewer(report, other)) newest.set(report.node, report);
  }
  return newest;
}

/** Of two that differ and bear the same instant either would do, but always the same one. */
function isNewer(report: Report, other: Report): boolean {
  const aheadMs = Date.parse(report.collectedAt) - Date.parse(other.collectedAt);
  return aheadMs > 0 || (aheadMs === 0 && JSON.stringify(report) > JSON.stringify(other));
}
