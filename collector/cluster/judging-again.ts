import type { Finding } from '../../shared/check.ts';
import type { FleetNode } from '../../shared/fleet.ts';
import type { Policy } from '../../shared/policy.ts';
import { type Section, sections } from '../../shared/report.ts';
import type { ClusterCheck, ClusterJudgement } from './cluster-check.ts';
import { findingsAcross, judgeCheck } from './engine.ts';

/** Judges the nodes of one cluster by one policy again and again. */
export interface JudgingAgain {
  /** those of the checks that need what changed since they were last judged */
  pending(nodes: readonly FleetNode[], checks: readonly ClusterCheck[]): ClusterCheck[];
  /** the same findings as `judgeCluster` gives */
  judge(nodes: readonly FleetNode[], checks: readonly ClusterCheck[]): Finding[];
}

/** What a check was judged by, and what it said. */
interface Known {
  evidence: object[];
  judged: ClusterJudgement[];
}

/**
 * A judge across nodes that asks a check again only when who is fresh changed, or a section that it
 * needs is another object than before. What changed is looked for once for all checks.
 */
export function judgingAgain(policy: Policy): JudgingAgain {
  const known = new Map<ClusterCheck, Known>();
  let seen: FleetNode[] = [];
  /** each stands for who is fresh, or for a section of all of them, until that changes */
  let who = {};
  const stamps = new Map<Section, object>();

  function look(members: FleetNode[]): void {
    if (!areSameMembers(seen, members)) {
      who = {};
      stamps.clear();
    } else {
      for (const [index, { report }] of members.entries()) {
        const before = seen[index]?.report;
        if (report !== before)
          for (const section of changedIn(before, report)) stamps.delete(section);
      }
    }
    seen = members;
  }

  function stampOf(section: Section): object {
    const stamp = stamps.get(section) ?? {};
    stamps.set(section, stamp);
    return stamp;
  }

  function lastOf(check: ClusterCheck): Known {
    const evidence = [who, ...check.needs.map(stampOf)];
    const last = known.get(check);
    const same = last?.evidence.every((stamp, index) => stamp === evidence[index]);
    return { evidence, judged: last !== undefined && same ? last.judged : [] };
  }

  return {
    pending(nodes, checks) {
      look(membersOf(nodes));
      return checks.filter((check) => lastOf(check).judged.length === 0);
    },
    judge(nodes, checks) {
      const members = membersOf(nodes);
      look(members);
      return findingsAcross(checks, policy, (check) => {
        const last = lastOf(check);
        if (last.judged.length > 0) return last.judged;
        const judged = judgeCheck(members, check, policy);
        known.set(check, { ...last, judged });
        return judged;
      });
    },
  };
}

function membersOf(nodes: readonly FleetNode[]): FleetNode[] {
  return nodes.filter(({ expected }) => expected);
}

function areSameMembers(some: readonly FleetNode[], others: readonly FleetNode[]): boolean {
  return (
    some.length === others.length &&
    some.every(({ node, freshness }, index) => {
      const other = others[index];
      return other?.node === node && other.freshness === freshness;
    })
  );
}

function changedIn(before: FleetNode['report'] | undefined, now: FleetNode['report']): Section[] {
  return sections.filter((section) => before?.sections[section] !== now?.sections[section]);
}
