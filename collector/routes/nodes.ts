import { z } from 'zod';
import type { Change, NodeKey, PastReport, Store } from '../store/store.ts';
import { changedBy } from './access.ts';
import { type App, type Context, clusterParams, nodeParams } from './context.ts';
import { driftOf } from './drift.ts';
import { Problem, problemSchema } from './problem.ts';
import { diffSchema, historyQuery, idParam, keySchema, pastReportSchema } from './schemas.ts';

const count = z.object({ keys: z.int().positive().describe('how many keys it concerned') });
const response = { 200: count, '4xx': problemSchema };

/** The nodes of a cluster as senders: their keys, and the history of what they sent. */
export function nodeRoutes(app: App, context: Context): void {
  keyRoutes(app, context);
  historyRoute(app, context);
  diffRoute(app, context);
}

function keyRoutes(app: App, { store, now }: Context): void {
  app.get(
    '/api/v1/clusters/:cluster/keys',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Every key that was enrolled for the cluster, and how',
        params: clusterParams,
        response: { 200: z.object({ keys: z.array(keySchema) }), '4xx': problemSchema },
      },
    },
    async (request) => {
      const keys = await store.nodeKeys(request.params.cluster);
      return { keys: keys.map(shownKey) };
    },
  );

  app.post(
    '/api/v1/clusters/:cluster/nodes/:node/approve',
    {
      config: { access: 'admin' },
      schema: { summary: 'Let a node that waits deliver', params: nodeParams, response },
    },
    async (request) => {
      const change = { by: changedBy(request.credential), at: now() };
      return approveNode(store, request.params, change);
    },
  );

  app.post(
    '/api/v1/clusters/:cluster/nodes/:node/revoke',
    {
      config: { access: 'admin' },
      schema: { summary: 'Make every key of a node useless', params: nodeParams, response },
    },
    async (request) => {
      const change = { by: changedBy(request.credential), at: now() };
      return revokeNode(store, request.params, change);
    },
  );
}

function historyRoute(app: App, { store }: Context): void {
  app.get(
    '/api/v1/clusters/:cluster/nodes/:node/history',
    {
      config: { access: 'reader' },
      schema: {
        summary: 'The reports of a node, newest first, without their facts',
        params: nodeParams,
        querystring: historyQuery,
        response: { 200: z.object({ reports: z.array(pastReportSchema) }), '4xx': problemSchema },
      },
    },
    async (request) => {
      const { cluster, node } = request.params;
      const { before, limit } = request.query;
      const page = { ...(before === undefined ? {} : { before }), limit };
      const past = await store.history(cluster, node, page);
      return {
        reports: past.map(shownPast),
      };
    },
  );
}

function diffRoute(app: App, { store }: Context): void {
  app.get(
    '/api/v1/clusters/:cluster/nodes/:node/diff',
    {
      config: { access: 'reader' },
      schema: {
        summary: 'What changed between two reports of a node, volatile facts left out',
        params: nodeParams,
        querystring: z.object({ from: idParam.id, to: idParam.id }),
        response: { 200: diffSchema, '4xx': problemSchema },
      },
    },
    async (request) => {
      const { from, to, sections } = await driftOf(store, request.params, request.query);
      return { from: shownPast(from), to: shownPast(to), sections };
    },
  );
}

interface NodeName {
  cluster: string;
  node: string;
}

/** Lets a node that waits deliver; how many keys it concerned. */
export async function approveNode(
  store: Store,
  { cluster, node }: NodeName,
  change: Change,
): Promise<{ keys: number }> {
  return counted(await store.approveKeys(cluster, node, change), `no key of ${node} waits`);
}

/** Makes every key of a node useless; how many keys it concerned. */
export async function revokeNode(
  store: Store,
  { cluster, node }: NodeName,
  change: Change,
): Promise<{ keys: number }> {
  return counted(await store.revokeKeys(cluster, node, change), `no key of ${node} is in use`);
}

function counted(keys: number, none: string): { keys: number } {
  if (keys === 0) throw new Problem('not_found', none);
  return { keys };
}

function shownKey({ enrolledAt, validUntil, lastSeenAt, ...key }: NodeKey) {
  return {
    ...key,
    enrolledAt: enrolledAt.toISOString(),
    validUntil: validUntil?.toISOString() ?? null,
    lastSeenAt: lastSeenAt?.toISOString() ?? null,
  };
}

function shownPast({ collectedAt, receivedAt, ...rest }: PastReport) {
  const instants = { collectedAt: collectedAt.toISOString(), receivedAt: receivedAt.toISOString() };
  return { ...rest, ...instants };
}
