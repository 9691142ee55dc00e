/** Schema 4: what was announced, and who announces. */
export const announcements = `
  -- What was announced last of a subject, and what its last rounds showed.
  CREATE TABLE announced (
    cluster TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('verdict', 'node', 'drift', 'recommendation')),
    subject TEXT NOT NULL,
    value TEXT NOT NULL,
    -- JSON: a list of texts
    recent TEXT NOT NULL,
    round TEXT NOT NULL,
    PRIMARY KEY (cluster, kind, subject)
  ) STRICT, WITHOUT ROWID;

  -- Instants are milliseconds since 1970. The newest row always stays, so no id is given twice.
  CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    cluster TEXT NOT NULL,
    type TEXT NOT NULL,
    subject TEXT NOT NULL,
    was TEXT NOT NULL,
    now TEXT NOT NULL,
    -- JSON: a list of lines
    detail TEXT NOT NULL
  ) STRICT;

  CREATE INDEX events_of_cluster ON events (cluster, id);

  CREATE TRIGGER event_is_not_changed BEFORE UPDATE ON events
  BEGIN SELECT RAISE(ABORT, 'events are only ever added and cleared'); END;

  -- What only one process of all may do; holder '' stands for nobody.
  CREATE TABLE leases (
    name TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    term INTEGER NOT NULL,
    until INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- How far each target was told of events.
  CREATE TABLE event_targets (
    target TEXT NOT NULL PRIMARY KEY,
    after_id INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    first_failed_at INTEGER,
    next_at INTEGER
  ) STRICT, WITHOUT ROWID;
  `;
