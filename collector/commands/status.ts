import type { ExitName } from '../../shared/exit.ts';
import { wantsColor } from '../../shared/io.ts';
import { renderFleetJson, renderNamesMatrixJson } from '../../shared/render/json.ts';
import { renderFleet, renderNamesMatrix } from '../../shared/render/tables.ts';
import { decideGate } from '../cluster/decision.ts';
import { standingGates } from '../cluster/gates.ts';
import { namesMatrix } from '../cluster/names-matrix.ts';
import { buildFleet } from '../fleet.ts';
import { type RapiOptions, rapiTarget, withRapi } from '../rapi/target.ts';
import { loadEvidence, loadFleet, type SourceOptions } from '../sources.ts';
import type { Io, Register } from './command.ts';
import {
  type OutputOptions,
  withOutput,
  withRapiOptions,
  withSource,
  withWaivers,
} from './options.ts';

type StatusOptions = SourceOptions & RapiOptions & OutputOptions;

/** `muster status` and `muster names`: tables to look at; only `verify` ends with a verdict. */
export const registerStatus: Register = (program, io, done) => {
  withOutput(withRapiOptions(withWaivers(withSource(program.command('status')))))
    .description('nodes, their age and findings, and every gate at a glance')
    .action((paths: string[], options: StatusOptions) => done(status(paths, options, io)));
  withOutput(withSource(program.command('names')))
    .description('which address every node gives every name')
    .action((paths: string[], options: StatusOptions) => done(names(paths, options, io)));
};

async function status(paths: string[], options: StatusOptions, io: Io): Promise<ExitName> {
  const target = await rapiTarget(options);
  const fleet = buildFleet(await withRapi(await loadEvidence(paths, options, io), target, io));
  const results = standingGates.map((gate) => decideGate(gate, fleet));
  if (options.format === 'json') {
    io.out(renderFleetJson(fleet, results));
  } else {
    io.out(renderFleet(fleet, results, { color: wantsColor(options.color, io) }));
  }
  return 'open';
}

async function names(paths: string[], options: StatusOptions, io: Io): Promise<ExitName> {
  const matrix = namesMatrix(await loadFleet(paths, options, io));
  if (options.format === 'json') io.out(renderNamesMatrixJson(matrix));
  else io.out(renderNamesMatrix(matrix));
  return 'open';
}
