/**
 * The schema's history: entry N takes `user_version` from N to N + 1. An entry that was released is
 * never edited; test/data/store keeps what each version looked like.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE reports (
    id INTEGER PRIMARY KEY,
    cluster TEXT NOT NULL,
    node TEXT NOT NULL,
    digest TEXT NOT NULL,
    collected_at TEXT NOT NULL,
    received_at TEXT NOT NULL,
    schema INTEGER NOT NULL,
    body BLOB NOT NULL,
    UNIQUE (cluster, node, digest)
  ) STRICT;

  CREATE INDEX reports_by_time ON reports (cluster, node, collected_at);

  CREATE TABLE nodes (
    cluster TEXT NOT NULL,
    node TEXT NOT NULL,
    report_id INTEGER NOT NULL REFERENCES reports (id),
    collected_at TEXT NOT NULL,
    PRIMARY KEY (cluster, node)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE policies (
    cluster TEXT NOT NULL PRIMARY KEY,
    text TEXT NOT NULL,
    digest TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    updated_by TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE tokens (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    hash TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('agent', 'reader', 'operator', 'admin')),
    cluster TEXT,
    node TEXT,
    created_at TEXT NOT NULL,
    expires_at TEXT,
    last_used_at TEXT
  ) STRICT;
  `,
];
