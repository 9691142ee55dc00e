import { Option } from 'commander';
import type { ExitName } from '../../shared/exit.ts';
import type { InstallPlan } from '../../shared/install-plan.ts';
import { instantOf } from '../../shared/instant.ts';
import type { Policy } from '../../shared/policy.ts';
import { planText } from '../../shared/render/install-plan.ts';
import { planMarkdown } from '../../shared/render/install-plan-markdown.ts';
import { planScript } from '../../shared/render/install-plan-sh.ts';
import { safeJson } from '../../shared/render/safe.ts';
import { buildFleet, type Fleet } from '../fleet.ts';
import { installPlan } from '../plan/plan.ts';
import { loadEvidence, readPolicy, readWaivers, type SourceOptions } from '../sources.ts';
import type { Io, Register } from './command.ts';
import { withSource, withWaivers } from './options.ts';

interface PlanOptions extends SourceOptions {
  format: keyof typeof renderers;
  verbose: boolean;
}

const renderers = {
  text: planText,
  json: (plan: InstallPlan) => `${safeJson(plan)}\n`,
  markdown: planMarkdown,
  sh: planScript,
};

/** `muster plan`: the guide's commands for these machines, in order; what is forbidden is held. */
export const registerPlan: Register = (program, io, done) => {
  withWaivers(withSource(program.command('plan')))
    .description('the commands that make the cluster of these machines, in order, with reasons')
    .addOption(
      new Option('-f, --format <format>', 'sh: one script for all nodes')
        .choices(Object.keys(renderers))
        .default('text'),
    )
    .option('-v, --verbose', 'as text, tell the steps too that are done', false)
    .addHelpText('after', '\nWithout reports: what the policy alone says, the rest held back.')
    .action((paths: string[], options: PlanOptions) => done(plan(paths, options, io)));
};

async function plan(paths: string[], options: PlanOptions, io: Io): Promise<ExitName> {
  const made = installPlan(await load(paths, options, io));
  io.out(renderers[options.format](made, options));
  return made.state;
}

async function load(paths: string[], options: PlanOptions, io: Io): Promise<Fleet> {
  const { policy: file, collector, waivers: waiversFile, cluster } = options;
  if (paths.length > 0 || collector !== undefined || file === undefined) {
    const evidence = await loadEvidence(paths, options, io);
    return buildFleet({ ...evidence, policy: named(evidence.policy, cluster) });
  }
  const { policy, rules } = await readPolicy(file);
  const waivers = waiversFile === undefined ? [] : await readWaivers(waiversFile);
  const now = instantOf(options.now, io);
  const known = named(policy, cluster);
  const name = known.cluster.name ?? 'cluster';
  return buildFleet({ cluster: name, reports: [], policy: known, rules, waivers, now });
}

/** The name on the command line is what a policy without one is about. */
function named(policy: Policy, cluster: string | undefined): Policy {
  if (cluster === undefined || policy.cluster.name !== undefined) return policy;
  return { ...policy, cluster: { ...policy.cluster, name: cluster } };
}
