import type { Family } from '../../shared/render/exposition.ts';
import { clusterFamilies, renderMetrics, storeFamilies } from '../metrics.ts';
import { webhookFamilies } from '../webhook/figures.ts';
import { webhookState } from '../webhook/sender.ts';
import { type App, type Context, viewsFor } from './context.ts';
import { Problem } from './problem.ts';

/** What machines ask: is it alive, can it serve, its figures, its interface. */
export function operationRoutes(app: App, context: Context): void {
  app.get('/healthz', { config: { access: 'anyone' }, schema: { summary: 'Alive' } }, async () => ({
    status: 'ok',
  }));

  let stopping = false;
  app.addHook('preClose', async () => {
    stopping = true;
  });
  app.get(
    '/readyz',
    { config: { access: 'anyone' }, schema: { summary: 'Able to serve: the store answers' } },
    async () => {
      if (stopping) throw new Problem('unavailable', 'this collector is about to end');
      await context.store.ping();
      return { status: 'ok' };
    },
  );

  app.get(
    '/metrics',
    { config: { access: 'reader' }, schema: { summary: 'Figures for Prometheus' } },
    async (request, reply) => {
      const views = await viewsFor(context, request.credential);
      const families = [
        ...context.counters.families(),
        ...storeFamilies(await context.store.sizeBytes()),
        ...clusterFamilies(views),
        ...(await eventFamilies(context)),
      ];
      return reply.type('text/plain; version=0.0.4; charset=utf-8').send(renderMetrics(families));
    },
  );

  app.get(
    '/api/v1/openapi.json',
    { config: { access: 'reader' }, schema: { hide: true } },
    async () => app.swagger(),
  );
}

async function eventFamilies({ store, events, webhook }: Context): Promise<Family[]> {
  if (webhook === undefined) return events.families();
  return [...events.families(), ...webhookFamilies(await webhookState(store, webhook))];
}
