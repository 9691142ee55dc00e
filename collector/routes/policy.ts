import { createHash } from 'node:crypto';
import { z } from 'zod';
import { readPolicyText, showProblem } from '../../shared/policy-file.ts';
import { unknownCheck } from '../commands/cards.ts';
import { changedBy } from './access.ts';
import { bodyOf } from './body.ts';
import { type App, type Context, clusterParams } from './context.ts';
import { Problem, problemSchema } from './problem.ts';

const acknowledgementSchema = z.object({
  digest: z.string().describe('SHA-256 of the text, hex'),
  updatedAt: z.string(),
});

/** What a cluster is meant to be: read and written as the text that people keep in files. */
export function policyRoutes(app: App, { store, now }: Context): void {
  app.get(
    '/api/v1/clusters/:cluster/policy',
    {
      config: { access: 'reader' },
      schema: { summary: 'The policy, as it was given', params: clusterParams },
    },
    async (request, reply) => {
      const policy = await store.policy(request.params.cluster);
      if (policy === null) {
        throw new Problem('not_found', 'no policy was set for this cluster; the defaults hold');
      }
      return reply.type('application/yaml').header('etag', `"${policy.digest}"`).send(policy.text);
    },
  );

  app.put(
    '/api/v1/clusters/:cluster/policy',
    {
      config: { access: 'operator', invalid: 'invalid_policy' },
      schema: {
        summary: 'Set the policy, YAML or JSON',
        consumes: ['application/yaml', 'application/json'],
        params: clusterParams,
        response: { 200: acknowledgementSchema, '4xx': problemSchema },
      },
    },
    async (request) => {
      const text = bodyOf(request).text.toString('utf8');
      await mustBeValid(text);
      const digest = createHash('sha256').update(text).digest('hex');
      const change = { by: changedBy(request.credential), at: now() };
      await store.putPolicy(request.params.cluster, { text, digest }, change);
      return { digest, updatedAt: change.at.toISOString() };
    },
  );
}

const PROBLEMS_SHOWN = 5;

async function mustBeValid(text: string): Promise<void> {
  const result = await readPolicyText(text, 'policy', unknownCheck);
  if (result.ok) return;
  const detail = result.problems.slice(0, PROBLEMS_SHOWN).map(showProblem).join('; ');
  throw new Problem('invalid_policy', detail, { path: result.problems[0]?.path ?? '' });
}
