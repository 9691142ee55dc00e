import { clusterFamilies, renderMetrics, storeFamilies } from '../metrics.ts';
import { type App, type Context, viewsFor } from './context.ts';

/** What machines ask: is it alive, can it serve, its figures, its interface. */
export function operationRoutes(app: App, context: Context): void {
  app.get('/healthz', { config: { access: 'anyone' }, schema: { summary: 'Alive' } }, async () => ({
    status: 'ok',
  }));

  app.get(
    '/readyz',
    { config: { access: 'anyone' }, schema: { summary: 'Able to serve: the store answers' } },
    async () => {
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
