-- Schema 1 as released, with rows. Never edited: a new schema gets a file of its own.
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

INSERT INTO reports VALUES
  (1, 'c1.example.org', 'n1.example.org', '0101010101010101010101010101010101010101010101010101010101010101', '2026-03-01T10:00:00.000Z',
   '2026-03-01T10:00:01.000Z', 1, x'1f8b0800000000000203ab56ca4e2d2851b232ac05009d2575d90a000000'),
  (2, 'c1.example.org', 'n1.example.org', '0202020202020202020202020202020202020202020202020202020202020202', '2026-03-01T10:15:00.000Z',
   '2026-03-01T10:15:01.000Z', 1, x'1f8b0800000000000203ab56ca4e2d2851b232aa05005e7658f20a000000'),
  (3, 'c1.example.org', 'n1.example.org', '0404040404040404040404040404040404040404040404040404040404040404', '2026-03-01T09:45:00.000Z',
   '2026-03-01T10:20:00.000Z', 1, x'1f8b0800000000000203ab56ca4e2d2851b232ac05009d2575d90a000000');
INSERT INTO nodes VALUES ('c1.example.org', 'n1.example.org', 2, '2026-03-01T10:15:00.000Z');
INSERT INTO policies VALUES
  ('empty.example.org', '{}' || char(10), '0303030303030303030303030303030303030303030303030303030303030303', '2026-03-01T09:00:00.000Z', 'ops');
INSERT INTO tokens VALUES
  (1, 'abababababababababababababababababababababababababababababababab', 'agents of c1', 'agent', 'c1.example.org', NULL, '2026-03-01T08:00:00.000Z', NULL, NULL),
  (2, 'cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd', 'ops', 'operator', NULL, NULL, '2026-03-01T08:00:00.000Z', NULL, NULL),
  (3, 'efefefefefefefefefefefefefefefefefefefefefefefefefefefefefefefef', 'agent of n1', 'agent', 'c1.example.org', 'n1.example.org', '2026-03-01T08:00:00.000Z', NULL, NULL);
PRAGMA user_version = 1;
