import type { Argument, Command } from 'commander';
import { configurable as agentSettings } from '../../agent/configuration.ts';
import { buildProgram as buildAgent } from '../../agent/program.ts';
import { configurable as collectorSettings } from '../../collector/configuration.ts';
import { buildProgram as buildMuster } from '../../collector/program.ts';
import type { Configurable } from '../../shared/command-line.ts';
import type { Io } from '../../shared/io.ts';

/** A program as its own `--help` knows it. */
export interface Program {
  command: Command;
  configurable: Configurable;
}

const unused = (): never => {
  throw new Error('the manual runs no command');
};

/** The programs are built, never run. */
const io: Io = {
  out: unused,
  err: unused,
  env: {},
  now: unused,
  readStdin: unused,
  files: {
    readFile: unused,
    stat: unused,
    realpath: unused,
    writeFile: unused,
    appendFile: unused,
    rename: unused,
    mkdir: unused,
    chmod: unused,
    unlink: unused,
  },
  unique: unused,
  digest: unused,
  terminal: false,
};

export const agent: Program = {
  command: buildAgent(io, unused),
  configurable: agentSettings,
};

export const muster: Program = {
  command: buildMuster(io, unused),
  configurable: collectorSettings,
};

/** The commands below one, at every depth, in the order of `--help`. */
export function commandsBelow(command: Command): Command[] {
  return command.commands.flatMap((one) => [one, ...commandsBelow(one)]);
}

/** An argument as `--help` writes it: `<file>`, `[report...]`. */
export function argumentText(argument: Argument): string {
  const name = argument.name() + (argument.variadic ? '...' : '');
  return argument.required ? `<${name}>` : `[${name}]`;
}
