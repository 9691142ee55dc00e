import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '../../collector/store/open.ts';
import type { PastReport } from '../../collector/store/store.ts';
import type { Soaked } from './kills.ts';

/** What is wrong after a soak, and how much there was. */
export interface Findings {
  /** told safe by the agent, and not in the store */
  lost: string[];
  /** in the store more than once */
  doubled: string[];
  /** in the store, and not what their digest says */
  unreadable: string[];
  /** still in the agent's spool, or set aside */
  stuck: string[];
  stored: number;
}

/** Compares what the agent was promised with what the collector has. */
export async function verify({ safe, database, state }: Soaked): Promise<Findings> {
  const store = await openStore(database);
  try {
    const reports: PastReport[] = [];
    for (;;) {
      const before = reports.at(-1)?.id;
      const page = { limit: 500, ...(before === undefined ? {} : { before }) };
      const more = await store.history('soak', 'n1', page);
      if (more.length === 0) break;
      reports.push(...more);
    }
    const unreadable: string[] = [];
    for (const { id, digest } of reports) {
      const [body = ''] = await store.bodies([id]);
      if (createHash('sha256').update(body).digest('hex') !== digest) unreadable.push(digest);
    }
    const digests = reports.map(({ digest }) => digest);
    const stored = new Set(digests);
    const lost = safe.filter((digest) => !stored.has(digest));
    const doubled = digests.filter((digest, index) => digests.indexOf(digest) !== index);
    return { lost, doubled, unreadable, stuck: stuckIn(state), stored: stored.size };
  } finally {
    await store.close();
  }
}

function stuckIn(state: string): string[] {
  const names = readdirSync(join(state, 'spool'), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.json'));
}
