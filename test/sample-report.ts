import type { z } from 'zod';
import { type Policy, policySchema } from '../shared/policy.ts';
import type { FailureKind } from '../shared/reading.ts';
import { type Report, reportSchema } from '../shared/report.ts';
import { sampleGaneti } from './sample-ganeti.ts';
import { sampleHardware } from './sample-hardware.ts';
import { sampleSystem } from './sample-system.ts';

/** What a test changes in a whole: only what it names; `undefined` takes a key away. */
export type Changes<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { [K in keyof T]?: Changes<T[K]> | undefined }
    : T;

/** A complete, healthy report of ganeti01.example.org as the guide would have it, with changes. */
export function sampleReport(changes: Changes<Report> = {}): Report {
  return reportSchema.parse(merge(healthy, changes));
}

/** The healthy report with changes in its sections alone. */
export function sampleWith(sections: Changes<Report['sections']>): Report {
  return sampleReport({ sections });
}

/** The guide's cluster, its duplicate address corrected, as the policy of the sample report. */
export function samplePolicy(changes: PolicyChanges = {}): Policy {
  return policySchema.parse(merge(guidePolicy, changes));
}

/** A policy as a person writes it, sizes and durations as text; lists are replaced as a whole. */
export type PolicyChanges = Changes<z.input<typeof policySchema>>;

/** A reading, or a section, that failed; `kind` says how. */
export function failed(kind: FailureKind, message: string) {
  return { status: 'failed' as const, error: { kind, message, source: null } };
}

/** A reading that went well. */
export function ok<T>(value: T) {
  return { status: 'ok' as const, value };
}

const healthy: Report = {
  schema: 1,
  node: 'ganeti01.example.org',
  collectedAt: '2026-11-22T11:55:00.000Z',
  agent: { version: '0.1.0', privileged: true, origin: 'live' },
  tookMs: { cpu: 12, qemu: 140 },
  sections: { ...sampleHardware, ...sampleSystem, ...sampleGaneti },
};

const guidePolicy: z.input<typeof policySchema> = {
  cluster: { name: 'ganeti-cluster01.example.org', address: '192.0.2.4' },
  nodes: [
    { name: 'ganeti01.example.org', address: '192.0.2.5' },
    { name: 'ganeti02.example.org', address: '192.0.2.6' },
    { name: 'ganeti03.example.org', address: '192.0.2.7' },
  ],
  hvparams: { cpu_type: 'Skylake-Server-v3', machine_version: 'pc-i440fx-7.2' },
};

/** Objects are merged; anything else, and an object with another `status`, is replaced. */
function merge(base: unknown, change: unknown): unknown {
  if (!isRecord(base) || !isRecord(change)) return change;
  if ('status' in change && change.status !== base.status) return change;
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(change)) {
    if (value === undefined) delete merged[key];
    else merged[key] = merge(base[key], value);
  }
  return merged;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
