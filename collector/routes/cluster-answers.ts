import { z } from 'zod';
import { verdicts } from '../../shared/check.ts';
import type { NamesMatrix } from '../../shared/names-matrix.ts';
import { cpuTypeJson } from '../cluster/cpu/cpu-type-json.ts';
import { evidenceOfFleet } from '../cluster/cpu/evidence.ts';
import { cpuTypeAnswer } from '../cluster/cpu-type.ts';
import { machineVersionAnswer } from '../cluster/machine-version.ts';
import type { ClusterAnswers } from '../cluster-answers.ts';
import { installPlan } from '../plan/plan.ts';
import { type App, type Context, clusterParams, nodeParams, viewOf } from './context.ts';
import { Problem, problemSchema } from './problem.ts';

const DAY_MS = 24 * 3_600_000;
const DAYS_MAX = 366;
/** As many changes of one node as anybody looks through. */
const CHANGES_MAX = 100;

/** What the command line prints has its own tests and no second schema here. */
const asTold = z.unknown();
const count = z.int().nonnegative();
const figure = z.number().nullable().describe('null: not told');

const changeSchema = z.object({
  node: z.string().nullable().describe('null: the cluster as a whole'),
  at: z.string().describe('UTC instant'),
  was: z.enum(verdicts).nullable().describe('null: it was judged for the first time'),
  verdict: z.enum(verdicts),
  fails: count,
  unknowns: count,
  warns: count,
});
const changesSchema = z.object({ changes: z.array(changeSchema) });
const timelineSchema = changesSchema.extend({
  series: z.array(
    z.object({
      at: z.string().describe('UTC instant'),
      vgFreeBytes: figure,
      vgSizeBytes: figure,
      memoryAvailableBytes: figure,
      clockOffsetMs: figure,
    }),
  ),
});

/** What the pages show beside the gates and the findings, as JSON. */
export function clusterAnswerRoutes(app: App, context: Context): void {
  acrossRoutes(app, context);
  timeRoutes(app, context);
}

/** The answers that `muster` gives on the command line too, in the same words. */
function acrossRoutes(app: App, context: Context): void {
  const answers = {
    'cpu-type': 'The best cpu_type, as `muster cpu-type --format json` has it',
    migration: 'Who can hand guests to whom, as `muster migration --format json` has it',
    names: 'What each node answers for each name',
    plan: 'The way from bare nodes to a cluster, as `muster plan --format json` has it',
  } as const;
  for (const [name, summary] of Object.entries(answers)) {
    app.get(
      `/api/v1/clusters/:cluster/${name}`,
      {
        config: { access: 'reader' },
        schema: { summary, params: clusterParams, response: { 200: asTold, '4xx': problemSchema } },
      },
      async (request) => {
        const view = await viewOf(context, request.params.cluster);
        const { fleet } = view;
        if (name === 'plan') return installPlan(fleet);
        if (name === 'names') return namesOf(context.answers(view));
        const nodes = evidenceOfFleet(fleet);
        if (name === 'cpu-type') return cpuTypeJson(cpuTypeAnswer({ nodes, policy: fleet.policy }));
        const machineVersion = machineVersionAnswer(nodes, fleet.policy.qemu.planned);
        return { ...context.answers(view).migration, machineVersion };
      },
    );
  }
}

function namesOf({ names }: ClusterAnswers): NamesMatrix {
  if (names !== null) return names;
  throw new Problem('not_found', 'the cluster has too many nodes for it; see names.resolution');
}

function timeRoutes(app: App, { store, now }: Context): void {
  const days = z.coerce.number().int().min(1).max(DAYS_MAX);
  const since = (count: number) => new Date(now().getTime() - count * DAY_MS);

  app.get(
    '/api/v1/clusters/:cluster/changes',
    {
      config: { access: 'reader' },
      schema: {
        summary: 'What stands otherwise than before, newest first, up to a hundred',
        params: clusterParams,
        querystring: z.object({ days: days.default(1) }),
        response: { 200: changesSchema, '4xx': problemSchema },
      },
    },
    async (request) => {
      const changes = await store.recentChanges(request.params.cluster, since(request.query.days));
      return { changes: changes.map(dated) };
    },
  );

  app.get(
    '/api/v1/clusters/:cluster/nodes/:node/timeline',
    {
      config: { access: 'reader' },
      schema: {
        summary: 'How the verdict of a node changed, newest first, and its figures over time',
        params: nodeParams,
        querystring: z.object({ days: days.default(30) }),
        response: { 200: timelineSchema, '4xx': problemSchema },
      },
    },
    async (request) => {
      const { cluster, node } = request.params;
      const changes = await store.standingHistory(cluster, node, CHANGES_MAX);
      const series = await store.series(cluster, node, since(request.query.days));
      return { changes: changes.map(dated), series: series.map(dated) };
    },
  );
}

function dated<T extends { at: Date }>(one: T): Omit<T, 'at'> & { at: string } {
  return { ...one, at: one.at.toISOString() };
}
