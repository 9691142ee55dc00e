import { unknownBecause } from '../../../shared/evidence.ts';
import { type CpuNode, evidenceOf } from '../cpu/check-evidence.ts';
import { kindsOf } from '../cpu/evidence.ts';

/** What each node can give guests, by its facts; those without evidence end in `unknown`. */
export function modelsByNode(nodes: readonly CpuNode[], planned: string) {
  const kinds = kindsOf(evidenceOf(nodes), planned);
  const byReport = new Map(
    kinds.flatMap((kind) => kind.nodes.map((node) => [node, kind.models] as const)),
  );
  const byFacts = new Map(nodes.map(({ node, facts }) => [facts, byReport.get(node)]));
  return (facts: CpuNode['facts']) => {
    const models = byFacts.get(facts);
    if (models === undefined) return unknownBecause('no evidence of its CPU');
    return models.evidence === 'none' ? unknownBecause(models.reason) : models;
  };
}
