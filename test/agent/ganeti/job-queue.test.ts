import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { excerptJob, parseJobExcerpt } from '../../../agent/ganeti/job-file.ts';
import { jobQueue, QUEUE } from '../../../agent/ganeti/job-queue.ts';
import { captures, describeWith, reference } from '../../requirements.ts';
import { madeHost } from '../recorded-hosts.ts';

const stamp = (second: number) => [1_795_329_600 + second, 123_456];
const at = (second: number) => new Date((1_795_329_600 + second) * 1000 + 123).toISOString();

interface Parts {
  op: string;
  input?: object;
  status?: string;
  result?: unknown;
  log?: unknown[];
}

/** A file of the queue: a job that was received, started and ended a second after each other. */
function file(id: number, ...ops: Parts[]): string {
  const ended = ops.every(({ status = 'success' }) => ['success', 'error'].includes(status));
  return JSON.stringify({
    id,
    ops: ops.map(({ op, input, status = 'success', result = null, log = [] }) => ({
      input: { OP_ID: op, osparams_secret: { root: 'planted' }, ...input },
      status,
      result,
      log: log.map((said, index) => [index, stamp(id), 'message', said]),
    })),
    received_timestamp: stamp(id * 10),
    start_timestamp: ended ? stamp(id * 10 + 1) : null,
    end_timestamp: ended ? stamp(id * 10 + 2) : null,
  });
}

const reason = (root: number) => [
  ['gnt:client:gnt-cluster', 'verify', 1],
  ['gnt:opcode:cluster_verify', `job=${root};index=0`, 2],
];

/** The three jobs of a run of verify. */
function run(first: number, { status = 'success', found = '' } = {}): Record<string, string> {
  const ids = [first + 1, first + 2];
  const input = { reason: reason(first), ignore_errors: ['ENODESETUP'], skip_checks: [] };
  const ok = found === '';
  return {
    [`job-${first}`]: file(first, {
      op: 'OP_CLUSTER_VERIFY',
      input: { ...input, reason: [] },
      result: { jobs: ids.map((id) => [true, id]) },
    }),
    [`job-${first + 1}`]: file(first + 1, { op: 'OP_CLUSTER_VERIFY_CONFIG', input, result: true }),
    [`job-${first + 2}`]: file(first + 2, {
      op: 'OP_CLUSTER_VERIFY_GROUP',
      input: { ...input, group_name: 'g-1' },
      status,
      result: ok,
      log: ok ? [] : [found],
    }),
  };
}

const BROKEN = '  - ERROR:ENODELVM:node:n1:no VG';
const finding = {
  severity: 'error',
  code: 'ENODELVM',
  kind: 'node',
  name: 'n1',
  message: 'no VG',
};

async function queueWith(files: Record<string, string>) {
  const paths = Object.entries(files).map(([name, text]) => [`${QUEUE}/${name}`, text]);
  const failures = Object.keys(files).some((name) => name.startsWith('archive'))
    ? {}
    : { [`${QUEUE}/archive`]: { kind: 'not_found', message: 'ENOENT' } };
  const made = { [`${QUEUE}/serial`]: '9\n', ...Object.fromEntries(paths) };
  return jobQueue(await madeHost({ files: made, snapshot: { failures } }));
}

describe('jobs that have not ended', () => {
  test('are told oldest first, with what they do', async () => {
    const queue = await queueWith({
      'job-9': file(9, { op: 'OP_NODE_EVACUATE', input: { node_name: 'n1' }, status: 'queued' }),
      'job-10': file(
        10,
        { op: 'OP_INSTANCE_MIGRATE', input: { instance_name: 'vm1' }, status: 'running' },
        { op: 'OP_TAGS_SET', status: 'queued' },
      ),
      'job-8': file(8, { op: 'OP_OS_DIAGNOSE' }),
      'job-7': file(7, { op: 'OP_OS_DIAGNOSE', status: 'error' }),
    });
    expect(await queue.unfinished()).toEqual([
      { id: 9, status: 'queued', summary: ['NODE_EVACUATE(n1)'], receivedAt: at(90) },
      {
        id: 10,
        status: 'running',
        summary: ['INSTANCE_MIGRATE(vm1)', 'TAGS_SET'],
        receivedAt: at(100),
      },
    ]);
  });

  test.each([
    [['success', 'success'], 'success'],
    [['success', 'queued'], 'running'],
    [['success', 'waiting'], 'waiting'],
    [['queued', 'queued'], 'queued'],
    [['running', 'queued'], 'running'],
    [['canceling', 'queued'], 'canceling'],
    [['success', 'canceled'], 'canceled'],
    [['success', 'error', 'canceled'], 'error'],
  ])('opcodes that are %j make a job that is %s', (statuses, status) => {
    const text = file(1, ...statuses.map((one) => ({ op: 'OP_TEST_DELAY', status: one })));
    expect(parseJobExcerpt(excerptJob(text)).status).toBe(status);
  });

  test('a job that was archived since the listing is left out', async () => {
    const host = await madeHost({
      snapshot: {
        lists: { [QUEUE]: ['job-1', 'lock'] },
        failures: { [`${QUEUE}/job-1`]: { kind: 'not_found', message: 'ENOENT' } },
      },
    });
    expect(await jobQueue(host).unfinished()).toEqual([]);
  });
});

