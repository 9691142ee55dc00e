import type { ExitName } from '../../shared/exit.ts';
import { visible } from '../../shared/render/safe.ts';
import { type RollingAnswer, rollingAnswer } from '../cluster/rolling.ts';
import { buildFleet } from '../fleet.ts';
import { type RapiOptions, rapiTarget, withRapi } from '../rapi/target.ts';
import { loadEvidence, type SourceOptions } from '../sources.ts';
import type { Io, Register } from './command.ts';
import {
  type OutputOptions,
  withOutput,
  withRapiOptions,
  withSource,
  withWaivers,
} from './options.ts';

interface RollingOptions extends SourceOptions, RapiOptions, OutputOptions {}

/** `muster rolling`: the order in which all nodes can be taken down, and which of them at once. */
export const registerRolling: Register = (program, io, done) => {
  withOutput(withRapiOptions(withWaivers(withSource(program.command('rolling')))))
    .description('the order for the whole cluster: groups that can go down together, master last')
    .action((paths: string[], options: RollingOptions) => done(rolling(paths, options, io)));
};

async function rolling(paths: string[], options: RollingOptions, io: Io): Promise<ExitName> {
  const target = await rapiTarget(options);
  const evidence = await withRapi(await loadEvidence(paths, options, io), target, io);
  const answer = rollingAnswer(buildFleet(evidence), evidence.waivers);
  if (options.format === 'json') io.out(`${JSON.stringify(answer)}\n`);
  else io.out(rollingText(answer));
  return exitOfRolling(answer);
}

/** Closed while some node cannot go down, undecided while it is not known of one. */
export function exitOfRolling({ held, unknown }: RollingAnswer): ExitName {
  if (held.some(({ verdict }) => verdict === 'fail')) return 'closed';
  return unknown !== null || held.length > 0 ? 'undecided' : 'open';
}

function rollingText({ groups, held, unknown, cluster }: RollingAnswer): string {
  if (unknown !== null) return `no order for ${visible(cluster)}: ${visible(unknown)}\n`;
  const lines = [
    ...groups.map(
      ({ nodes, reason }, index) =>
        `${index + 1}  ${visible(nodes.join(', '))}: ${visible(reason)}`,
    ),
    ...held.map(({ node, reason }) => `not  ${visible(node)}: ${visible(reason)}`),
    'each group from what is now: after one, spread the guests again (hbal -L), ask anew, and',
    'before each: muster verify --gate maintenance --drain NODE …',
  ];
  return `${lines.join('\n')}\n`;
}
