import type { Command as Commander } from 'commander';
import type { ExitName } from '../../shared/exit.ts';

/** What a command may touch besides files it is told of: passed in, so that tests can hold it. */
export interface Io {
  /** data, to stdout */
  out(text: string): void;
  /** talk, to stderr */
  err(text: string): void;
  env: Readonly<Record<string, string | undefined>>;
  now(): Date;
  readStdin(): Promise<string>;
  /** colour and progress are for terminals */
  terminal: boolean;
}

/** What an action ends with; `main` alone turns it into the process's exit code. */
export type Action = () => Promise<ExitName>;

/** Adds one command to the program. `done` is called with the action's promise. */
export type Register = (
  program: Commander,
  io: Io,
  done: (exit: Promise<ExitName>) => Promise<void>,
) => void;
