// The other floor: the same bytes into SQLite, in groups of 32, just as durably, and nothing else.
import { gunzipSync } from 'node:zlib';
import Sqlite from 'better-sqlite3';
import { bodyOf, recordedReport } from './cargo.ts';

const GROUP = 32;
const ROUNDS = 100;

const [path = ''] = process.argv.slice(2);
const report = await recordedReport();
const bodies = Array.from({ length: GROUP * ROUNDS }, (_, number) =>
  gunzipSync(bodyOf(report, { node: `node${number % 100}` }, number)),
);
const db = new Sqlite(path);
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
db.exec('CREATE TABLE raw (id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT');
const insert = db.prepare('INSERT INTO raw (body) VALUES (?)');
const insertAll = db.transaction((group: Buffer[]) => {
  for (const body of group) insert.run(body);
});
const began = performance.now();
for (let from = 0; from < bodies.length; from += GROUP) insertAll(bodies.slice(from, from + GROUP));
const perSecond = (bodies.length / (performance.now() - began)) * 1000;
db.close();
process.stdout.write(JSON.stringify({ perSecond, bytes: bodies[0]?.length }));
