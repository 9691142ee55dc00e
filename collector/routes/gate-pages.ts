import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Fleet } from '../../shared/fleet.ts';
import { type PolicyInForce, readPolicyText } from '../../shared/policy-file.ts';
import type { Report } from '../../shared/report.ts';
import type { Gate } from '../cluster/gate.ts';
import { decideGate, findGate, gates } from '../cluster/gates.ts';
import { gateCommand } from '../gate-command.ts';
import { type Candidate, candidateId, type GateQuestion, gatePage } from '../web/gate-page.ts';
import { fleetAfter } from '../what-if.ts';
import { type App, type Context, clusterParams, fleetOf, viewsFor } from './context.ts';
import { sendPage } from './page-reply.ts';
import { Problem } from './problem.ts';

const names = z
  .union([z.string(), z.array(z.string())])
  .default([])
  .transform((value) => (typeof value === 'string' ? [value] : value));
const query = z.object({
  gate: z.string().default('health'),
  leave: names,
  join: names,
  drain: names,
});
/** What can be chosen with a mouse; a larger cluster is asked on the command line. */
const CHOICES_MAX = 200;

interface Joining extends Candidate {
  report: Report;
}

/** The page on which a gate is asked, of the cluster as it is or after a change. */
export function gatePageRoutes(app: App, context: Context): void {
  app.get(
    '/clusters/:cluster/gate',
    {
      config: { access: 'page' },
      schema: { hide: true, params: clusterParams, querystring: query },
    },
    async (request, reply) => {
      const { cluster } = request.params;
      const { gate: id, leave, join, drain } = request.query;
      const gate = gateOf(id);
      const fleet = await fleetOf(context, cluster);
      const elsewhere = await joiningFrom(context, request, fleet);
      const joining = elsewhere.filter((one) => join.includes(candidateId(one)));
      const isKnown = (name: string) => fleet.nodes.some(({ node }) => node === name);
      const asked = {
        gate: id,
        leave: leave.filter(isKnown),
        drain: drain.filter(isKnown),
        join: joining,
      };
      const after = await changed(context, fleet, asked);
      return sendPage(request, reply, {
        page: gatePage({
          ...{ fleet: after, asked, gates, question: gate.question },
          result: decideGate(gate, after),
          members: fleet.nodes.filter(({ expected }) => expected).slice(0, CHOICES_MAX),
          candidates: elsewhere.slice(0, CHOICES_MAX),
          command: commandOf(gate, asked, { cluster, origin: originOf(request) }),
        }),
      });
    },
  );
}

function gateOf(id: string): Gate {
  const gate = findGate(id);
  if (gate !== undefined) return gate;
  const known = gates.map((one) => one.id).join(', ');
  throw new Problem('invalid_request', `gate: there are ${known}`, { path: 'gate' });
}

/** Nodes that report and are no members here, of this cluster first. */
async function joiningFrom(
  context: Context,
  request: FastifyRequest,
  fleet: Fleet,
): Promise<Joining[]> {
  const members = new Set(fleet.nodes.flatMap(({ node, expected }) => (expected ? [node] : [])));
  const views = await viewsFor(context, request.credential);
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

/** The gate `join` needs whom it is asked of, the others know only the cluster as it is. */
function commandOf(
  gate: Gate,
  { gate: id, leave, join, drain }: GateQuestion,
  at: { cluster: string; origin: string },
): string | null {
  const joins = (gate.ofJoining === true) === join.length > 0;
  const drains = (gate.ofDraining === true) === drain.length > 0;
  const fits = leave.length === 0 && joins && drains;
  return fits ? gateCommand({ ...at, gate: id, join, drain }) : null;
}

function originOf({ protocol, host }: FastifyRequest): string {
  return `${protocol}://${host}`;
}
