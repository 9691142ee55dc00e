import { isExpired, type Waiver } from '../waiver.ts';
import { safeJson } from './safe.ts';
import { table } from './tables.ts';

/** A waiver, and its number where a collector keeps it. */
type Numbered = Waiver & { id?: number };

/** The waivers as a table: whether each holds at `now`, what it is for, and who answers for it. */
export function renderWaivers(waivers: readonly Numbered[], now: Date): string {
  if (waivers.length === 0) return 'no waivers\n';
  const kept = waivers.some(({ id }) => id !== undefined);
  const columns = ['STATE', 'CHECK', 'ON', 'SUBJECT', 'UNTIL', 'BOUND', 'OWNER', 'REASON'];
  const head = kept ? ['ID', ...columns] : columns;
  const rows = waivers.map((waiver) => [
    ...(kept ? [String(waiver.id ?? '·')] : []),
    stateOf(waiver, now),
    waiver.check,
    waiver.node ?? 'cluster',
    waiver.subject ?? '·',
    waiver.expires,
    waiver.fingerprint === undefined ? 'no' : 'yes',
    waiver.owner,
    waiver.reason,
  ]);
  return `${table([head, ...rows], head.length).join('\n')}\n`;
}

/** The waivers as JSON, each with its state at `now`. */
export function renderWaiversJson(waivers: readonly Numbered[], now: Date): string {
  const list = waivers.map((waiver) => ({
    ...(waiver.id === undefined ? {} : { id: waiver.id }),
    state: stateOf(waiver, now),
    check: waiver.check,
    node: waiver.node ?? null,
    subject: waiver.subject ?? null,
    verdict: waiver.verdict ?? null,
    reason: waiver.reason,
    owner: waiver.owner,
    expires: waiver.expires,
    fingerprint: waiver.fingerprint ?? null,
  }));
  return `${safeJson({ schema: 1, kind: 'waivers', at: now.toISOString(), waivers: list })}\n`;
}

function stateOf(waiver: Waiver, now: Date): 'holds' | 'expired' {
  return isExpired(waiver, now) ? 'expired' : 'holds';
}
