import type { z } from 'zod';
import { HostError, ParseError } from '../../agent/host/host.ts';
import { CommandError } from '../../shared/exit.ts';
import { ExpressionProblem } from '../../shared/rules/problem.ts';

/** A parser, the texts to begin with, and what it promises of its value. */
export interface Target {
  /** file and function, such as `agent/mdstat.ts parseMdstat` */
  name: string;
  /** texts that it takes, to be damaged; more than a few of a kind only cost time */
  seeds(): readonly string[];
  /** throws one of the errors made for it, or gives its value */
  run(bytes: Buffer): unknown;
  /** what every value is held to */
  gives?: z.ZodType;
}

/** A target that reads text, as the host reads a file: what is not UTF-8 becomes U+FFFD. */
export function ofText(
  name: string,
  seeds: () => readonly string[],
  parser: { run(text: string): unknown; gives?: z.ZodType },
): Target {
  const { run, ...rest } = parser;
  return { name, seeds, run: (bytes) => run(bytes.toString('utf8')), ...rest };
}

/** Whether an error is one that callers expect of damaged input. */
export function isExpected(error: unknown): boolean {
  return [ParseError, HostError, CommandError, ExpressionProblem].some(
    (expected) => error instanceof expected,
  );
}

/** What is wrong with how a target took the bytes; null when nothing is. */
export function wrongWith(target: Target, bytes: Buffer): string | null {
  const trouble = troubleOf(target, bytes);
  const polluted = Object.keys(Object.prototype);
  for (const key of polluted) Reflect.deleteProperty(Object.prototype, key);
  return polluted.length > 0 ? `it wrote into every object: ${polluted.join()}` : trouble;
}

function troubleOf({ run, gives }: Target, bytes: Buffer): string | null {
  let value: unknown;
  try {
    value = run(bytes);
  } catch (error) {
    if (isExpected(error)) return null;
    return `it threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  }
  const parsed = gives?.safeParse(value);
  if (parsed === undefined || parsed.success) return null;
  return `it gave what its schema refuses: ${parsed.error.message}`;
}
