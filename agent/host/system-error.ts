import type { FailureKind } from '../../shared/reading.ts';
import { HostError } from './host.ts';

/** Any error of a system call on `source` as the `HostError` that says in which way it failed. */
export function hostErrorOf(error: unknown, source: string): HostError {
  if (error instanceof HostError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new HostError(kinds.get(codeOf(error)) ?? 'other', source, { message, cause: error });
}

/** The errno name of a system error, such as ENOENT; empty for any other error. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

const kinds = new Map<string, FailureKind>([
  ['ENOENT', 'not_found'],
  ['ENOTDIR', 'not_found'],
  ['EACCES', 'denied'],
  ['EPERM', 'denied'],
  ['ENOSYS', 'unsupported'],
  ['ENOTSUP', 'unsupported'],
  ['EOPNOTSUPP', 'unsupported'],
]);
