import { createHash } from 'node:crypto';
import { z } from 'zod';
import { reportSchema } from '../../shared/report.ts';
import type { StoredToken } from '../store/store.ts';
import { bodyOf } from './body.ts';
import type { App, Context } from './context.ts';
import { Problem, problemSchema } from './problem.ts';

/** Clocks that far ahead of ours would make the report the newest for all that time. */
const AHEAD_LIMIT_MS = 10 * 60_000;

const receiptSchema = z.object({
  digest: z.string().describe('SHA-256 of the JSON as received, hex'),
  receivedAt: z.string().describe('when this report first came'),
  repeated: z.boolean().describe('it was here before; nothing was stored again'),
});

/** Takes reports in; an answer of 200 means: committed, on disk. */
export function reportRoutes(app: App, { store, now, counters }: Context): void {
  app.post(
    '/api/v1/reports',
    {
      config: { access: 'agent', invalid: 'invalid_report' },
      schema: {
        summary: 'Deliver a report; the cluster is the one the token is bound to',
        consumes: ['application/json'],
        body: reportSchema,
        response: { 200: receiptSchema, '4xx': problemSchema },
      },
    },
    async (request) => {
      const cluster = boundCluster(request.credential, request.body.node);
      const receivedAt = now();
      const received = bodyOf(request);
      const receipt = await store.deliver({
        cluster,
        node: displayable(request.body.node),
        digest: createHash('sha256').update(received.text).digest('hex'),
        collectedAt: notAhead(request.body.collectedAt, receivedAt),
        receivedAt,
        schema: request.body.schema,
        body: received.gzip(),
      });
      counters.delivered(receipt.repeated);
      const { digest, repeated } = receipt;
      return { digest, receivedAt: receipt.receivedAt.toISOString(), repeated };
    },
  );
}

function boundCluster(credential: StoredToken | null, node: string): string {
  if (credential === null || credential.cluster === null) {
    throw new Problem('forbidden', 'the token is bound to no cluster');
  }
  if (credential.node !== null && credential.node !== node) {
    throw new Problem('forbidden', `the token is for the node ${credential.node} alone`);
  }
  return credential.cluster;
}

/** A name with control characters or half a character fits in no address and no terminal. */
function displayable(node: string): string {
  if (!/[\p{Cc}\p{Cs}]/u.test(node) && node !== '.' && node !== '..') return node;
  throw new Problem('invalid_report', 'node: not a name that can be shown', { path: 'node' });
}

function notAhead(collectedAt: string, now: Date): Date {
  const collected = new Date(collectedAt);
  if (collected.getTime() - now.getTime() <= AHEAD_LIMIT_MS) return collected;
  throw new Problem('clock_skew', `collected at ${collectedAt}, which is yet to come here`, {
    serverTime: now.toISOString(),
  });
}
