import { createHash } from 'node:crypto';
import type { Delivery } from '../../../collector/store/store.ts';
import type { Report } from '../../../shared/report.ts';
import { type Changes, sampleReport } from '../../sample-report.ts';

export const cluster = 'c1.example.org';

/** An instant of the day the tests play on, or of one `days` later. */
export function at(time: string, days = 0): Date {
  return new Date(Date.parse(`2026-03-01T${time}Z`) + days * 24 * 60 * 60_000);
}

/** A delivery of any JSON as node n1 sends it, with changes. */
export function delivery(sequence: number, body: unknown, more: Partial<Delivery> = {}): Delivery {
  const json = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return {
    cluster,
    node: 'n1',
    digest: createHash('sha256').update(json).digest('hex'),
    enrolment: 1,
    sequence,
    bootId: '1c8b2c0e-7b5a-4b5e-9d0a-0f5d5c1f7c11',
    collectedAt: at('11:00:00'),
    receivedAt: at('12:00:00'),
    schema: 1,
    json,
    ...more,
  };
}

/** A delivery of a healthy report, with changes in it. */
export function reported(
  sequence: number,
  collectedAt: Date,
  changes: Changes<Report> = {},
): Delivery {
  const report = sampleReport({ ...changes, collectedAt: collectedAt.toISOString() });
  return delivery(sequence, report, { collectedAt, receivedAt: collectedAt });
}
