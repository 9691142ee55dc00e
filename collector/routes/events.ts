import { z } from 'zod';
import type { StoredEvent } from '../store/event.ts';
import type { Store, StoredToken } from '../store/store.ts';
import type { ShownEvent } from '../web/announced.ts';
import { pageOf } from '../webhook/message.ts';
import { mayRead } from './access.ts';
import { type App, type Context, clusterParams } from './context.ts';
import { Problem, problemSchema } from './problem.ts';
import { eventSchema, idParam } from './schemas.ts';

const query = z.object({
  after: z
    .union([z.literal('0').transform(() => 0), idParam.id])
    .default(0)
    .describe('only what was announced after the event of this id'),
  cluster: clusterParams.shape.cluster.optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});

/** What was announced, for whoever rather asks than is told. */
export function eventRoutes(app: App, { store }: Context): void {
  app.get(
    '/api/v1/events',
    {
      config: { access: 'reader' },
      schema: {
        summary: 'What was announced, oldest first',
        querystring: query,
        response: {
          200: z.object({
            events: z.array(eventSchema),
            last: z.int().describe('ask for what comes after it the next time'),
          }),
          '4xx': problemSchema,
        },
      },
    },
    async (request) => {
      const { after, limit } = request.query;
      const cluster = clusterFor(request.credential, request.query.cluster);
      const events = await store.events({ after, limit, ...(cluster !== null && { cluster }) });
      const shown = events.map((event) => ({ ...withPage(event), at: event.at.toISOString() }));
      return { events: shown, last: events.at(-1)?.id ?? after };
    },
  );
}

/** A person reads so many; a program asks the feed. */
const LATELY = 20;
/** What of all clusters is looked through for those of one. */
const LOOKED_THROUGH = 500;

/** What was announced last of the clusters that the credential reaches, newest first. */
export async function announcedLately(
  store: Store,
  credential: StoredToken | null,
): Promise<ShownEvent[]> {
  const cluster = clusterFor(credential, undefined);
  const after = Math.max(0, (await store.lastEvent()) - LOOKED_THROUGH);
  const events = await store.events({
    ...{ after, limit: LOOKED_THROUGH },
    ...(cluster !== null && { cluster }),
  });
  return events.slice(-LATELY).reverse().map(withPage);
}

function withPage(event: StoredEvent): ShownEvent {
  return { ...event, page: pageOf(event) };
}

/** The one cluster of the question or of the credential; null: all. */
function clusterFor(credential: StoredToken | null, asked: string | undefined): string | null {
  if (asked === undefined) return credential?.cluster ?? null;
  if (mayRead(credential, asked)) return asked;
  throw new Problem('forbidden', 'the token is bound to another cluster');
}
