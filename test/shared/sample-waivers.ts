import type { Finding } from '../../shared/check.ts';
import { applyWaivers, type Waiver } from '../../shared/waiver.ts';

/** The instant at which waivers are asked in these tests, and an end that is later. */
export const now = new Date('2026-03-01T12:00:00Z');
export const expires = '2026-03-31T00:00:00Z';

/** A failure on node n1, with what a test changes of it. */
export function finding(changes: Partial<Finding> = {}): Finding {
  const base = { check: 'storage.size', title: 'Size', node: 'n1', message: 'gnt has 19 GiB' };
  return { ...base, verdict: 'fail', ...changes };
}

/** A waiver of just that failure, with what a test changes of it. */
export function waiver(changes: Partial<Waiver> = {}): Waiver {
  const base = { check: 'storage.size', node: 'n1', reason: 'disk is ordered', owner: 'anna' };
  return { ...base, expires, ...changes };
}

/** The same without a node: of the cluster as a whole. */
export function waiverOfCluster(changes: Partial<Waiver> = {}): Waiver {
  const { node: _, ...rest } = waiver(changes);
  return rest;
}

/** Which findings are waived, and what is said of the waivers. */
export function outcome(findings: Finding[], waivers: Waiver[], unheard: string[] = []) {
  const applied = applyWaivers(findings, waivers, { now, unheard });
  return {
    waived: applied.findings.map((one) => one.waived !== undefined),
    said: applied.about.map(({ check, message }) => `${check}: ${message}`),
  };
}
