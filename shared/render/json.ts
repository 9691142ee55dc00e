import type { Answer, Audit } from '../answer.ts';
import type { Finding } from '../check.ts';
import type { Fleet } from '../fleet.ts';
import type { GateResult } from '../gate.ts';
import type { NamesMatrix } from '../names-matrix.ts';
import type { Narrowing } from '../selection.ts';
import { countsOf } from './counts.ts';
import { safeJson } from './safe.ts';

/** Bumped when a key changes or goes; new keys bump nothing. */
const OUTPUT_SCHEMA = 1;

/** An answer as JSON, with every finding. */
export function renderJson(answer: Answer): string {
  return answer.kind === 'gate' ? renderGateJson(answer) : renderAuditJson(answer);
}

/** An audit as JSON: every finding, keys in a fixed order. */
export function renderAuditJson(audit: Audit): string {
  const { node, collectedAt, policyOrigin, narrowed, findings } = audit;
  return print('audit', {
    node,
    collectedAt,
    policyOrigin,
    ...narrowingJson(narrowed),
    counts: countsOf(findings),
    findings: findings.map(findingJson),
  });
}

/** A gate's answer as JSON: its state, who took part, what decides it, and every finding. */
export function renderGateJson(result: GateResult): string {
  return print('gate', gateJson(result));
}

/** The fleet as JSON: nodes with their findings (not their facts), and the answer of each gate. */
export function renderFleetJson(fleet: Fleet, results: readonly GateResult[]): string {
  return print('fleet', {
    cluster: fleet.cluster,
    at: fleet.now.toISOString(),
    nodes: fleet.nodes.map(({ node, expected, freshness, ageMs, report, findings }) => ({
      node,
      expected,
      freshness,
      ageMs,
      collectedAt: report?.collectedAt ?? null,
      counts: countsOf(findings),
      findings: findings.map(findingJson),
    })),
    clusterFindings: fleet.clusterFindings.map(findingJson),
    gates: results.map(({ gate, title, state, findings }) => {
      return { gate, title, state, counts: countsOf(findings) };
    }),
  });
}

/** The names matrix as JSON. */
export function renderNamesMatrixJson({ nodes, rows }: NamesMatrix): string {
  return print('names', { nodes, rows });
}

function print(kind: string, body: object): string {
  return `${safeJson({ schema: OUTPUT_SCHEMA, kind, ...body })}\n`;
}

function gateJson({ deciding, findings, nodes, ...result }: GateResult): object {
  return {
    gate: result.gate,
    title: result.title,
    cluster: result.cluster,
    state: result.state,
    at: result.at,
    ...narrowingJson(result.narrowed),
    counts: countsOf(findings),
    nodes: nodes.map(({ node, expected, freshness, ageMs, collectedAt }) => {
      return { node, expected, freshness, ageMs, collectedAt };
    }),
    deciding: deciding.map(findingJson),
    ...(result.plan && { plan: result.plan }),
    findings: findings.map(findingJson),
  };
}

/** Always there, so that a reader sees from `leftOut` whether this is the whole answer. */
function narrowingJson(narrowed: Narrowing | undefined): Narrowing {
  const { select = [], skip = [], leftOut = [] } = narrowed ?? {};
  return { select, skip, leftOut };
}

function findingJson(finding: Finding): object {
  const { check, title, node, verdict, subject, message, remedy, cause, severity, waived } =
    finding;
  return {
    check,
    title,
    node,
    verdict,
    subject: subject ?? null,
    message,
    remedy: remedy ?? null,
    cause: cause === undefined ? null : { ...cause, subject: cause.subject ?? null },
    severity: severity ?? null,
    waived: waived ?? null,
  };
}
