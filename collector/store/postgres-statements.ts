import { createHash } from 'node:crypto';
import type { QueryConfig, QueryResult, QueryResultRow } from 'pg';

/** Where a statement runs: on a connection of its own, or in a transaction. */
export interface Session {
  query<Row extends QueryResultRow>(config: QueryConfig): Promise<QueryResult<Row>>;
}

/** What a column holds. */
export type Scalar = string | number | boolean | Buffer | null;
export type Value = Scalar | readonly Scalar[];

/** A prepared statement that gives rows. */
export function rowsOf<Row extends QueryResultRow>(sql: string) {
  const prepared = preparedOf(sql);
  return async (session: Session, ...values: Value[]): Promise<Row[]> =>
    (await session.query<Row>(prepared(values))).rows;
}

/** A prepared statement that gives one row, or none: then null. */
export function rowOf<Row extends QueryResultRow>(sql: string) {
  const rows = rowsOf<Row>(sql);
  return async (session: Session, ...values: Value[]): Promise<Row | null> =>
    (await rows(session, ...values))[0] ?? null;
}

/** A prepared statement that changes rows; it gives how many. */
export function changeOf(sql: string) {
  const prepared = preparedOf(sql);
  return async (session: Session, ...values: Value[]): Promise<number> =>
    (await session.query(prepared(values))).rowCount ?? 0;
}

/** The server knows a statement by its name, for as long as the connection lasts. */
function preparedOf(text: string): (values: Value[]) => QueryConfig {
  const name = createHash('sha256').update(text).digest('hex').slice(0, 32);
  return (values) => ({ name, text, values: values.map(withoutNul) });
}

function withoutNul(value: Value): Value {
  return value === null || typeof value !== 'object' || Buffer.isBuffer(value)
    ? storable(value)
    : value.map(storable);
}

/** The text of PostgreSQL cannot hold U+0000; where senders may write it, it says nothing. */
export function storable(value: Scalar): Scalar {
  return typeof value === 'string' ? value.replaceAll('\u0000', '\ufffd') : value;
}
