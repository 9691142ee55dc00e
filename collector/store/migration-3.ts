/** Schema 3: who is signed in, how judgements changed, and the figures drawn over time. */
export const sessionsAndSeries = `
  CREATE TABLE sessions (
    hash TEXT NOT NULL PRIMARY KEY,
    token_id INTEGER NOT NULL REFERENCES tokens (id) ON DELETE CASCADE,
    expires_at TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE INDEX sessions_of_token ON sessions (token_id);
  CREATE INDEX sessions_by_end ON sessions (expires_at);

  -- How judgements changed; node '' stands for the cluster. Instants are milliseconds since 1970.
  CREATE TABLE standings (
    id INTEGER PRIMARY KEY,
    cluster TEXT NOT NULL,
    node TEXT NOT NULL,
    at INTEGER NOT NULL,
    was TEXT CHECK (was IN ('pass', 'warn', 'fail', 'unknown', 'skip')),
    verdict TEXT NOT NULL CHECK (verdict IN ('pass', 'warn', 'fail', 'unknown', 'skip')),
    fails INTEGER NOT NULL,
    unknowns INTEGER NOT NULL,
    warns INTEGER NOT NULL
  ) STRICT;

  CREATE INDEX standings_of_node ON standings (cluster, node, id);
  CREATE INDEX standings_by_time ON standings (cluster, at);

  -- The figures that are drawn over time, thinned with age.
  CREATE TABLE series (
    node_id INTEGER NOT NULL REFERENCES nodes (id),
    at INTEGER NOT NULL,
    vg_free INTEGER,
    vg_size INTEGER,
    memory_available INTEGER,
    clock_offset REAL,
    PRIMARY KEY (node_id, at)
  ) STRICT, WITHOUT ROWID;

  -- The clock of a node may be wrong: history is cleared by ours.
  DROP INDEX reports_to_settle;
  CREATE INDEX reports_to_settle ON reports (settled, received_at);
  `;
