import type { Waiver } from '../../shared/waiver.ts';
import { msOf } from './columns.ts';
import { note } from './postgres-audit.ts';
import { changeOf, rowOf, rowsOf, type Session } from './postgres-statements.ts';
import {
  type PolicyRow,
  policyOf,
  type WaiverRow,
  waiverColumns,
  waiverOf,
  waiverSubject,
} from './setting-rows.ts';
import type { Change, StoredPolicy, StoredWaiver } from './store.ts';

const clusters = rowsOf<{ cluster: string }>(
  `SELECT cluster FROM nodes UNION SELECT cluster FROM policies
   UNION SELECT cluster FROM waivers ORDER BY cluster`,
);
const get = rowOf<PolicyRow>(
  'SELECT text, digest, updated_at, updated_by FROM policies WHERE cluster = $1',
);
const put = changeOf(
  `INSERT INTO policies (cluster, text, digest, updated_at, updated_by)
   VALUES ($1, $2, $3, $4, $5) ON CONFLICT (cluster) DO UPDATE SET text = excluded.text,
   digest = excluded.digest, updated_at = excluded.updated_at, updated_by = excluded.updated_by`,
);
const all = rowsOf<WaiverRow>(
  `SELECT ${waiverColumns} FROM waivers WHERE cluster = $1 ORDER BY id`,
);
const insert = rowOf<{ id: number }>(
  'INSERT INTO waivers (cluster, waiver, added_at, added_by) VALUES ($1, $2, $3, $4) RETURNING id',
);
const remove = rowOf<WaiverRow>(
  `DELETE FROM waivers WHERE cluster = $1 AND id = $2 RETURNING ${waiverColumns}`,
);

/** The clusters there are, sorted. */
export async function clusterNames(session: Session): Promise<string[]> {
  return (await clusters(session)).map(({ cluster }) => cluster);
}

/** The policy of a cluster. */
export async function policy(session: Session, cluster: string): Promise<StoredPolicy | null> {
  const row = await get(session, cluster);
  return row && policyOf(row);
}

/** Keeps the policy of a cluster in place of the one before. */
export async function putPolicy(
  session: Session,
  { cluster, text, digest }: Pick<StoredPolicy, 'text' | 'digest'> & { cluster: string },
  change: Change,
): Promise<void> {
  await put(session, cluster, text, digest, msOf(change.at), change.by);
  await note(session, change, { action: 'policy.put', cluster, subject: `policy ${digest}` });
}

/** The waivers of a cluster. */
export async function waivers(session: Session, cluster: string): Promise<StoredWaiver[]> {
  return (await all(session, cluster)).map(waiverOf);
}

/** Keeps a waiver. */
export async function addWaiver(
  session: Session,
  { cluster, waiver }: { cluster: string; waiver: Waiver },
  change: Change,
): Promise<StoredWaiver> {
  const { at, by } = change;
  const row = await insert(session, cluster, JSON.stringify(waiver), msOf(at), by);
  if (row === null) throw new Error('the waiver was not stored');
  const { id } = row;
  await note(session, change, {
    action: 'waiver.add',
    cluster,
    subject: waiverSubject(id, waiver),
  });
  return { id, cluster, waiver, addedAt: at, addedBy: by };
}

/** Takes a waiver out; false when the cluster has none of that id. */
export async function removeWaiver(
  session: Session,
  { cluster, id }: { cluster: string; id: number },
  change: Change,
): Promise<boolean> {
  const row = await remove(session, cluster, id);
  if (row === null) return false;
  const subject = waiverSubject(id, waiverOf(row).waiver);
  await note(session, change, { action: 'waiver.remove', cluster, subject });
  return true;
}
