import type { Command as Commander } from 'commander';
import type { ExitName } from '../../shared/exit.ts';
import type { Io } from '../../shared/io.ts';

export type { Io } from '../../shared/io.ts';

/** What an action ends with; `main` alone turns it into the process's exit code. */
export type Action = () => Promise<ExitName>;

/** Adds one command to the program. `done` is called with the action's promise. */
export type Register = (
  program: Commander,
  io: Io,
  done: (exit: Promise<ExitName>) => Promise<void>,
) => void;
