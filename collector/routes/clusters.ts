import { Readable } from 'node:stream';
import { z } from 'zod';
import type { Fleet } from '../../shared/fleet.ts';
import { decideGate } from '../cluster/decision.ts';
import { saidOnce } from '../cluster/said-once.ts';
import { toldGateSchema } from '../gate-answer.ts';
import type { Store } from '../store/store.ts';
import {
  type App,
  type Context,
  clusterParams,
  fleetOf,
  nodeParams,
  viewOf,
  viewsFor,
} from './context.ts';
import { askGate, verifyQuery } from './gate-question.ts';
import { Problem, problemSchema } from './problem.ts';
import { clusterSchema, gateResultSchema, nodeSchema, summarySchema } from './schemas.ts';

const config = { access: 'reader' } as const;

/** The clusters as JSON: all, one, one node, the reports behind it, and a gate's answer. */
export function clusterRoutes(app: App, context: Context): void {
  viewRoutes(app, context);
  answerRoutes(app, context);
}

function viewRoutes(app: App, context: Context): void {
  app.get(
    '/api/v1/clusters',
    {
      config,
      schema: {
        summary: 'Every cluster the token may read',
        response: { 200: z.object({ clusters: z.array(summarySchema) }), '4xx': problemSchema },
      },
    },
    async (request) => {
      const views = await viewsFor(context, request.credential);
      return { clusters: views.map(({ summary }) => summary) };
    },
  );

  app.get(
    '/api/v1/clusters/:cluster',
    {
      config,
      schema: {
        summary: 'The fleet view of a cluster',
        params: clusterParams,
        response: { 200: clusterSchema, '4xx': problemSchema },
      },
    },
    async (request) => {
      const view = await viewOf(context, request.params.cluster);
      const { now, nodes, clusterFindings } = view.fleet;
      const { summary } = view;
      return { at: now.toISOString(), summary, nodes: nodes.map(withoutFacts), clusterFindings };
    },
  );

  app.get(
    '/api/v1/clusters/:cluster/nodes/:node',
    {
      config,
      schema: {
        summary: 'The newest report of a node, and its findings',
        params: nodeParams,
        response: { 200: nodeSchema, '4xx': problemSchema },
      },
    },
    async (request) => {
      const { cluster, node } = request.params;
      return nodeView(await fleetOf(context, cluster), node);
    },
  );
}

function answerRoutes(app: App, context: Context): void {
  app.get(
    '/api/v1/clusters/:cluster/verify',
    {
      config,
      schema: {
        summary: 'The answer of a gate, of the cluster as it is or after a change',
        params: clusterParams,
        querystring: verifyQuery,
        response: { 200: z.union([gateResultSchema, toldGateSchema]), '4xx': problemSchema },
      },
    },
    async (request) => {
      const { cluster } = request.params;
      const { findings, ...query } = request.query;
      const wanted = query.join.length > 0;
      const { gate, after } = await askGate(context, request, { ...query, cluster, wanted });
      return findings === 'all' ? decideGate(gate, after) : saidOnce(gate, after);
    },
  );

  app.get(
    '/api/v1/clusters/:cluster/reports',
    {
      config,
      schema: {
        summary: 'The newest report of each node as received, the policy text, and the waivers',
        params: clusterParams,
      },
    },
    async (request, reply) => {
      const { cluster } = request.params;
      await fleetOf(context, cluster);
      return reply.type('application/json').send(Readable.from(evidence(context.store, cluster)));
    },
  );
}

function withoutFacts(node: Fleet['nodes'][number]) {
  const { report, ...rest } = node;
  return { ...rest, collectedAt: report?.collectedAt ?? null };
}

function nodeView(fleet: Fleet, name: string) {
  const node = fleet.nodes.find((one) => one.node === name);
  if (node === undefined) throw new Problem('not_found', `there is no node "${name}"`);
  const clusterFindings = fleet.clusterFindings.filter((finding) => finding.node === name);
  return { cluster: fleet.cluster, at: fleet.now.toISOString(), ...node, clusterFindings };
}

/** In pieces: the reports of a large cluster are more than a string should hold. */
async function* evidence(store: Store, cluster: string): AsyncGenerator<string> {
  const policy = await store.policy(cluster);
  const waivers = (await store.waivers(cluster)).map(({ waiver }) => waiver);
  const said = { policy: policy?.text ?? null, waivers };
  yield `${JSON.stringify(said).slice(0, -1)},"reports":[`;
  let separator = '';
  for (const { id } of await store.current(cluster)) {
    const [body] = await store.bodies([id]);
    yield `${separator}${body}`;
    separator = ',';
  }
  yield ']}';
}
