import { answerOfGate, type GateAnswer } from '../../shared/answer.ts';
import { CommandError } from '../../shared/exit.ts';
import type { OutputChoice, Outputs } from '../../shared/outputs.ts';
import type { Selection } from '../../shared/selection.ts';
import { askCluster } from '../client.ts';
import { saidEach } from '../cluster/said-once.ts';
import { addressOf } from '../cluster-address.ts';
import { toldGateSchema } from '../gate-answer.ts';
import type { RapiOptions } from '../rapi/target.ts';
import { type SourceOptions, showIssues } from '../sources.ts';

/** A question on the command line, and what is to be made of its answer. */
export interface ToldQuestion {
  paths: readonly string[];
  options: { gate: string; after?: string } & SourceOptions &
    Selection &
    Pick<RapiOptions, 'rapi'> &
    Pick<OutputChoice, 'verbose'>;
  outputs: Pick<Outputs, 'printed' | 'written'>;
}

/**
 * The collector's own answer, which is short however large the cluster is; null when the question
 * needs what only this side has, or the output all that passed: then the reports are asked for.
 */
export async function toldByCollector(question: ToldQuestion): Promise<GateAnswer | null> {
  const { options } = question;
  const address = isForCollector(question) ? await addressOf(options) : null;
  if (address === null) return null;
  const query = new URLSearchParams({ gate: options.gate, findings: 'troubles' });
  const told = toldGateSchema.safeParse(await askCluster(address, { path: `/verify?${query}` }));
  if (told.success) return answerOfGate(saidEach(told.data));
  throw new CommandError(
    'badData',
    `${address.collector}: not its answer: ${showIssues(told.error)}`,
  );
}

function isForCollector({ paths, options, outputs }: ToldQuestion): boolean {
  const { policy, waivers, maxAge, now, join, drain, after, select, skip, rapi } = options;
  const own = [policy, waivers, maxAge, now, join, drain, after, select, skip, rapi];
  const files = outputs.written.map(({ format }) => format);
  const short = !options.verbose && [outputs.printed, ...files].every((one) => one === 'text');
  return paths.length === 0 && short && own.every((value) => value === undefined);
}
