import { groupedBy } from '../../../shared/grouping.ts';
import { pass, warn } from '../../../shared/judgement.ts';
import { listed } from '../../../shared/wording.ts';
import type { Loss } from '../capacity.ts';
import type { ClusterJudgement } from '../cluster-check.ts';
import type { ClusterView } from '../maintenance/cluster-view.ts';

const EXCLUSION = 'htools:iextags:';
const LOCATION = 'htools:nlocation:';

/** Guests of one exclusion tag on one node, now or after a loss; mirrors of one common cause. */
export function exclusionTags(view: ClusterView, losses: readonly Loss[]): ClusterJudgement[] {
  const exclusions = prefixesOf(view, EXCLUSION);
  const locations = prefixesOf(view, LOCATION);
  if (exclusions.length + locations.length === 0) return [pass('no such tag is set')];
  const now = new Map(view.guests.map(({ name, instance }) => [name, instance.primaryNode]));
  const after = losses.flatMap(({ node, placement }) => {
    const placed = placement.packing.state === 'fits' ? placement.packing.placed : [];
    const moved = placed.map(({ name, target }) => [name, target] as const);
    return conflicts(view, new Map([...now, ...moved]), exclusions).map((text) => ({
      text,
      when: ` after the loss of ${node}`,
    }));
  });
  const found = conflicts(view, now, exclusions).map((text) => ({ text, when: '' }));
  const seen = new Map([...after, ...found].map((one) => [one.text, one]));
  const mirrors = mirrorsTogether(view, locations).map((text) => ({ text, when: '' }));
  const judged = [...seen.values(), ...mirrors].map(({ text, when }) => {
    return { ...warn(`${text}${when}, expected apart`, 'hbal -L -X'), subject: text };
  });
  return judged.length > 0 ? judged : [pass('what excludes each other is apart')];
}

function prefixesOf({ config }: ClusterView, kind: string): string[] {
  return config.cluster.tags.flatMap((tag) =>
    tag.startsWith(kind) ? [`${tag.slice(kind.length)}:`] : [],
  );
}

function conflicts(
  { guests }: ClusterView,
  places: ReadonlyMap<string, string>,
  prefixes: readonly string[],
): string[] {
  const tagged = guests.flatMap(({ name, instance }) =>
    instance.tags
      .filter((tag) => prefixes.some((prefix) => tag.startsWith(prefix)))
      .map((tag) => ({ name, key: JSON.stringify([places.get(name), tag]), tag })),
  );
  return [...groupedBy(tagged, ({ key }) => key).values()]
    .filter((some) => some.length > 1)
    .map((some) => {
      const [first] = some;
      const place = places.get(first?.name ?? '') ?? '';
      return `${listed(some.map(({ name }) => name))} (${first?.tag}) on ${place}`;
    });
}

function mirrorsTogether({ nodes, guests }: ClusterView, prefixes: readonly string[]): string[] {
  const tagsOf = (name: string) =>
    (nodes.find((node) => node.name === name)?.config.tags ?? []).filter((tag) =>
      prefixes.some((prefix) => tag.startsWith(prefix)),
    );
  return guests.flatMap(({ name, instance }) =>
    instance.secondaryNodes.flatMap((second) => {
      const shared = tagsOf(instance.primaryNode).filter((tag) => tagsOf(second).includes(tag));
      return shared.length === 0 ? [] : [`both copies of ${name} are in ${listed(shared)}`];
    }),
  );
}
