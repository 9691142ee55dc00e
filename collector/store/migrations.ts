import { sessionsAndSeries } from './migration-3.ts';
import { announcements } from './migration-4.ts';

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
  `
  ALTER TABLE reports RENAME TO reports_1;
  ALTER TABLE nodes RENAME TO nodes_1;
  ALTER TABLE tokens RENAME TO tokens_1;
  DROP INDEX reports_by_time;

  CREATE TABLE nodes (
    id INTEGER PRIMARY KEY,
    cluster TEXT NOT NULL,
    name TEXT NOT NULL,
    UNIQUE (cluster, name)
  ) STRICT;

  -- The stable part of a section: gzip, by SHA-256 of its text.
  CREATE TABLE sections (
    id INTEGER PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE,
    body BLOB NOT NULL
  ) STRICT;

  -- The stable part of a report: its sections, and the text around them (gzip).
  CREATE TABLE skeletons (
    id INTEGER PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE,
    header BLOB NOT NULL
  ) STRICT;

  CREATE TABLE skeleton_sections (
    skeleton_id INTEGER NOT NULL REFERENCES skeletons (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    section_id INTEGER NOT NULL REFERENCES sections (id),
    PRIMARY KEY (skeleton_id, position)
  ) STRICT, WITHOUT ROWID;

  CREATE INDEX skeletons_of_section ON skeleton_sections (section_id);

  -- A row for each report, so it is kept small: instants are milliseconds since 1970.
  CREATE TABLE reports (
    id INTEGER PRIMARY KEY,
    node_id INTEGER NOT NULL REFERENCES nodes (id),
    digest BLOB NOT NULL,
    enrolment INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    boot_id TEXT NOT NULL,
    collected_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    schema INTEGER NOT NULL,
    late INTEGER NOT NULL,
    -- retention has looked at it and it stays
    settled INTEGER NOT NULL DEFAULT 0,
    skeleton_id INTEGER REFERENCES skeletons (id),
    -- the volatile facts, deflated where it is a BLOB
    volatiles ANY,
    -- gzip of a report of schema 1, which was not taken apart
    whole BLOB,
    UNIQUE (node_id, digest),
    UNIQUE (node_id, enrolment, sequence),
    CHECK ((whole IS NULL) <> (skeleton_id IS NULL))
  ) STRICT;

  CREATE INDEX reports_of_skeleton ON reports (skeleton_id);
  CREATE INDEX reports_to_settle ON reports (settled, collected_at);

  INSERT INTO nodes (cluster, name) SELECT DISTINCT cluster, node FROM reports_1 ORDER BY 1, 2;

  -- Schema 1 knew no sequence: the newest was the one collected last.
  INSERT INTO reports (id, node_id, digest, enrolment, sequence, boot_id, collected_at, received_at,
    schema, late, whole)
  SELECT old.id, nodes.id, unhex(old.digest), 0,
    row_number() OVER (PARTITION BY nodes.id ORDER BY old.collected_at, old.id DESC), '',
    CAST(round(unixepoch(old.collected_at, 'subsec') * 1000) AS INTEGER),
    CAST(round(unixepoch(old.received_at, 'subsec') * 1000) AS INTEGER),
    old.schema,
    old.collected_at < max(old.collected_at) OVER (PARTITION BY nodes.id ORDER BY old.id), old.body
  FROM reports_1 AS old JOIN nodes ON nodes.cluster = old.cluster AND nodes.name = old.node
  ORDER BY old.id;

  CREATE TABLE tokens (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    hash TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('reader', 'operator', 'admin')),
    cluster TEXT,
    created_at TEXT NOT NULL,
    expires_at TEXT,
    last_used_at TEXT
  ) STRICT;

  -- Agents have keys now. An id that was used is not used again, nor is that of a token gone here.
  INSERT INTO sqlite_sequence SELECT 'tokens', seq FROM sqlite_sequence WHERE name = 'tokens_1';
  INSERT INTO tokens
  SELECT id, hash, name, role, cluster, created_at, expires_at, last_used_at FROM tokens_1
  WHERE role <> 'agent';

  DROP TABLE nodes_1;
  DROP TABLE reports_1;
  DROP TABLE tokens_1;

  CREATE TABLE enrolment_tokens (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    hash TEXT NOT NULL UNIQUE,
    cluster TEXT NOT NULL,
    node TEXT NOT NULL,
    created_at TEXT NOT NULL,
    created_by TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_at TEXT
  ) STRICT;

  CREATE TABLE node_keys (
    id TEXT NOT NULL PRIMARY KEY,
    node_id INTEGER NOT NULL REFERENCES nodes (id),
    public_key TEXT NOT NULL,
    machine_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'active', 'revoked')),
    enrolment INTEGER NOT NULL,
    token_id INTEGER NOT NULL REFERENCES enrolment_tokens (id),
    enrolled_at TEXT NOT NULL,
    valid_until TEXT,
    last_seen_at TEXT
  ) STRICT, WITHOUT ROWID;

  CREATE INDEX keys_of_node ON node_keys (node_id);
  CREATE INDEX keys_of_machine ON node_keys (machine_id);
  CREATE INDEX keys_of_enrolment ON node_keys (enrolment);

  CREATE TABLE waivers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    cluster TEXT NOT NULL,
    waiver TEXT NOT NULL,
    added_at TEXT NOT NULL,
    added_by TEXT NOT NULL
  ) STRICT;

  CREATE INDEX waivers_of_cluster ON waivers (cluster);

  CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    by TEXT NOT NULL,
    action TEXT NOT NULL,
    cluster TEXT,
    subject TEXT NOT NULL
  ) STRICT;

  CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
  BEGIN SELECT RAISE(ABORT, 'the audit log is only ever added to'); END;
  CREATE TRIGGER audit_is_not_shortened BEFORE DELETE ON audit
  BEGIN SELECT RAISE(ABORT, 'the audit log is only ever added to'); END;
  -- INSERT OR REPLACE deletes without asking the trigger above.
  CREATE TRIGGER audit_is_not_replaced BEFORE INSERT ON audit
  WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)
  BEGIN SELECT RAISE(ABORT, 'the audit log is only ever added to'); END;

  -- '' stands for a cluster or node that is not known: NULL would not be unique.
  CREATE TABLE rejections (
    code TEXT NOT NULL,
    cluster TEXT NOT NULL,
    node TEXT NOT NULL,
    count INTEGER NOT NULL,
    last_at TEXT NOT NULL,
    last_detail TEXT NOT NULL,
    PRIMARY KEY (code, cluster, node)
  ) STRICT, WITHOUT ROWID;
  `,
  sessionsAndSeries,
  announcements,
];
