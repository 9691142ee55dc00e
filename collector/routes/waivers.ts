import { z } from 'zod';
import { isExpired, type Waiver, waiverSchema } from '../../shared/waiver.ts';
import { unknownCheck } from '../commands/cards.ts';
import type { Change, Store, StoredWaiver } from '../store/store.ts';
import { changedBy } from './access.ts';
import { type App, type Context, clusterParams } from './context.ts';
import { Problem, problemSchema } from './problem.ts';
import { idParam } from './schemas.ts';

const keptWaiverSchema = z.object({
  id: z.int().positive(),
  waiver: waiverSchema,
  addedAt: z.string(),
  addedBy: z.string(),
});

/** What is accepted for now in a cluster; the same waivers as those of files. */
export function waiverRoutes(app: App, { store, now }: Context): void {
  const path = '/api/v1/clusters/:cluster/waivers';
  app.get(
    path,
    {
      config: { access: 'reader' },
      schema: {
        summary: 'The waivers of a cluster, those that have expired too',
        params: clusterParams,
        response: { 200: z.object({ waivers: z.array(keptWaiverSchema) }), '4xx': problemSchema },
      },
    },
    async (request) => {
      const waivers = await store.waivers(request.params.cluster);
      return { waivers: waivers.map(shown) };
    },
  );

  app.post(
    path,
    {
      config: { access: 'operator', invalid: 'invalid_waiver' },
      schema: {
        summary: 'Accept a finding for now',
        consumes: ['application/json'],
        params: clusterParams,
        body: waiverSchema,
        response: { 201: keptWaiverSchema, '4xx': problemSchema },
      },
    },
    async (request, reply) => {
      const change = { by: changedBy(request.credential), at: now() };
      const kept = await acceptWaiver(store, { of: request.params, waiver: request.body, change });
      return reply.status(201).send(shown(kept));
    },
  );

  app.delete(
    `${path}/:id`,
    {
      config: { access: 'operator' },
      schema: { summary: 'Take a waiver back', params: clusterParams.extend(idParam) },
    },
    async (request, reply) => {
      const change = { by: changedBy(request.credential), at: now() };
      await takeBackWaiver(store, request.params, change);
      return reply.status(204).send();
    },
  );
}

/** Keeps a waiver that has not ended before it began, of a check that there is. */
export async function acceptWaiver(
  store: Store,
  { of, waiver, change }: { of: { cluster: string }; waiver: Waiver; change: Change },
): Promise<StoredWaiver> {
  if (isExpired(waiver, change.at)) {
    throw new Problem('invalid_waiver', 'expires: that is past', { path: 'expires' });
  }
  const wrong = unknownCheck(waiver.check);
  if (wrong !== null) throw new Problem('invalid_waiver', `check: ${wrong}`, { path: 'check' });
  return store.addWaiver(of.cluster, waiver, change);
}

/** Removes a waiver; one that the cluster does not have is a problem `not_found`. */
export async function takeBackWaiver(
  store: Store,
  { cluster, id }: { cluster: string; id: number },
  change: Change,
): Promise<void> {
  if (await store.removeWaiver(cluster, id, change)) return;
  throw new Problem('not_found', `the cluster has no waiver ${id}`);
}

function shown({ id, waiver, addedAt, addedBy }: StoredWaiver) {
  return { id, waiver, addedAt: addedAt.toISOString(), addedBy };
}
