import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Fleet } from '../../shared/fleet.ts';
import { type PolicyInForce, readPolicyText } from '../../shared/policy-file.ts';
import type { Report } from '../../shared/report.ts';
import type { Gate } from '../cluster/gate.ts';
import { findGate, gates } from '../cluster/gates.ts';
import { type Candidate, candidateId, type GateQuestion } from '../web/gate-page.ts';
import { fleetAfter } from '../what-if.ts';
import { type Context, fleetOf, recentViewOf, viewsFor } from './context.ts';
import { Problem } from './problem.ts';

const names = z
  .union([z.string(), z.array(z.string())])
  .default([])
  .transform((value) => (typeof value === 'string' ? [value] : value));

/** A gate, and the change for which it is asked: nodes left out, added, and drained. */
export const gateQuery = z.object({
  gate: z.string(),
  leave: names,
  join: names.describe('as JSON: its cluster and its name, such as ["c2","node1"]'),
  drain: names,
});

/** The same question to a program, which says how much of the answer it can use. */
export const verifyQuery = gateQuery.extend({
  findings: z
    .enum(['all', 'troubles'])
    .default('all')
    .describe('"troubles": without what passed, and each told once with its nodes'),
});

/** A node that could be added, with what it reports. */
export interface Joining extends Candidate {
  report: Report;
}

/** The gate's answer for the cluster as it is, or as it would be after the change. */
export interface GateAnswer {
  gate: Gate;
  /** as it is */
  fleet: Fleet;
  /** as it would be */
  after: Fleet;
  asked: GateQuestion & { join: readonly Joining[] };
  candidates: readonly Joining[];
}

/** Asks a gate; a name of no node that is known here asks for nothing. */
export async function askGate(
  context: Context,
  request: FastifyRequest,
  { cluster, wanted, ...query }: z.output<typeof gateQuery> & { cluster: string; wanted: boolean },
): Promise<GateAnswer> {
  const gate = gateOf(query.gate);
  const fleet = await fleetOf(context, cluster);
  const candidates = await joiningFrom(context, request, { fleet, wanted });
  const isKnown = (name: string) => fleet.nodes.some(({ node }) => node === name);
  const asked = {
    gate: gate.id,
    leave: query.leave.filter(isKnown),
    drain: query.drain.filter(isKnown),
    join: candidates.filter((one) => query.join.includes(candidateId(one))),
  };
  const after = await changed(context, fleet, asked);
  return { gate, fleet, after, asked, candidates };
}

function gateOf(id: string): Gate {
  const gate = findGate(id);
  if (gate !== undefined) return gate;
  const known = gates.map((one) => one.id).join(', ');
  throw new Problem('invalid_request', `gate: there are ${known}`, { path: 'gate' });
}

/** Nodes that report and are no members here, of this cluster first; none when none are wanted. */
async function joiningFrom(
  context: Context,
  request: FastifyRequest,
  { fleet, wanted }: { fleet: Fleet; wanted: boolean },
): Promise<Joining[]> {
  if (!wanted) return [];
  const members = new Set(fleet.nodes.flatMap(({ node, expected }) => (expected ? [node] : [])));
  const views = await viewsFor(context, request.credential, recentViewOf);
  const others = views.map((view) => view.fleet).filter(({ cluster }) => cluster !== fleet.cluster);
  return [fleet, ...others].flatMap(({ cluster, nodes }) =>
    nodes.flatMap(({ node, report }) =>
      report === null || members.has(node) ? [] : [{ cluster, node, report }],
    ),
  );
}

async function changed(
  { store }: Context,
  fleet: Fleet,
  { leave, drain, join }: Omit<GateQuestion, 'join'> & { join: readonly Joining[] },
): Promise<Fleet> {
  if (leave.length + join.length + drain.length === 0) return fleet;
  const waivers = (await store.waivers(fleet.cluster)).map(({ waiver }) => waiver);
  const rules = await rulesOf(fleet, (await store.policy(fleet.cluster))?.text ?? null);
  return fleetAfter(
    { fleet, waivers, rules },
    { leave, drain, join: join.map(({ report }) => report) },
  );
}

async function rulesOf({ cluster }: Fleet, text: string | null): Promise<PolicyInForce['rules']> {
  if (text === null) return [];
  const read = await readPolicyText(text, `the policy of ${cluster}`);
  if (read.ok) return read.rules;
  throw new Error(`the policy of ${cluster} cannot be read any more`);
}
