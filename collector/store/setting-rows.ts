import { type Waiver, waiverSchema } from '../../shared/waiver.ts';
import { dateOf, type Instant } from './columns.ts';
import type { StoredPolicy, StoredWaiver } from './store.ts';

/** A policy, as its table keeps it. */
export interface PolicyRow {
  text: string;
  digest: string;
  updated_at: Instant;
  updated_by: string;
}

/** A waiver, as its table keeps it. */
export interface WaiverRow {
  id: number;
  cluster: string;
  /** JSON */
  waiver: string;
  added_at: Instant;
  added_by: string;
}

export const waiverColumns = 'id, cluster, waiver, added_at, added_by';

/** The policy of a row. */
export function policyOf({ text, digest, updated_at, updated_by }: PolicyRow): StoredPolicy {
  return { text, digest, updatedAt: dateOf(updated_at), updatedBy: updated_by };
}

/** The waiver of a row. */
export function waiverOf({ id, cluster, waiver, added_at, added_by }: WaiverRow): StoredWaiver {
  const parsed = waiverSchema.parse(JSON.parse(waiver));
  return { id, cluster, waiver: parsed, addedAt: dateOf(added_at), addedBy: added_by };
}

/** A waiver in the words of the audit log. */
export function waiverSubject(id: number, waiver: Waiver): string {
  const { check, node, subject, expires, reason } = waiver;
  const of = [check, node, subject].filter((part) => part !== undefined).join(' ');
  return `waiver ${id}: ${of} until ${expires}: ${reason}`;
}
