import { Option } from 'commander';
import { CommandError, type ExitName, exitOfFindings } from '../../shared/exit.ts';
import type { GateResult } from '../../shared/gate.ts';
import { nearest } from '../../shared/nearest.ts';
import { decideGate, findGate, gates } from '../cluster/gates.ts';
import { loadFleet, type SourceOptions } from '../sources.ts';
import type { Io, Register } from './command.ts';
import { type OutputOptions, withOutput, withSource } from './options.ts';
import { showGate } from './show.ts';

interface VerifyOptions extends SourceOptions, OutputOptions {
  gate: string;
  failOn: 'fail' | 'warn';
}

/** `muster verify`: is the gate open? The exit code says so before anything is formatted. */
export const registerVerify: Register = (program, io, done) => {
  withOutput(withSource(program.command('verify')))
    .description('decide a gate over the cluster: open 0, closed 2, undecided 3')
    .requiredOption('--gate <gate>', `which question: ${gates.map((gate) => gate.id).join(', ')}`)
    .addOption(
      new Option('--fail-on <verdict>', 'what makes the exit code non-zero')
        .choices(['fail', 'warn'])
        .default('fail'),
    )
    .action((paths: string[], options: VerifyOptions) => done(verify(paths, options, io)));
};

async function verify(paths: string[], options: VerifyOptions, io: Io): Promise<ExitName> {
  const gate = findGate(options.gate);
  if (gate === undefined) throw unknownGate(options.gate);
  const result = decideGate(gate, await loadFleet(paths, options, io));
  const exit = exitOfGate(result, options.failOn);
  io.out(showGate(result, options, io));
  return exit;
}

/** A gate's state is the exit; only an open one may still end with warnings. */
export function exitOfGate(result: GateResult, failOn: 'fail' | 'warn'): ExitName {
  if (result.state !== 'open') return result.state;
  return exitOfFindings(
    result.findings.filter((finding) => finding.verdict === 'warn'),
    failOn,
  );
}

function unknownGate(id: string): CommandError {
  const known = gates.map((gate) => gate.id);
  const near = nearest(id, known);
  const hint = near === null ? `known: ${known.join(', ')}` : `did you mean "${near}"?`;
  return new CommandError('usage', `--gate: no gate "${id}"; ${hint}`);
}
