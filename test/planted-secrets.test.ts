import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { gunzipSync, inflateRawSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { openSqliteStore } from '../collector/store/sqlite.ts';
import { formats } from '../shared/outputs.ts';
import { muster } from './agent/commands/agent-program.ts';
import { openLiveCollector } from './collector/routes/live-collector.ts';
import { clusterName } from './collector/seed-cluster.ts';
import { leaveToEnrol } from './collector/test-app.ts';
import { PLANTED, plantedFiles, plantedHost } from './planted-host.ts';
import { describeWith, program } from './requirements.ts';

const NODE = 'n1.example.org';

/** The names of those among them that hold a planted secret. */
function bearing(outputs: Record<string, string>): string[] {
  return Object.keys(outputs).filter((name) => outputs[name]?.includes(PLANTED));
}

test('the host has a secret in more than thirty places', () => {
  const found =
    Object.values(plantedFiles)
      .join('')
      .match(/planted/g) ?? [];
  expect(found.length).toBeGreaterThan(30);
});

test('no secret stands in a report, nor in an audit in any format', async () => {
  const host = ['--host', plantedHost(), '--node', NODE];
  const report = await muster(['report', ...host]);
  const { sections } = JSON.parse(report.stdout);
  // those that read what was planted, and so could tell of it
  for (const section of ['ganeti', 'guests', 'network', 'os', 'drbd']) {
    expect([section, sections[section].status]).toEqual([section, 'ok']);
  }
  expect(sections.ganeti.facts.membership.value.master.config.status).toBe('ok');
  expect(sections.guests.facts.guests).toHaveLength(1);
  const outputs: Record<string, string> = { report: report.stdout + report.stderr };
  for (const format of formats) {
    const { stdout, stderr } = await muster(['audit', ...host, '--format', format, '-v']);
    outputs[format] = stdout + stderr;
  }
  expect(Object.values(outputs).every((text) => text.length > 0)).toBe(true);
  expect(bearing(outputs)).toEqual([]);
});

test.each([[[]], [['--scrub']]])('no secret stands in a snapshot %j', async (more) => {
  const folder = join(scratch(), 'snapshot');
  const host = ['--host', plantedHost(), '--node', NODE];
  const { code, stdout, stderr } = await muster(['snapshot', folder, ...host, ...more]);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  const outputs: Record<string, string> = { stdout, stderr, ...filesBelow(folder) };
  expect(Object.keys(outputs).length).toBeGreaterThan(20);
  expect(bearing(outputs)).toEqual([]);
});

describeWith([program('flock', 'util-linux')], 'from enrolment to page', () => {
  test('no secret of the host, key or token stands in logs, store, API or pages', async () => {
    const [state, folder] = [scratch(), scratch()];
    const database = join(folder, 'muster.sqlite');
    const log: string[] = [];
    const stream = new Writable({
      write: (chunk: Buffer, _encoding, done) => done(void log.push(chunk.toString())),
    });
    const store = await openSqliteStore(database);
    const live = await openLiveCollector({ store, logger: { level: 'trace', stream } });
    live.clock.now = new Date();
    const { secret } = await leaveToEnrol(store, { node: NODE, ttlMs: 10 * 365 * 86_400_000 });
    writeFileSync(join(folder, 'token'), `${secret.text}\n`);
    process.env.MUSTER_PLANTED_PASSWORD = 'planted-environment';
    onTestFinished(() => void delete process.env.MUSTER_PLANTED_PASSWORD);

    const given = { now: live.clock.now.toISOString() };
    const url = `http://127.0.0.1:${live.port}`;
    const asked = ['--collector', url, '--token-file', join(folder, 'token'), '--state', state];
    const enrolled = await muster(['enroll', '--node', NODE, ...asked], given);
    expect(enrolled.code).toBe(0);
    const push = ['push', '--host', plantedHost(), '--state', state];
    const pushed = await muster(push, given);
    expect(pushed).toMatchObject({ code: 0, stderr: `delivered 1 of ${NODE}\n` });

    await live.send({ path: '/metrics', headers: { authorization: 'Bearer planted-bearer' } });
    const outputs: Record<string, string> = {
      'stderr of enroll': enrolled.stdout + enrolled.stderr,
      'stderr of push': pushed.stdout + pushed.stderr,
      ...(await answersOf(live)),
      ...contentsOf(database),
      log: log.join(''),
    };
    expect(outputs['/metrics']).toContain('muster_');
    expect(outputs.log).toContain('/api/v1/clusters');
    const secrets = [PLANTED, secret.text, keyIn(state), live.as.admin.authorization.slice(7)];
    for (const one of secrets) {
      const found = Object.keys(outputs).filter((name) => outputs[name]?.includes(one));
      expect(found).toEqual([]);
    }
  });
});

/** Every address that a person or a program may look at, by its path. */
async function answersOf(live: Awaited<ReturnType<typeof openLiveCollector>>) {
  const cluster = `/api/v1/clusters/${clusterName}`;
  const paths = [
    ...['/', `/clusters/${clusterName}`, `/clusters/${clusterName}/nodes/${NODE}`, '/metrics'],
    ...['', '/reports', '/waivers', '/keys', '/verify?gate=health'].map((path) => cluster + path),
    ...[`${cluster}/nodes/${NODE}`, `${cluster}/nodes/${NODE}/history`, '/api/v1/clusters'],
    ...['/api/v1/tokens', '/api/v1/audit-log', '/api/v1/rejections', '/api/v1/openapi.json'],
  ];
  const answers: Record<string, string> = {};
  for (const path of paths) {
    const { status, text } = await live.send({ path, headers: live.as.admin });
    expect([path, status]).toEqual([path, 200]);
    answers[path] = text;
  }
  return answers;
}

/** The raw bytes of the database, and each of its values unpacked. */
function contentsOf(database: string): Record<string, string> {
  const db = new Database(database, { readonly: true });
  onTestFinished(() => void db.close());
  const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
  const values = tables.flatMap((table) => db.prepare(`SELECT * FROM "${table}"`).raw().all());
  const unpacked = values.flat().map((value) => {
    if (Buffer.isBuffer(value)) return inflated(value).toString('utf8');
    return String(value);
  });
  // what is looked for in the values must be found there when it is there
  expect(unpacked.some((value) => value.includes('"EPYC-v3"'))).toBe(true);
  const raw = readdirSync(join(database, '..')).filter((name) => name.startsWith('muster.sqlite'));
  const bytes = raw.map((name) => readFileSync(join(database, '..', name), 'latin1'));
  return { 'values in the database': unpacked.join('\n'), database: bytes.join('\n') };
}

function inflated(value: Buffer): Buffer {
  for (const unpack of [gunzipSync, inflateRawSync]) {
    try {
      return unpack(value);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error;
    }
  }
  return value;
}

/** The body of the node's own private key. */
function keyIn(state: string): string {
  const keys = Object.entries(filesBelow(state)).filter(([name]) => name.endsWith('.pem'));
  const [, pem = ''] = keys[0] ?? [];
  const body = pem.split('\n')[2] ?? '';
  expect(body.length).toBeGreaterThan(40);
  return body;
}

function filesBelow(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => statSync(join(folder, name)).isFile());
  return Object.fromEntries(
    files.map((name) => [name, `${name}\n${readFileSync(join(folder, name), 'latin1')}`]),
  );
}

function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'muster-secrets-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}
