import type { FastifyRequest } from 'fastify';
import { decideAgain } from '../cluster/decision.ts';
import type { Gate } from '../cluster/gate.ts';
import { gates } from '../cluster/gates.ts';
import { gateCommand } from '../gate-command.ts';
import { type GateQuestion, gatePage } from '../web/gate-page.ts';
import { type App, type Context, clusterParams } from './context.ts';
import { askGate, gateQuery } from './gate-question.ts';
import { sendPage } from './page-reply.ts';

/** Somebody who comes without a question sees how the cluster is. */
const query = gateQuery.extend({ gate: gateQuery.shape.gate.default('health') });
/** What can be chosen with a mouse; a larger cluster is asked on the command line. */
const CHOICES_MAX = 200;

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
      const question = { ...request.query, cluster, wanted: true };
      const { gate, fleet, after, asked, candidates } = await askGate(context, request, question);
      const result = decideAgain(gate, after);
      return sendPage(request, reply, {
        page: gatePage({
          ...{ fleet: after, asked, gates, result, question: gate.question },
          members: fleet.nodes.filter(({ expected }) => expected).slice(0, CHOICES_MAX),
          candidates: candidates.slice(0, CHOICES_MAX),
          command: commandOf(gate, asked, { cluster, origin: originOf(request) }),
        }),
      });
    },
  );
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
