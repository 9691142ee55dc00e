import { type Finding, isWaived } from './check.ts';

/** Every exit code of both programs; scripts rely on them. 64 and up are those of sysexits.h. */
export const exitCodes = {
  open: 0,
  warnings: 1,
  closed: 2,
  undecided: 3,
  usage: 64,
  badData: 65,
  noInput: 66,
  unavailable: 69,
  internal: 70,
  tryAgain: 75,
  noPermission: 77,
  badConfiguration: 78,
} as const;

export type ExitName = keyof typeof exitCodes;

/** An operating error that ends a command with a code of its own and a message without a stack. */
export class CommandError extends Error {
  readonly exit: ExitName;

  constructor(exit: ExitName, message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.name = 'CommandError';
    this.exit = exit;
  }
}

/** The code of the findings that no waiver sets aside, before any formatting: 2, 3, 1, 0. */
export function exitOfFindings(findings: readonly Finding[], failOn: 'fail' | 'warn'): ExitName {
  const standing = findings.filter((finding) => !isWaived(finding));
  const has = (verdict: Finding['verdict']) => standing.some((one) => one.verdict === verdict);
  if (has('fail')) return 'closed';
  if (has('unknown')) return 'undecided';
  return failOn === 'warn' && has('warn') ? 'warnings' : 'open';
}

/** How any error that reached `main` ends the program: its exit code, and the line to print. */
export function exitOfError(error: unknown): { code: number; message: string | null } {
  if (error instanceof CommandError) return { code: exitCodes[error.exit], message: error.message };
  if (isCommanderError(error)) {
    // commander has printed its own message already
    return { code: error.exitCode === 0 ? 0 : exitCodes.usage, message: null };
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: exitCodes.internal, message: `this is a bug of the program: ${text}` };
}

function isCommanderError(error: unknown): error is { code: string; exitCode: number } {
  if (!(error instanceof Error) || !('code' in error) || !('exitCode' in error)) return false;
  return typeof error.code === 'string' && error.code.startsWith('commander.');
}
