import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { reportSchema } from '../../shared/report.ts';
import { figureSource } from '../figures.ts';
import type { NodeKey } from '../store/store.ts';
import { SequenceTaken } from '../store/store.ts';
import { bodyOf } from './body.ts';
import type { App, Context } from './context.ts';
import { Problem, problemSchema } from './problem.ts';
import { type CheckedReport, reportOf, reportReader } from './report-body.ts';
import { senderOf } from './sender.ts';

const receiptSchema = z.object({
  digest: z.string().describe('SHA-256 of the JSON as received, hex'),
  receivedAt: z.string().describe('when this report first came'),
  repeated: z.boolean().describe('it was here before; nothing was stored again'),
  late: z.boolean().describe('a newer one was here before; this one is history'),
});

/** Where agents deliver. */
export const REPORTS_PATH = '/api/v1/reports';

/** Takes reports in; an answer of 200 means: committed, on disk. */
export function reportRoutes(app: App, { store, now, counters }: Context): void {
  const figuresOf = figureSource(store);
  const readReport = reportReader();
  app.decorateRequest('report', null);
  function read(text: Buffer, request: FastifyRequest): CheckedReport {
    const report = readReport(text, senderOf(request).key.id);
    request.report = report;
    counters.leftOut(report.unknown);
    return report;
  }

  app.post(
    REPORTS_PATH,
    {
      config: { access: 'agent', invalid: 'invalid_report', read },
      onResponse: async (_request, reply) => {
        if (reply.statusCode === 200) counters.took(reply.elapsedTime);
      },
      // `read` has checked it.
      validatorCompiler: () => (value) => ({ value }),
      schema: {
        summary: 'Deliver a report, signed; cluster and node are those of the key',
        consumes: ['application/json'],
        body: reportSchema,
        response: { 200: receiptSchema, '4xx': problemSchema },
      },
    },
    async (request) => {
      const { key, bootId, sequence } = senderOf(request);
      const { node, collectedAt, schema, parts, sections } = reportOf(request);
      mustBeOf(key, node);
      const { text: json } = bodyOf(request);
      const receipt = await store
        .deliver({
          cluster: key.cluster,
          node: key.node,
          digest: createHash('sha256').update(json).digest('hex'),
          enrolment: key.enrolment,
          sequence,
          bootId,
          collectedAt: new Date(collectedAt),
          receivedAt: now(),
          schema,
          json,
          parts,
          key: key.id,
          figures: await figuresOf(key.cluster, { sections }),
        })
        .catch(refuseReplay);
      counters.delivered(receipt.repeated);
      const { digest, receivedAt, repeated, late } = receipt;
      return { digest, receivedAt: receivedAt.toISOString(), repeated, late };
    },
  );
}

function mustBeOf({ node }: NodeKey, named: string): void {
  if (named === node) return;
  // what the report says is not repeated: it may be anything
  throw new Problem('wrong_node', `the key is of ${node}, the report names another node`, {
    path: 'node',
  });
}

function refuseReplay(error: unknown): never {
  if (!(error instanceof SequenceTaken)) throw error;
  const { lastSequence } = error;
  throw new Problem('replayed', `another report came under it; the last is ${lastSequence}`, {
    lastSequence,
  });
}
