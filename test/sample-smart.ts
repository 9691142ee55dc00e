import type { SmartHealth } from '../shared/facts/smart.ts';

/** What a healthy SSD tells of itself, with changes. */
export function sampleSmart(change: Partial<SmartHealth> = {}) {
  const value: SmartHealth = {
    state: 'told',
    note: null,
    passed: true,
    failedNow: [],
    failedBefore: [],
    selfTestFailed: false,
    reallocated: 0,
    pending: 0,
    uncorrectable: 0,
    wearPercent: null,
    sparePercent: null,
    spareThresholdPercent: null,
    criticalWarning: null,
    ...change,
  };
  return { status: 'ok' as const, value };
}