describe('the last verify', () => {
  const good = {
    jobIds: [10, 11, 12],
    startedAt: at(101),
    endedAt: at(122),
    ok: true,
    ignoredErrors: ['ENODESETUP'],
    skippedChecks: [],
    findings: [],
  };

  test('is the newest run, by number and not by name', async () => {
    const queue = await queueWith({ ...run(7, { found: BROKEN }), ...run(10) });
    expect(await queue.lastVerify()).toEqual(good);
  });

  test('is not ok when one of its jobs found an error', async () => {
    const queue = await queueWith(run(10, { found: BROKEN }));
    expect(await queue.lastVerify()).toEqual({ ...good, ok: false, findings: [finding] });
  });

  test('is not one that runs, when an older one has ended', async () => {
    const queue = await queueWith({ ...run(10), ...run(20, { status: 'running' }) });
    expect(await queue.lastVerify()).toEqual(good);
  });

  test('is the newest that has ended when no file of a command is left', async () => {
    const { 'job-10': _old, ...ended } = run(10);
    const { 'job-20': _new, ...running } = run(20, { status: 'running' });
    const queue = await queueWith({ ...ended, ...running });
    expect(await queue.lastVerify()).toMatchObject({ jobIds: [11, 12], endedAt: at(122) });
  });

  test('is one that runs when there is no other, and then has no end', async () => {
    const queue = await queueWith(run(10, { status: 'running' }));
    expect(await queue.lastVerify()).toMatchObject({ endedAt: null, jobIds: [10, 11, 12] });
  });

  test('is found in the archive, whose folders are numbers', async () => {
    const folder = (name: string, files: Record<string, string>) =>
      Object.fromEntries(Object.entries(files).map(([key, text]) => [`${name}/${key}`, text]));
    const queue = await queueWith({
      'job-20001': file(20_001, { op: 'OP_OS_DIAGNOSE' }),
      ...folder('archive/0', run(10)),
      ...folder('archive/9', run(5, { found: BROKEN })),
      ...folder('archive/10', {}),
    });
    expect(await queue.lastVerify()).toEqual(good);
  });

  test('is not known to be ok when one of its files is gone', async () => {
    const { 'job-12': _gone, ...rest } = run(10);
    const queue = await queueWith(rest);
    expect(await queue.lastVerify()).toEqual({ ...good, endedAt: at(112), ok: null });
  });

  test('is null when no job verified, disks not counted', async () => {
    const queue = await queueWith({ 'job-1': file(1, { op: 'OP_GROUP_VERIFY_DISKS' }) });
    expect(await queue.lastVerify()).toBeNull();
  });

  test('takes messages that come as lists, and leaves out what hooks wrote', async () => {
    const log = [['* Verifying', BROKEN], '      planted\n      planted', 7, null];
    const files = run(10);
    const input = { reason: reason(10), group_name: 'g-1' };
    const op = { op: 'OP_CLUSTER_VERIFY_GROUP', input, result: false, log };
    const queue = await queueWith({ ...files, 'job-12': file(12, op) });
    expect((await queue.lastVerify())?.findings).toEqual([finding]);
    expect(excerptJob(file(12, op))).not.toContain('planted');
  });
});

describe('a job file', () => {
  const text = file(1, { op: 'OP_OS_DIAGNOSE' });

  test.each([
    ['that is empty', '', 'it is empty'],
    ['that was cut off', text.slice(0, 40), 'damaged, cut off or not JSON'],
    ['of binary data', '\0\0', 'damaged, cut off or not JSON'],
    ['without opcodes', '{"id": 1}', 'not as expected at ops'],
    ['with words for a number', text.replace('"id":1', '"id":"one"'), 'not as expected at id'],
  ])('%s fails the reading', async (_title, damaged, message) => {
    const queue = await queueWith({ 'job-1': damaged });
    await expect(queue.unfinished()).rejects.toMatchObject({
      kind: 'unparsable',
      message: expect.stringContaining(message),
    });
  });

  test('leaves nothing of its parameters', () => {
    expect(text).toContain('planted');
    expect(excerptJob(text)).not.toContain('planted');
  });
});

describeWith([captures], 'the last job of a real cluster', () => {
  const read = (...path: string[]) => readFileSync(reference('captures', ...path), 'utf8');

  test.each([
    ['noded-down', { id: 86, root: 84 }, ['ENODERPC', 'ENODESSH', 'EINSTANCEDOWN']],
    ['orphan-lv', { id: 71, root: 69 }, ['ENODEORPHANLV']],
    ['chronyd-down', { id: 128, root: 126 }, []],
  ])('of the fault %s', async (fault, { id, root }, codes) => {
    const text = read('real-ganeti-3.0.2', 'faults', fault, 'queue-last-job.json');
    const job = parseJobExcerpt(excerptJob(text));
    expect(job).toMatchObject({ id, status: 'success', verify: { root, ok: false } });
    expect(job.summary).toEqual(['CLUSTER_VERIFY_GROUP(d4f393de-f4c5-4f08-a8de-2129a5c8f294)']);
    const queue = await queueWith({ [`job-${id}`]: text });
    const verify = await queue.lastVerify();
    const found = new Set(verify?.findings.map(({ code }) => code));
    expect([...found]).toEqual(expect.arrayContaining(codes));
    expect(verify).toMatchObject({ jobIds: [id], ok: false });
  });

  test('that is no verify', () => {
    const text = read('real-ganeti-3.0.2', 'baseline', 'queue-last-job.json');
    const endedAt = '2026-11-22T06:36:38.054Z';
    const told = { id: 43, endedAt, summary: ['OS_DIAGNOSE'], verify: null };
    expect(parseJobExcerpt(excerptJob(text))).toMatchObject(told);
  });
});
