-- Schema 4, with rows. Never edited once it is released: a new schema gets a file of its own.
CREATE TABLE policies (
    cluster TEXT NOT NULL PRIMARY KEY,
    text TEXT NOT NULL,
    digest TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    updated_by TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
CREATE TABLE nodes (
    id INTEGER PRIMARY KEY,
    cluster TEXT NOT NULL,
    name TEXT NOT NULL,
    UNIQUE (cluster, name)
  ) STRICT;
CREATE TABLE sections (
    id INTEGER PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE,
    body BLOB NOT NULL
  ) STRICT;
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
CREATE TABLE waivers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    cluster TEXT NOT NULL,
    waiver TEXT NOT NULL,
    added_at TEXT NOT NULL,
    added_by TEXT NOT NULL
  ) STRICT;
CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    by TEXT NOT NULL,
    action TEXT NOT NULL,
    cluster TEXT,
    subject TEXT NOT NULL
  ) STRICT;
CREATE TABLE rejections (
    code TEXT NOT NULL,
    cluster TEXT NOT NULL,
    node TEXT NOT NULL,
    count INTEGER NOT NULL,
    last_at TEXT NOT NULL,
    last_detail TEXT NOT NULL,
    PRIMARY KEY (code, cluster, node)
  ) STRICT, WITHOUT ROWID;
INSERT INTO nodes VALUES (1, 'c1.example.org', 'n1.example.org');
INSERT INTO policies VALUES ('empty.example.org', '{}' || char(10) || '', '0303030303030303030303030303030303030303030303030303030303030303', '2026-03-01T09:00:00.000Z', 'cli root');
INSERT INTO enrolment_tokens VALUES (1, 'abababababababababababababababababababababababababababababababab', 'c1.example.org', 'n1.example.org', '2026-03-01T09:00:00.000Z', 'cli root', '2026-03-01T10:00:00.000Z', '2026-03-01T09:30:00.000Z');
INSERT INTO node_keys VALUES ('key', 1, 'public', 'a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1', 'active', 1, 1, '2026-03-01T09:30:00.000Z', NULL, '2026-03-01T10:15:00.000Z');
INSERT INTO sections VALUES (1, x'a1dc39abc83572e468fc473955717e2669073f5244bf98673ea0f046637306b4', x'1f8b0800000000000003ab56ca4e2d2851b232ac05009d2575d90a000000');
INSERT INTO sections VALUES (2, x'f0d88477b132a76749cc3c6e9ef77cefb69e0fba7a3fe060c8b919cda1d260ac', x'1f8b0800000000000003ab56ca4e2d2851b232aa05005e7658f20a000000');
INSERT INTO skeletons VALUES (1, x'68bc50a25ae545d1143b2afbd8f3a27955d69d670c60bf17d29af3ab5b70e4d4', x'1f8b0800000000000003ab564acecfc9494d2e494d712c51b262d0512a4e4d2ec9cccf2b56b2aa564a2e2855b262d451ca2ecb55b262acad05006d03e5522e000000');
INSERT INTO skeletons VALUES (2, x'f765f00f4a39e9ed35a9834e4b4c743b711b0e4d9f4129a7b17f3153d1c2a2cf', x'1f8b0800000000000003ab564acecfc9494d2e494d712c51b262d0512a4e4d2ec9cccf2b56b2aa564a2e2855b262d451ca2ecb55b262acad05006d03e5522e000000');
INSERT INTO skeleton_sections VALUES (1, 0, 1);
INSERT INTO skeleton_sections VALUES (1, 1, 1);
INSERT INTO skeleton_sections VALUES (2, 1, 1);
INSERT INTO skeleton_sections VALUES (2, 0, 2);
INSERT INTO reports VALUES (1, 1, x'b2ce46dfee19fd69d956e3d69656cf66a555c4232280a1d95564f39d4be103ec', 1, 1, '1c8b2c0e-7b5a-4b5e-9d0a-0f5d5c1f7c11', 1772359200000, 1772359200000, 1, 0, 0, 1, '"2026-03-01T10:00:00.000Z"', NULL);
INSERT INTO reports VALUES (2, 1, x'dd425b8509d73839e1829f69ce15804893e31d6a60eecf9d1f59a97a94c72101', 1, 2, '1c8b2c0e-7b5a-4b5e-9d0a-0f5d5c1f7c11', 1772360100000, 1772360100000, 1, 0, 0, 2, '"2026-03-01T10:15:00.000Z"', NULL);
INSERT INTO tokens VALUES (1, 'cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd', 'ops', 'operator', NULL, '2026-03-01T11:00:00.000Z', NULL, NULL);
INSERT INTO waivers VALUES (1, 'c1.example.org', '{"check":"kvm.*","node":"n1.example.org","reason":"a lab","owner":"ops","expires":"2027-01-31T00:00:00Z"}', '2026-03-01T11:00:00.000Z', 'cli root');
INSERT INTO audit VALUES (1, '2026-03-01T09:00:00.000Z', 'cli root', 'policy.put', 'empty.example.org', 'policy 0303030303030303030303030303030303030303030303030303030303030303');
INSERT INTO audit VALUES (2, '2026-03-01T09:00:00.000Z', 'cli root', 'enrolment-token.create', 'c1.example.org', 'enrolment token 1 for n1.example.org');
INSERT INTO audit VALUES (3, '2026-03-01T09:30:00.000Z', 'enrolment token 1 of cli root', 'key.enroll', 'c1.example.org', 'key key of n1.example.org, enrolment 1');
INSERT INTO audit VALUES (4, '2026-03-01T11:00:00.000Z', 'cli root', 'waiver.add', 'c1.example.org', 'waiver 1: kvm.* n1.example.org until 2027-01-31T00:00:00Z: a lab');
INSERT INTO audit VALUES (5, '2026-03-01T11:00:00.000Z', 'cli root', 'token.create', NULL, 'token 1 "ops", operator');
INSERT INTO rejections VALUES ('replayed', 'c1.example.org', 'n1.example.org', 1, '2026-03-01T12:00:00.000Z', 'again');
CREATE INDEX skeletons_of_section ON skeleton_sections (section_id);
CREATE INDEX reports_of_skeleton ON reports (skeleton_id);
CREATE INDEX reports_to_settle ON reports (settled, collected_at);
CREATE INDEX keys_of_node ON node_keys (node_id);
CREATE INDEX keys_of_machine ON node_keys (machine_id);
CREATE INDEX keys_of_enrolment ON node_keys (enrolment);
CREATE INDEX waivers_of_cluster ON waivers (cluster);
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
  BEGIN SELECT RAISE(ABORT, 'the audit log is only ever added to'); END;
