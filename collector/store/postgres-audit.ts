import {
  type AuditRow,
  DETAIL_MAX_CHARS,
  type Deed,
  entryOf,
  REJECTION_ROWS_MAX,
  type RejectionRow,
  rejectionOf,
} from './audit-rows.ts';
import { msOf } from './columns.ts';
import { changeOf, rowOf, rowsOf, type Session } from './postgres-statements.ts';
import type { AuditEntry, Change, Rejection } from './store.ts';

const add = changeOf(
  'INSERT INTO audit (at, by, action, cluster, subject) VALUES ($1, $2, $3, $4, $5)',
);
const page = rowsOf<AuditRow>(
  `SELECT id, at, by, action, cluster, subject FROM audit WHERE id < $1 ORDER BY id DESC LIMIT $2`,
);
const countAgain = changeOf(
  `UPDATE rejections SET count = count + 1, last_at = $4, last_detail = $5
   WHERE code = $1 AND cluster = $2 AND node = $3`,
);
const countFirst = changeOf(
  `INSERT INTO rejections AS kept (code, cluster, node, last_at, last_detail, count)
   VALUES ($1, $2, $3, $4, $5, 1) ON CONFLICT (code, cluster, node) DO UPDATE
   SET count = kept.count + 1, last_at = excluded.last_at, last_detail = excluded.last_detail`,
);
const rows = rowOf<{ rows: number }>('SELECT count(*) AS rows FROM rejections');
const all = rowsOf<RejectionRow>(
  `SELECT code, cluster, node, count, last_at, last_detail FROM rejections
   ORDER BY code, cluster, node`,
);

/** To be called in the transaction that makes the change. */
export async function note(session: Session, { by, at }: Change, deed: Deed): Promise<void> {
  await add(session, msOf(at), by, deed.action, deed.cluster, deed.subject);
}

/** The audit log, newest first. */
export async function auditEntries(
  session: Session,
  { before, limit }: { before?: number; limit: number },
): Promise<AuditEntry[]> {
  return (await page(session, before ?? Number.MAX_SAFE_INTEGER, limit)).map(entryOf);
}

/** Counts a delivery that was refused. */
export async function countRejection(
  session: Session,
  { code, cluster, node, lastAt, lastDetail }: Omit<Rejection, 'count'>,
): Promise<void> {
  const last = [msOf(lastAt), lastDetail.slice(0, DETAIL_MAX_CHARS)] as const;
  const sender = [cluster ?? '', node ?? ''] as const;
  if ((await countAgain(session, code, ...sender, ...last)) === 1) return;
  const full = ((await rows(session))?.rows ?? 0) >= REJECTION_ROWS_MAX;
  await countFirst(session, code, ...(full ? ['', ''] : sender), ...last);
}

/** The deliveries that were refused. */
export async function rejections(session: Session): Promise<Rejection[]> {
  return (await all(session)).map(rejectionOf);
}
