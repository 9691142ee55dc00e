/** What a column of PostgreSQL is; an `instant` is text in SQLite and milliseconds there. */
export type ColumnType =
  | 'bigint'
  | 'integer'
  | 'double precision'
  | 'boolean'
  | 'text'
  | 'bytea'
  | 'instant';

/** A table that is moved row by row. */
export interface MovedTable {
  name: string;
  /** the columns that tell its rows apart, in whose order they are moved */
  key: readonly string[];
  columns: Readonly<Record<string, ColumnType>>;
  /** the ids that it gives go on after the highest */
  counted: boolean;
}

const id = { id: 'bigint' } as const;

/** Every table but the leases, which are their holders', after those that it refers to. */
export const movedTables: readonly MovedTable[] = [
  numbered('nodes', { ...id, cluster: 'text', name: 'text' }),
  numbered('sections', { ...id, digest: 'bytea', body: 'bytea' }),
  numbered('skeletons', { ...id, digest: 'bytea', header: 'bytea' }),
  keyed('skeleton_sections', ['skeleton_id', 'position'], {
    ...{ skeleton_id: 'bigint', position: 'integer', section_id: 'bigint' },
  }),
  numbered('reports', {
    ...{ ...id, node_id: 'bigint', digest: 'bytea', enrolment: 'bigint', sequence: 'bigint' },
    ...{ boot_id: 'text', collected_at: 'bigint', received_at: 'bigint', schema: 'integer' },
    ...{ late: 'boolean', settled: 'boolean', skeleton_id: 'bigint', volatiles: 'bytea' },
    ...{ packed: 'boolean' },
  }),
  keyed('policies', ['cluster'], {
    ...{ cluster: 'text', text: 'text', digest: 'text', updated_at: 'instant' },
    ...{ updated_by: 'text' },
  }),
  numbered('tokens', {
    ...{ ...id, hash: 'text', name: 'text', role: 'text', cluster: 'text' },
    ...{ created_at: 'instant', expires_at: 'instant', last_used_at: 'instant' },
  }),
  keyed('sessions', ['hash'], { hash: 'text', token_id: 'bigint', expires_at: 'instant' }),
  numbered('enrolment_tokens', {
    ...{ ...id, hash: 'text', cluster: 'text', node: 'text', created_at: 'instant' },
    ...{ created_by: 'text', expires_at: 'instant', used_at: 'instant' },
  }),
  keyed('node_keys', ['id'], {
    ...{ id: 'text', node_id: 'bigint', public_key: 'text', machine_id: 'text', state: 'text' },
    ...{ enrolment: 'bigint', token_id: 'bigint', enrolled_at: 'instant' },
    ...{ valid_until: 'instant', last_seen_at: 'instant' },
  }),
  numbered('waivers', {
    ...{ ...id, cluster: 'text', waiver: 'text', added_at: 'instant', added_by: 'text' },
  }),
  numbered('audit', {
    ...{ ...id, at: 'instant', by: 'text', action: 'text', cluster: 'text', subject: 'text' },
  }),
  keyed('rejections', ['code', 'cluster', 'node'], {
    ...{ code: 'text', cluster: 'text', node: 'text', count: 'bigint', last_at: 'instant' },
    ...{ last_detail: 'text' },
  }),
  numbered('standings', {
    ...{ ...id, cluster: 'text', node: 'text', at: 'bigint', was: 'text', verdict: 'text' },
    ...{ fails: 'integer', unknowns: 'integer', warns: 'integer' },
  }),
  keyed('series', ['node_id', 'at'], {
    ...{ node_id: 'bigint', at: 'bigint', vg_free: 'bigint', vg_size: 'bigint' },
    ...{ memory_available: 'bigint', clock_offset: 'double precision' },
  }),
  keyed('announced', ['cluster', 'kind', 'subject'], {
    ...{ cluster: 'text', kind: 'text', subject: 'text', value: 'text', recent: 'text' },
    ...{ round: 'text' },
  }),
  numbered('events', {
    ...{ ...id, at: 'bigint', cluster: 'text', type: 'text', subject: 'text', was: 'text' },
    ...{ now: 'text', detail: 'text' },
  }),
  keyed('event_targets', ['target'], {
    ...{ target: 'text', after_id: 'bigint', failures: 'integer', first_failed_at: 'bigint' },
    ...{ next_at: 'bigint' },
  }),
];

function numbered(name: string, columns: MovedTable['columns']): MovedTable {
  return { name, key: ['id'], columns, counted: true };
}

function keyed(name: string, key: readonly string[], columns: MovedTable['columns']): MovedTable {
  return { name, key, columns, counted: false };
}
