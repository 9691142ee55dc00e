import { shellWord } from '../../../shared/cpu/cpu-type.ts';
import { classTag, MIGRATION_TAG } from './commands.ts';
import type { Cell } from './migration-cell.ts';

/** How to tell htools which nodes may exchange running guests. */
export interface MigrationTags {
  /** false: every node can send to and receive from every other, no tag is needed */
  needed: boolean;
  /** nodes by the tag they get */
  classes: { tag: string; nodes: string[] }[];
  /** paste-ready */
  commands: string[];
  note: string;
}

interface Class {
  id: string;
  nodes: string[];
}

type Cells = Record<string, Record<string, Cell>>;

const NOTE =
  'htools honours these tags when it computes moves (hbal, evacuation); ' +
  'hroller and gnt-instance migrate do not look at them';

/** Classes that exchange guests freely share a tag; other ways that are open are allowed singly. */
export function migrationTags(classes: readonly Class[], cells: Cells): MigrationTags {
  const merged = mergedClasses(classes, cells);
  const needed = merged.length > 1;
  if (!needed) return { needed, classes: [], commands: [], note: 'no tags are needed' };
  const tagged = taggedClasses(merged);
  return {
    needed,
    classes: tagged.map(({ tag, nodes }) => ({ tag, nodes })),
    commands: commandsFor(tagged, cells).map((argv) => argv.map(shellWord).join(' ')),
    note: NOTE,
  };
}

/** The commands of these tags, word by word and not quoted; none when no tag is needed. */
export function tagCommands(classes: readonly Class[], cells: Cells): string[][] {
  const merged = mergedClasses(classes, cells);
  return merged.length > 1 ? commandsFor(taggedClasses(merged), cells) : [];
}

interface TaggedClass {
  tag: string;
  nodes: string[];
  /** the id of one of its classes: all of them stand alike to every other */
  first: string;
}

function taggedClasses(merged: readonly Class[][]): TaggedClass[] {
  return merged.map((members, index) => ({
    tag: classTag(`class-${index + 1}`),
    nodes: members.flatMap(({ nodes }) => nodes).sort(),
    first: members[0]?.id ?? '',
  }));
}

function commandsFor(tagged: readonly TaggedClass[], cells: Cells): string[][] {
  const allowed = tagged.flatMap((from) =>
    tagged
      .filter((to) => to !== from && isOpen(cells, from.first, to.first))
      .map((to) => ['gnt-cluster', 'add-tags', `htools:allowmigration:${from.tag}::${to.tag}`]),
  );
  return [
    ['gnt-cluster', 'add-tags', MIGRATION_TAG],
    ...tagged.flatMap(({ tag, nodes }) => nodes.map((node) => ['gnt-node', 'add-tags', node, tag])),
    ...allowed,
  ];
}

function mergedClasses(classes: readonly Class[], cells: Cells): Class[][] {
  const merged: Class[][] = [];
  for (const one of classes) {
    const home = merged.find(([first]) => {
      if (!first || !isOpen(cells, first.id, one.id) || !isOpen(cells, one.id, first.id))
        return false;
      return classes.every((other) => areAlike(cells, [first, one], other));
    });
    if (home) home.push(one);
    else merged.push([one]);
  }
  return merged;
}

/** Whether two classes stand alike to another, in both directions. */
function areAlike(cells: Cells, [a, b]: [Class, Class], { id }: Class): boolean {
  const there = isOpen(cells, a.id, id) === isOpen(cells, b.id, id);
  return there && isOpen(cells, id, a.id) === isOpen(cells, id, b.id);
}

// Not known is not open.
function isOpen(cells: Cells, from: string, to: string): boolean {
  return cells[from]?.[to]?.verdict === 'ok';
}
