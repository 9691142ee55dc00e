import type { PastReport } from './store.ts';

/** A report without its body, as its table keeps it. */
export interface PastRow {
  id: number;
  digest: Buffer;
  sequence: number;
  boot_id: string;
  collected_at: number;
  received_at: number;
  late: number | boolean;
}

export const pastColumns = 'id, digest, sequence, boot_id, collected_at, received_at, late';

/** The report of a row. */
export function pastOf(row: PastRow): PastReport {
  return {
    id: row.id,
    digest: row.digest.toString('hex'),
    sequence: row.sequence,
    bootId: row.boot_id,
    collectedAt: new Date(row.collected_at),
    receivedAt: new Date(row.received_at),
    late: Boolean(row.late),
  };
}
