import { Option } from 'commander';
import { type ShowOptions, showConfiguration } from '../../shared/configuration-table.ts';
import { configurable } from '../configuration.ts';
import type { Register } from './command.ts';

/** `muster config show`: what holds, and which place says so. */
export const registerConfig: Register = (program, io, done) => {
  program
    .command('config')
    .description('the settings of the environment and of files')
    .command('show')
    .description('every setting as it holds')
    .option('--origin', 'and the place that says so', false)
    .addOption(
      new Option('-f, --format <format>', 'output').choices(['text', 'json']).default('text'),
    )
    .action((options: ShowOptions) =>
      done(showConfiguration(options, { program, configurable }, io)),
    );
};
