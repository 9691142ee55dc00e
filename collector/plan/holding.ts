import { type Finding, isWaived } from '../../shared/check.ts';
import { groupedBy } from '../../shared/grouping.ts';
import { type Held, type Rest, type StepKind, stepKinds } from '../../shared/install-plan.ts';
import { visible } from '../../shared/render/safe.ts';
import { reportCard } from '../freshness.ts';
import { type Draft, forbidden, kinds, untold } from './draft.ts';
import { findingsOf, isTrouble, type PlanNode, restOf, type Scene } from './scene.ts';

/** A step with all that holds it back, its own faults and the steps it waits for. */
export interface Judged {
  draft: Draft;
  /** what it is held back by itself */
  own: Held | null;
  /** earlier steps that are held back, without which it must not run */
  waitsFor: readonly Judged[];
  by: Held['by'] | null;
  restsOn: Rest[];
}

/** Whether a step prepares a node, so that it can run on many at once. */
export function isPreparing(kind: StepKind): boolean {
  return stepKinds.indexOf(kind) < stepKinds.indexOf('init');
}

/** The drafts in the order of their kinds, each with what forbids it or has to come before. */
export function judgedDrafts(drafts: readonly Draft[], scene: Scene): Judged[] {
  const byNode = new Map(scene.nodes.map((node) => [node.name, node]));
  const waiting = groupedBy(
    // what only a person can do mends nothing
    drafts.filter(({ done, held }) => !done && held?.by !== 'warn'),
    ({ node }) => node,
  );
  const mended = new Map([...waiting].map(([node, own]) => [node, mendedBy(own)]));
  const anywhere = mendedBy([...waiting.values()].flat());
  const around = { scene, byNode, mended, anywhere };
  const held = new Map<string, Judged[]>();
  return stepKinds.flatMap((kind) => {
    const own = drafts.filter((draft) => draft.kind === kind);
    const judged = own.map((draft) => judge(draft, around, (key) => held.get(key) ?? []));
    for (const one of judged.filter(({ by }) => by === 'fail' || by === 'unknown')) {
      const key = isPreparing(kind) ? one.draft.node : kind;
      held.set(key, [...(held.get(key) ?? []), one]);
    }
    return judged;
  });
}

interface Around {
  scene: Scene;
  byNode: ReadonlyMap<string, PlanNode>;
  /** by node: the checks whose faults its steps mend */
  mended: ReadonlyMap<string, ReadonlySet<string>>;
  anywhere: ReadonlySet<string>;
}

function mendedBy(drafts: readonly Draft[]): Set<string> {
  return new Set(drafts.flatMap(({ kind }) => kinds[kind].mends));
}

function judge(draft: Draft, around: Around, heldAt: (key: string) => readonly Judged[]): Judged {
  const found = draft.done ? [] : forbiddingOf(draft, around);
  const restsOn = [...tellingFindings(draft, around), ...found].map(restOf);
  if (draft.done) return { draft, own: null, waitsFor: [], by: null, restsOn };
  const own = gravest([hostileWord(draft), draft.held, heldBy(found)]);
  const waitsFor = neededKeys(draft).flatMap(heldAt);
  const reasons = [...(own ? [own.by] : []), ...waitsFor.flatMap(({ by }) => by ?? [])];
  const by = reasons.includes('fail') ? 'fail' : (reasons[0] ?? null);
  return { draft, own, waitsFor, by, restsOn };
}

function gravest(reasons: readonly (Held | null | undefined)[]): Held | null {
  const all = reasons.filter((one) => one != null);
  return all.find(({ by }) => by === 'fail') ?? all[0] ?? null;
}

/** What has to be free before: on the node a step is about, and of the steps of the master. */
function neededKeys({ kind, node, of }: Draft): string[] {
  if (isPreparing(kind)) return [];
  if (kind === 'init') return [node];
  if (kind === 'node-group') return ['init'];
  if (kind === 'node-add') return ['init', 'node-group', of ?? node];
  const needsAll = kind === 'migration-tags' || kind === 'verify';
  return needsAll ? ['init', 'node-group', 'node-add'] : ['init'];
}

/** Init and node add are forbidden by every fault of a node that no step before them mends. */
function forbiddingOf(draft: Draft, { scene, byNode, mended, anywhere }: Around): Finding[] {
  const { kind, node, of } = draft;
  if (kind !== 'init' && kind !== 'node-add') return [];
  const about = of ?? node;
  const own = mended.get(about) ?? new Set();
  // the settings of the cluster are made on its master, and mend what they would be wrong for
  const all = kind === 'init' ? own : new Set([...own, ...settingsMend]);
  const found = [
    ...(byNode.get(about)?.findings ?? []).filter((one) => counts(one, all)),
    ...(kind === 'init' ? scene.findings.filter((one) => counts(one, anywhere)) : []),
  ];
  // what follows from a report that is missing would only be told over and over
  const told = new Set([reportCard.id, ...found.map(({ check }) => check)]);
  return found.filter(({ cause }) => cause === undefined || !told.has(cause.check));
}

const settingsMend = stepKinds
  .filter((kind) => !isPreparing(kind))
  .flatMap((kind) => kinds[kind].mends);

/** What only follows from a fault that is mended is mended with it. */
function counts(finding: Finding, mended: ReadonlySet<string>): boolean {
  const { verdict, check, cause } = finding;
  if (isWaived(finding) || (verdict !== 'fail' && verdict !== 'unknown')) return false;
  return !mended.has(check) && !(cause !== undefined && mended.has(cause.check));
}

function heldBy(found: readonly Finding[]): Held | null {
  const first = found.find(({ verdict }) => verdict === 'fail') ?? found[0];
  if (first === undefined) return null;
  const more = found.length > 1 ? `, and ${found.length - 1} more` : '';
  const where = first.node === null ? '' : `${first.node}: `;
  const reason = `${where}${first.message} [${first.check}]${more}`;
  const needs = first.remedy ?? `muster checks explain ${first.check}`;
  return first.verdict === 'fail' ? forbidden(reason, needs) : untold(reason, needs);
}

/** Words that a terminal would act on, and names that a command would take for options. */
function hostileWord({ node, of, lines }: Draft): Held | null {
  const words = lines.flatMap((line) => (line.do === 'run' ? line.argv : line.lines));
  const unsafe = [node, of ?? '', ...words].find((word) => visible(word) !== word);
  const bad = unsafe ?? [node, of ?? ''].find((word) => word.startsWith('-'));
  if (bad === undefined) return null;
  const reason = `"${visible(bad)}" is nothing that a command can safely be given`;
  return forbidden(reason, 'correct the name in the policy');
}

/** The findings that make a step needed, or show that it is not; and those it relies on. */
function tellingFindings({ kind, node, of, done = false }: Draft, around: Around): Finding[] {
  const { scene, byNode } = around;
  const about = byNode.get(of ?? node);
  const own = about === undefined ? [] : [about];
  const places = kind === 'node-add' || isPreparing(kind) ? own : [...scene.nodes, scene];
  const { mends, restsOn = [] } = kinds[kind];
  const ofNode = kind === 'init' ? [...own, scene] : [...places, scene];
  return [
    ...places
      .flatMap((one) => findingsOf(one, mends))
      .filter((one) => (done ? one.verdict === 'pass' : isTrouble(one) || !isPreparing(kind))),
    ...ofNode.flatMap((one) => findingsOf(one, restsOn)),
  ].filter(({ verdict }) => verdict !== 'skip');
}
