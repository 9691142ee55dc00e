import { additionsFor, levelAdditions } from './additions.ts';
import { bestOf, type Candidate, candidatesFor } from './candidates.ts';
import { formatCpuType } from './cpu-type.ts';
import { x86Level } from './features.ts';
import { aliasesOf } from './model-tables.ts';
import type { EvidenceLevel, HostModels } from './runnable.ts';

/** The best model as it stands: the simple choice. */
export interface PlainChoice {
  cpuType: string;
  alias: string | null;
  level: number;
  features: ReadonlySet<string>;
  deprecated: boolean;
}

/** The `cpu_type` to configure. */
export interface Recommendation {
  /** the whole string, with `enforce`: a node that cannot provide it then refuses visibly */
  cpuType: string;
  base: string;
  /** the unversioned name of the same model, where it has one */
  alias: string | null;
  add: string[];
  remove: string[];
  /** the x86-64 level of the guest */
  level: number;
  evidence: EvidenceLevel;
  deprecated: boolean;
  /** the model name that every node's QEMU takes; differs from `base` for QEMUs before 4.1 */
  spelling: string;
  /** every feature of the guest */
  features: ReadonlySet<string>;
  /** the features before anything was added, without TSX: what other models are compared with */
  comparable: ReadonlySet<string>;
}

export interface Choice {
  plain: PlainChoice | null;
  recommended: Recommendation | null;
}

/** The best `cpu_type` for hosts of one vendor: the plain model, and with harmless removals. */
export function recommend(hosts: readonly HostModels[], vendor: string | null): Choice {
  const candidates = candidatesFor(hosts, vendor);
  const plain = bestOf(candidates.filter((one) => one.remove.length === 0));
  const best = bestOf(candidates);
  if (!best) return { plain: null, recommended: null };
  const add = additionsFor(best.features, hosts, vendor);
  return { plain: plain && plainChoice(plain), recommended: recommendation(best, add, hosts) };
}

/** For hosts of several vendors: works, and nobody supports moving running guests between them. */
export function lastResort(hosts: readonly HostModels[]): Choice {
  const plain = bestOf(candidatesFor(hosts, null).filter((one) => one.remove.length === 0));
  if (!plain) return { plain: null, recommended: null };
  const add = levelAdditions(plain.features, hosts);
  return { plain: plainChoice(plain), recommended: recommendation(plain, add, hosts) };
}

function plainChoice(one: Candidate): PlainChoice {
  const { base, level, features, deprecated } = one;
  return { cpuType: base, alias: aliasesOf(base)[0] ?? null, level, features, deprecated };
}

function recommendation(
  best: Candidate,
  add: string[],
  hosts: readonly HostModels[],
): Recommendation {
  const features = new Set([...best.features, ...add]);
  const spelling = commonSpelling(best.base, hosts);
  return {
    cpuType: formatCpuType({ model: best.base, add, remove: best.remove, enforce: true }),
    base: best.base,
    alias: aliasesOf(best.base)[0] ?? null,
    add,
    remove: best.remove,
    level: x86Level(features),
    evidence: best.evidence,
    deprecated: best.deprecated,
    spelling,
    features,
    comparable: best.comparable,
  };
}

/** The name all QEMUs take; an alias means version 1 or a fixed one on every upstream pc type. */
function commonSpelling(base: string, hosts: readonly HostModels[]): string {
  const spellings = new Set(hosts.map((host) => host.spellings.get(base) ?? base));
  const other = [...spellings].find((name) => name !== base);
  return other ?? base;
}
