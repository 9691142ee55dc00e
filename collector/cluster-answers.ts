import type { Fleet } from '../shared/fleet.ts';
import type { NamesMatrix } from '../shared/names-matrix.ts';
import { evidenceOfFleet } from './cluster/cpu/evidence.ts';
import { type MigrationAnswer, migrationAnswer } from './cluster/migration.ts';
import { namesMatrix } from './cluster/names-matrix.ts';
import type { ClusterView } from './cluster-view.ts';
import { type ConfiguredType, configuredCpuType } from './configured-cpu-type.ts';
import type { CpuAdvice } from './cpu-advice.ts';

/** The answers across nodes that a cluster's page shows beside its gates. */
export interface ClusterAnswers {
  /** null: not asked */
  cpuAdvice: CpuAdvice[] | null;
  configured: ConfiguredType;
  migration: MigrationAnswer;
  /** null: of so many nodes it would be too large */
  names: NamesMatrix | null;
}

/** Four million cells; it grows with the square, and names.resolution tells who disagrees. */
const NAMES_NODES_MAX = 2000;

/** Gives the answers of a view; of the same judgement the same ones again. */
export type AnswerBook = (view: ClusterView) => ClusterAnswers;

interface Named {
  evidence: unknown[];
  names: NamesMatrix;
}

/** A book that asks only what changed since it was last asked of the same cluster. */
export function answerBook(advise?: (fleet: Fleet) => CpuAdvice[]): AnswerBook {
  // A view that only grew older has the very findings of its judgement.
  const known = new WeakMap<ClusterView['fleet']['clusterFindings'], ClusterAnswers>();
  const named = new Map<string, Named>();

  /** Names × nodes is the one answer that grows with the square. */
  function namesOf(fleet: Fleet): NamesMatrix | null {
    if (fleet.nodes.length > NAMES_NODES_MAX) return null;
    const evidence = [fleet.policy, ...fleet.nodes.flatMap(namesEvidence)];
    const last = named.get(fleet.cluster);
    if (last && evidence.length === last.evidence.length) {
      if (evidence.every((one, index) => one === last.evidence[index])) return last.names;
    }
    const names = namesMatrix(fleet);
    named.set(fleet.cluster, { evidence, names });
    return names;
  }

  return ({ fleet }) => {
    const before = known.get(fleet.clusterFindings);
    if (before !== undefined) return before;
    const nodes = evidenceOfFleet(fleet);
    const answers = {
      cpuAdvice: advise?.(fleet) ?? null,
      configured: configuredCpuType(fleet),
      migration: migrationAnswer({ nodes, policy: fleet.policy }),
      names: namesOf(fleet),
    };
    known.set(fleet.clusterFindings, answers);
    return answers;
  };
}

function namesEvidence({ node, expected, freshness, report }: Fleet['nodes'][number]): unknown[] {
  return [node, expected, freshness, report?.sections.names];
}
