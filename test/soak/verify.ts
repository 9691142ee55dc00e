import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '../../collector/store/open.ts';
import type { PastReport, Store } from '../../collector/store/store.ts';
import type { Soaked, SoakedNode } from './kills.ts';

/** What is wrong after a soak, and how much there was. */
export interface Findings {
  /** told safe by the agent, and not in the store */
  lost: string[];
  /** in the store more than once */
  doubled: string[];
  /** in the store, and not what their digest says */
  unreadable: string[];
  /** in the store before one that was told safe before them */
  disordered: string[];
  /** still in the agent's spool, or set aside */
  stuck: string[];
  stored: number;
}

/** Compares what the agents were promised with what the collector has. */
export async function verify({ nodes, database }: Soaked): Promise<Findings> {
  const store = await openStore(database);
  try {
    const all = await Promise.all(nodes.map((node) => verifyNode(store, node)));
    return {
      lost: all.flatMap(({ lost }) => lost),
      doubled: all.flatMap(({ doubled }) => doubled),
      unreadable: all.flatMap(({ unreadable }) => unreadable),
      disordered: all.flatMap(({ disordered }) => disordered),
      stuck: all.flatMap(({ stuck }) => stuck),
      stored: all.reduce((sum, { stored }) => sum + stored, 0),
    };
  } finally {
    await store.close();
  }
}

async function verifyNode(store: Store, node: SoakedNode): Promise<Findings> {
  const reports = await allReports(store, node);
  const digests = reports.map(({ digest }) => digest);
  const places = new Map(digests.map((digest, place) => [digest, place]));
  const inOrder = node.safe.filter((digest) => places.has(digest));
  return {
    lost: node.safe.filter((digest) => !places.has(digest)),
    doubled: digests.filter((digest, index) => places.get(digest) !== index),
    unreadable: await unreadableIn(store, reports),
    disordered: inOrder.filter(
      (digest, index) => (places.get(digest) ?? 0) < (places.get(inOrder[index - 1] ?? '') ?? 0),
    ),
    stuck: stuckIn(node.state),
    stored: places.size,
  };
}

/** The history of a node, oldest first. */
async function allReports(store: Store, { cluster, node }: SoakedNode): Promise<PastReport[]> {
  const reports: PastReport[] = [];
  for (;;) {
    const before = reports.at(-1)?.id;
    const page = { limit: 500, ...(before === undefined ? {} : { before }) };
    const more = await store.history(cluster, node, page);
    if (more.length === 0) return reports.reverse();
    reports.push(...more);
  }
}

const BODIES_AT_A_TIME = 200;

async function unreadableIn(store: Store, reports: readonly PastReport[]): Promise<string[]> {
  const unreadable: string[] = [];
  for (let from = 0; from < reports.length; from += BODIES_AT_A_TIME) {
    const some = reports.slice(from, from + BODIES_AT_A_TIME);
    const bodies = await store.bodies(some.map(({ id }) => id));
    for (const [index, { digest }] of some.entries()) {
      const body = bodies[index] ?? '';
      if (createHash('sha256').update(body).digest('hex') !== digest) unreadable.push(digest);
    }
  }
  return unreadable;
}

function stuckIn(state: string): string[] {
  const names = readdirSync(join(state, 'spool'), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.json'));
}
