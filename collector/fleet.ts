import { type Check, type Finding, judgeReport } from '../shared/check.ts';
import { checks } from '../shared/checks/index.ts';
import type { Fleet, FleetNode } from '../shared/fleet.ts';
import type { Policy } from '../shared/policy.ts';
import type { Report } from '../shared/report.ts';
import { settled } from '../shared/severity.ts';
import type { Waiver } from '../shared/waiver.ts';
import type { ClusterCheck } from './cluster/cluster-check.ts';
import { joinFindings } from './cluster/cpu/join.ts';
import { judgeCluster } from './cluster/engine.ts';
import { clusterChecks } from './cluster/index.ts';
import { ageOf, membershipFinding, nobodyFinding, reportFinding } from './freshness.ts';

export type { Fleet, FleetNode, Freshness } from '../shared/fleet.ts';

export interface FleetInput {
  cluster: string;
  /** any number per node, in any order; the newest of each counts */
  reports: readonly Report[];
  policy: Policy;
  now: Date;
  /** of nodes that are to join; they count as members, and what they would do is found */
  joining?: readonly Report[];
  waivers?: readonly Waiver[];
  /** those of the registries, when not given */
  checks?: readonly Check[];
  clusterChecks?: readonly ClusterCheck[];
}

/** What is known of a cluster at `now`: the same for the same reports in whatever order. */
export function buildFleet(input: FleetInput): Fleet {
  const { cluster, policy, now } = input;
  const newcomers = newestByNode(input.joining ?? []);
  const newest = new Map([...newestByNode(input.reports), ...newcomers]);
  const named = new Set(policy.nodes.map((node) => node.name));
  const names = [...new Set([...named, ...newest.keys()])].sort();
  const nodes = names.map((node) => {
    const joining = newcomers.has(node);
    const expected = joining || named.size === 0 || named.has(node);
    return fleetNode({ node, expected, joining, report: newest.get(node) ?? null }, input);
  });
  const across = judgeCluster(nodes, input.clusterChecks ?? clusterChecks, policy);
  const clusterFindings = [
    ...(nodes.length === 0 ? [nobodyFinding] : []),
    ...across,
    ...joinFindings(nodes, policy),
  ];
  return settledFleet({ cluster, policy, now, nodes, clusterFindings }, input.waivers ?? []);
}

/** As the policy and the waivers have it; what is wrong of waivers is found of the cluster. */
function settledFleet(fleet: Fleet, waivers: readonly Waiver[]): Fleet {
  const severities = fleet.policy.severity;
  if (waivers.length === 0 && Object.keys(severities).length === 0) return fleet;
  const all = [...fleet.nodes.flatMap(({ findings }) => findings), ...fleet.clusterFindings];
  const silent = fleet.nodes.filter(({ freshness }) => freshness !== 'fresh');
  const context = { now: fleet.now, unheard: silent.map(({ node }) => node) };
  const { findings, about } = settled(all, { waivers, severities }, context);
  const marked = new Map(all.map((finding, index) => [finding, findings[index] ?? finding]));
  const mark = (finding: Finding): Finding => marked.get(finding) ?? finding;
  return {
    ...fleet,
    nodes: fleet.nodes.map((node) => ({ ...node, findings: node.findings.map(mark) })),
    clusterFindings: [...fleet.clusterFindings.map(mark), ...about],
  };
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
  input: FleetInput,
): FleetNode {
  const { policy, now } = input;
  const limitMs = policy.thresholds.maximumAge;
  const age = ageOf(report, limitMs, now);
  const findings: Finding[] = expected ? [] : [membershipFinding(node, policy)];
  const wrong = reportFinding(node, age, limitMs);
  if (wrong) findings.push(wrong);
  else if (report) findings.push(...judgeReport(report, input.checks ?? checks, policy));
  return { node, expected, ...(joining && { joining }), ...age, report, findings };
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
