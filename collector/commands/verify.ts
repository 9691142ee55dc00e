import { Option } from 'commander';
import { answerOfGate, exitOfAnswer } from '../../shared/answer.ts';
import { CommandError, type ExitName } from '../../shared/exit.ts';
import { nearest } from '../../shared/nearest.ts';
import { deliver, type OutputChoice, planOutputs } from '../../shared/outputs.ts';
import { decideGate, findGate, gates } from '../cluster/gates.ts';
import { loadFleet, type SourceOptions } from '../sources.ts';
import { whyOf } from './cards.ts';
import type { Io, Register } from './command.ts';
import { withFormats, withSource, withWaivers } from './options.ts';

interface VerifyOptions extends SourceOptions, OutputChoice {
  gate: string;
  join: string[];
}

/** `muster verify`: is the gate open? The exit code says so before anything is formatted. */
export const registerVerify: Register = (program, io, done) => {
  withFormats(withWaivers(withSource(program.command('verify'))))
    .description('decide a gate over the cluster: open 0, closed 2, undecided 3')
    .requiredOption('--gate <gate>', `which question: ${gates.map((gate) => gate.id).join(', ')}`)
    .addOption(
      new Option('--fail-on <verdict>', 'what makes the exit code non-zero')
        .choices(['fail', 'warn'])
        .default('fail'),
    )
    .option('--join <report>', 'gate join: a report of a joining node (repeatable)', collect, [])
    .action((paths: string[], options: VerifyOptions) => done(verify(paths, options, io)));
};

function collect(value: string, earlier: string[]): string[] {
  return [...earlier, value];
}

async function verify(paths: string[], options: VerifyOptions, io: Io): Promise<ExitName> {
  const outputs = planOutputs(options);
  const gate = findGate(options.gate);
  if (gate === undefined) throw unknownGate(options.gate);
  if (Boolean(gate.ofJoining) !== options.join.length > 0) {
    throw new CommandError('usage', '--gate join and --join REPORT go together');
  }
  const answer = answerOfGate(decideGate(gate, await loadFleet(paths, options, io)));
  const exit = exitOfAnswer(answer, outputs.failOn);
  await deliver(answer, { outputs, whyOf }, io);
  return exit;
}

function unknownGate(id: string): CommandError {
  const known = gates.map((gate) => gate.id);
  const near = nearest(id, known);
  const hint = near === null ? `known: ${known.join(', ')}` : `did you mean "${near}"?`;
  return new CommandError('usage', `--gate: no gate "${id}"; ${hint}`);
}
