import { Option } from 'commander';
import { compareReports } from '../../shared/drift.ts';
import { CommandError, type ExitName } from '../../shared/exit.ts';
import { renderDrift } from '../../shared/render/drift.ts';
import { safeJson } from '../../shared/render/safe.ts';
import type { Report } from '../../shared/report.ts';
import { readReports } from '../sources.ts';
import type { Io, Register } from './command.ts';

interface DiffOptions {
  format: 'text' | 'json';
}

/** `muster diff`: what is otherwise in the second report than in the first. */
export const registerDiff: Register = (program, io, done) => {
  program
    .command('diff')
    .description('what changed between two reports, or differs between two machines')
    .argument('<a>', 'the report before: a file, or - for standard input')
    .argument('<b>', 'the report after')
    .addOption(
      new Option('-f, --format <format>', 'output').choices(['text', 'json']).default('text'),
    )
    .addHelpText(
      'after',
      '\nFacts that always change are left out. 0: nothing changed; 2: something did;' +
        '\n3: nothing did of what both could read.',
    )
    .action((a: string, b: string, options: DiffOptions) => done(diff([a, b], options, io)));
};

async function diff(paths: [string, string], options: DiffOptions, io: Io): Promise<ExitName> {
  const [from, to] = [await oneReport(paths[0], io), await oneReport(paths[1], io)];
  const comparison = compareReports(from, to);
  io.out(options.format === 'json' ? `${safeJson(comparison)}\n` : renderDrift(comparison));
  if (comparison.sections.length > 0) return 'closed';
  return comparison.unread.length > 0 ? 'undecided' : 'open';
}

async function oneReport(path: string, io: Io): Promise<Report> {
  const [report, ...others] = await readReports(path, io);
  if (report !== undefined && others.length === 0) return report;
  const found = report === undefined ? 'none' : String(1 + others.length);
  throw new CommandError('badData', `${path}: expected one report, found ${found}`);
}
