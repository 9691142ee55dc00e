import { z } from 'zod';
import { type Finding, verdicts } from '../../../shared/check.ts';
import type { FleetNode } from '../../../shared/fleet.ts';

const text = z.string().nullable();

/** What has to be remembered of a maintenance to tell afterwards that it went well. */
export const beforeSchema = z.strictObject({
  at: z.iso.datetime().describe('the instant it was asked about'),
  drain: z.array(z.string()).describe('the nodes, by the names they report by'),
  nodes: z.array(
    z.strictObject({
      node: z.string(),
      bootId: text,
      kernel: text.describe('uname -r'),
      qemu: text.describe('upstream version'),
      microcodes: z.array(z.string()),
    }),
  ),
  troubles: z
    .array(
      z.strictObject({ check: z.string(), node: text, subject: text, verdict: z.enum(verdicts) }),
    )
    .describe('what was found besides passes; by its place, as messages hold values'),
});

export type Before = z.infer<typeof beforeSchema>;
export type NodeBefore = Before['nodes'][number];

/** What the fleet is now, to be compared with later. */
export function beforeOf(
  { drain, now }: { drain: readonly string[]; now: Date },
  nodes: readonly FleetNode[],
  findings: readonly Finding[],
): Before {
  return {
    at: now.toISOString(),
    drain: [...drain].sort(),
    nodes: nodes.map(nodeBefore),
    troubles: findings.filter(isTrouble).map(({ check, node, subject, verdict }) => {
      return { check, node, subject: subject ?? null, verdict };
    }),
  };
}

/** What a node is, as far as a reboot or an upgrade changes it. */
export function nodeBefore({ node, report }: FleetNode): NodeBefore {
  const { identity, os, qemu, cpu } = report?.sections ?? {};
  const kinds = cpu?.status === 'ok' ? cpu.facts.kinds : [];
  const version = qemu?.status === 'ok' ? qemu.facts.version : null;
  return {
    node,
    bootId: identity?.status === 'ok' ? identity.facts.bootId : null,
    kernel: os?.status === 'ok' ? os.facts.kernelRelease : null,
    qemu: version?.status === 'ok' ? version.value : null,
    microcodes: [...new Set(kinds.flatMap(({ microcode }) => microcode ?? []))].sort(),
  };
}

/** Whether a finding is more than that all is well. */
export function isTrouble({ verdict }: Pick<Finding, 'verdict'>): boolean {
  return verdict === 'fail' || verdict === 'warn' || verdict === 'unknown';
}
