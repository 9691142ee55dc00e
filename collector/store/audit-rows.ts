import { dateOf, type Instant } from './columns.ts';
import type { AuditEntry, Rejection } from './store.ts';

/** Senders make rows of rejections: past so many, those of unknown name are counted together. */
export const REJECTION_ROWS_MAX = 1000;
export const DETAIL_MAX_CHARS = 300;

/** What was done to what. */
export type Deed = Pick<AuditEntry, 'action' | 'cluster' | 'subject'>;

/** An entry of the audit log, as its table keeps it. */
export interface AuditRow {
  id: number;
  at: Instant;
  by: string;
  action: string;
  cluster: string | null;
  subject: string;
}

/** Deliveries refused, as their table keeps them: '' stands for what is not known. */
export interface RejectionRow {
  code: string;
  cluster: string;
  node: string;
  count: number;
  last_at: Instant;
  last_detail: string;
}

/** The entry of a row. */
export function entryOf(row: AuditRow): AuditEntry {
  return { ...row, at: dateOf(row.at) };
}

/** The rejection of a row. */
export function rejectionOf({ cluster, node, last_at, last_detail, ...row }: RejectionRow) {
  return {
    ...row,
    cluster: cluster === '' ? null : cluster,
    node: node === '' ? null : node,
    lastAt: dateOf(last_at),
    lastDetail: last_detail,
  } satisfies Rejection;
}
