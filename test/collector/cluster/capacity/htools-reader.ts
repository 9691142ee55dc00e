import {
  type CapacityGuest,
  type NPlusOne,
  nPlusOne,
} from '../../../../collector/cluster/capacity/n-plus-one.ts';

/** What of a text for htools our own count is made of. */
export interface HtoolsCluster {
  guests: CapacityGuest[];
  /** free memory of the nodes that take guests, in MiB */
  rooms: Map<string, number>;
}

const SHARED = new Set(['sharedfile', 'gluster', 'rbd', 'blockdev', 'ext']);

/** Reads nodes and instances as hcheck takes them: running and balanced ones count. */
export function readHtools(text: string): HtoolsCluster {
  const [, nodesText = '', instancesText = ''] = text.split('\n\n');
  const nodes = nodesText.split('\n').map((line) => line.split('|'));
  const groupOf = new Map(nodes.map(([name = '', , , , , , , , group = '']) => [name, group]));
  const rooms = new Map(
    nodes
      .filter((columns) => columns[7] !== 'Y')
      .map(([name = '', , , free = '']) => [name, Number(free)] as const),
  );
  const guests = instancesText
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line): CapacityGuest[] => {
      const [
        name = '',
        memory = '',
        ,
        ,
        status = '',
        balanced,
        node = '',
        second = '',
        template = '',
      ] = line.split('|');
      const counted = !/^ADMIN_(down|offline)/.test(status) && balanced !== 'N';
      if (!counted || !rooms.has(node)) return [];
      const mirrored = template === 'drbd';
      if (!mirrored && !SHARED.has(template)) return [];
      const others = [...rooms.keys()].filter(
        (other) => other !== node && groupOf.get(other) === groupOf.get(node),
      );
      const targets = mirrored ? [second].filter((other) => rooms.has(other)) : others;
      return [{ name, bytes: Number(memory), node, mirrored, uncertain: false, targets }];
    });
  return { guests, rooms };
}

/**
 * How many nodes are short of room, and how many may not be lost. htools never fill a node to the
 * last MiB when they place a guest: `leaving` takes it away for the comparison.
 */
export function counted(
  { guests, rooms }: HtoolsCluster,
  leaving = 0,
): { short: number; lost: number } {
  const { short }: NPlusOne = nPlusOne(guests, rooms);
  const less = new Map([...rooms].map(([name, free]) => [name, free - leaving]));
  return { short: short.length, lost: nPlusOne(guests, less).lost.length };
}
