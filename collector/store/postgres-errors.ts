import { StoreUnavailable } from './store.ts';

/**
 * What the server says when two transactions were in each other's way, and the same again goes
 * well: serialization failure, deadlock; a row that another one made or removed in between.
 */
const contention = new Set(['40001', '40P01', '23503', '23505']);

/** Classes of conditions that the operator must mend: Appendix A of PostgreSQL's manual. */
const environmentalClasses = new Set([
  // connection, credentials, no such database, resources, operator intervention, system error
  ...['08', '28', '3D', '53', '57', '58'],
]);
/** A standby, or a lock that somebody holds. */
const environmentalStates = new Set(['25006', '55P03']);

/** The client's own words for a connection that is gone or does not answer; they have no code. */
const lost =
  /^(Connection terminated|Query read timeout|Client (has encountered a connection|was closed))/;

/** Whether the transaction may be tried again as it was. */
export function isContention(error: unknown): boolean {
  return contention.has(sqlStateOf(error) ?? '');
}

/** Whether it is no mistake of this program: the server cannot be reached, or cannot serve now. */
export function isEnvironmental(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const state = sqlStateOf(error);
  if (state !== null) {
    return environmentalClasses.has(state.slice(0, 2)) || environmentalStates.has(state);
  }
  return 'syscall' in error || lost.test(error.message);
}

/** The error as whoever asked the store is to get it. */
export function unavailable(error: unknown): unknown {
  if (!isEnvironmental(error)) return error;
  return new StoreUnavailable(`the store cannot be used now: ${wordsOf(error)}`, error);
}

/** What an error says; of several addresses that were tried in vain, what the last one said. */
export function wordsOf(error: unknown): string {
  if (error instanceof AggregateError) return wordsOf(error.errors.at(-1));
  return error instanceof Error ? error.message : String(error);
}

/** Five letters and digits; null when it is not the server that speaks. */
function sqlStateOf(error: unknown): string | null {
  if (!(error instanceof Error && 'severity' in error && 'code' in error)) return null;
  return String(error.code);
}