CREATE TRIGGER audit_is_not_shortened BEFORE DELETE ON audit
  BEGIN SELECT RAISE(ABORT, 'the audit log is only ever added to'); END;
CREATE TRIGGER audit_is_not_replaced BEFORE INSERT ON audit
  WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)
  BEGIN SELECT RAISE(ABORT, 'the audit log is only ever added to'); END;
PRAGMA user_version = 4;
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
INSERT INTO sessions VALUES ('session', (SELECT id FROM tokens WHERE name = 'ops'), '2026-03-02T10:00:00.000Z');
INSERT INTO standings VALUES (1, 'c1.example.org', '', 1772359200000, NULL, 'fail', 1, 0, 0);
INSERT INTO standings VALUES (2, 'c1.example.org', '', 1772360100000, 'fail', 'warn', 0, 0, 1);
INSERT INTO standings VALUES (3, 'c1.example.org', 'n1.example.org', 1772359200000, NULL, 'pass', 0, 0, 0);
INSERT INTO series VALUES ((SELECT id FROM nodes WHERE name = 'n1.example.org'), 1772360100000, 1, 2, NULL, 0.5);
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
INSERT INTO announced VALUES ('c1.example.org', 'node', 'n1.example.org', 'overdue', '["reporting","overdue"]', '2026-03-01T10:15:00.000Z');
INSERT INTO events VALUES (5, 1772360100000, 'c1.example.org', 'node.overdue', 'n1.example.org', 'reporting', 'overdue', '["its report is old"]');
INSERT INTO leases VALUES ('announce', 'a', 3, 1772360100000);
INSERT INTO event_targets VALUES ('t1', 4, 2, 1772360100000, 1772360160000);
