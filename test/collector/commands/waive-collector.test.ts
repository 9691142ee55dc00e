import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Role } from '../../../collector/tokens.ts';
import { type LiveCollector, openLiveCollector } from '../routes/live-collector.ts';
import { clusterName, now, seedReport } from '../seed-cluster.ts';
import { bearer, temporaryFolder } from '../test-app.ts';
import { muster } from './muster.ts';

const add = [
  ...['add', '--check', 'os.kernel-equal', '--reason', 'two boxes for three', '--owner', 'anna'],
  ...['--expires', '2026-04-01T00:00:00Z'],
];

/** A collector that has three nodes, of which the second runs another kernel. */
async function openFilled(release = '6.1.0-20-amd64') {
  const live = await openLiveCollector();
  for (const number of [1, 2, 3]) await live.deliver(withKernel(number, release));
  const folder = temporaryFolder();
  const url = `http://127.0.0.1:${live.port}`;
  const tokenFile = (header: { authorization: string }) => {
    const file = join(folder, `token-${header.authorization.slice(-8)}`);
    writeFileSync(file, `${header.authorization.replace('Bearer ', '')}\n`);
    return file;
  };
  const waiveWith = (file: string, ...words: string[]) =>
    muster('waive', ...words, '--collector', url, '--cluster', clusterName, '--token-file', file);
  const waive = (role: Role, ...words: string[]) => waiveWith(tokenFile(live.as[role]), ...words);
  return { live, folder, url, tokenFile, waiveWith, waive };
}

function withKernel(number: number, release: string) {
  return seedReport(number, ({ os }) => {
    if (number === 2) os.kernelRelease = release;
  });
}

async function kernelOf({ send, as }: LiveCollector) {
  const path = `/api/v1/clusters/${encodeURIComponent(clusterName)}`;
  const { json } = await send({ path, headers: as.reader });
  const { clusterFindings } = JSON.parse(JSON.stringify(json));
  return clusterFindings.find(({ check }: { check: string }) => check === 'os.kernel-equal');
}

describe('muster waive at a collector', () => {
  test('adds, lists, checks and removes, and the collector judges by it', async () => {
    const { live, url, waive } = await openFilled();
    expect(await waive('operator', ...add)).toEqual({
      code: 0,
      stdout:
        `${url}: waived os.kernel-equal on the cluster until 2026-04-01T00:00:00Z, ` +
        'as waiver 1\n',
      stderr: '',
    });
    expect(await kernelOf(live)).toMatchObject({
      verdict: 'warn',
      waived: { reason: 'two boxes for three', owner: 'anna', expires: '2026-04-01T00:00:00Z' },
    });

    const listed = await waive('reader', 'list');
    expect(listed).toMatchObject({ code: 0, stderr: '' });
    expect(listed.stdout.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['ID', 'STATE', 'CHECK', 'ON', 'SUBJECT', 'UNTIL', 'BOUND', 'OWNER', 'REASON'],
      [
        ...['1', 'holds', 'os.kernel-equal', 'cluster', '·', '2026-04-01T00:00:00Z', 'yes'],
        ...['anna', 'two boxes for three'],
      ],
      [''],
    ]);
    expect(await waive('reader', 'check')).toMatchObject({
      code: 0,
      stdout: `${url}: 1 valid waiver\n`,
    });

    expect(await waive('operator', 'remove', '1')).toEqual({
      code: 0,
      stdout: `${url}: waiver 1 is removed; what it covered counts again\n`,
      stderr: '',
    });
    expect(await kernelOf(live)).not.toHaveProperty('waived');
    expect((await waive('reader', 'list')).stdout).toBe('no waivers\n');
    const log = await live.store.auditLog({ limit: 2 });
    expect(log.map(({ action, by }) => [action, by])).toEqual([
      ['waiver.remove', 'token 2 "test operator"'],
      ['waiver.add', 'token 2 "test operator"'],
    ]);
  });

  test('lists as JSON with the number by which each is taken back', async () => {
    const { waive } = await openFilled();
    await waive('operator', ...add);
    const { stdout } = await waive('reader', 'list', '-f', 'json', '--now', '2026-05-01T00:00:00Z');
    expect(JSON.parse(stdout)).toMatchObject({
      at: '2026-05-01T00:00:00.000Z',
      waivers: [
        {
          ...{ id: 1, state: 'expired', check: 'os.kernel-equal', node: null },
          fingerprint: expect.stringMatching(/^v1-[0-9a-f]{16}$/),
        },
      ],
    });
  });

  test('binds by what the collector itself would say, whatever policy is at hand', async () => {
    const { live, folder, waive } = await openFilled();
    const policy = join(folder, 'policy.yaml');
    writeFileSync(policy, 'checks:\n  os.kernel-equal: { severity: fail }\n');
    expect((await waive('operator', ...add, '--policy', policy, '--max-age', '1s')).code).toBe(0);
    expect(await kernelOf(live)).toHaveProperty('waived');
  });

  test('with a file writes to the file, and the collector only says what to bind to', async () => {
    const { live, folder, waive } = await openFilled();
    const file = join(folder, 'waivers.yaml');
    const words = ['add', file, ...add.slice(1)];
    expect((await waive('reader', ...words)).stdout).toMatch(/waivers\.yaml: waived os\.kernel-/);
    expect(await live.store.waivers(clusterName)).toEqual([]);
    expect((await waive('reader', 'list', file)).stdout).toMatch(/^STATE /);
  });

  test('tells of a check that is not known', async () => {
    const { live, url, waive } = await openFilled();
    const waiver = { check: 'os.kernel-eqaul', reason: 'r', owner: 'o', expires: add[8] ?? '' };
    await live.store.addWaiver(clusterName, waiver, { by: 'test', at: now });
    expect(await waive('reader', 'check')).toEqual({
      code: 78,
      stdout:
        `${url}: waiver 1: check: no such check (did you mean "os.kernel-equal"?); ` +
        'found "os.kernel-eqaul"\n',
      stderr: '',
    });
  });
});

describe('muster waive at a collector is refused', () => {
  test.each([
    ['to add', add],
    ['to remove', ['remove', '1']],
  ])('to a reader who wants %s', async (_, words) => {
    const { live, url, waive } = await openFilled();
    const waiver = { check: 'os.kernel-equal', reason: 'r', owner: 'o', expires: add[8] ?? '' };
    await live.store.addWaiver(clusterName, waiver, { by: 'test', at: now });
    expect(await waive('reader', ...words)).toEqual({
      code: 77,
      stdout: '',
      stderr: `${url} refused the token (403): this needs the role operator, not reader`,
    });
    expect(await live.store.waivers(clusterName)).toHaveLength(1);
  });

  test('to an operator of another cluster, and to a token that nobody made', async () => {
    const { live, url, tokenFile, waiveWith } = await openFilled();
    const other = await bearer(live.store, 'operator', { cluster: 'other.example.org' });
    expect(await waiveWith(tokenFile(other), 'list')).toMatchObject({
      code: 77,
      stderr: `${url} refused the token (403): the token is bound to another cluster`,
    });
    const nobody = { authorization: `Bearer muster_${'x'.repeat(43)}` };
    expect(await waiveWith(tokenFile(nobody), 'list')).toMatchObject({
      code: 77,
      stderr: `${url} refused the token (401): the token is not known: wrong, revoked or expired`,
    });
  });

  test.each([
    {
      what: 'no such waiver',
      words: ['remove', '7'],
      ended: { code: 66, stderr: /answered 404: the cluster has no waiver 7$/ },
    },
    {
      what: 'what is no number',
      words: ['remove', 'all'],
      ended: { code: 64, stderr: /^expected the id of a waiver, found "all"$/ },
    },
    {
      what: 'the number 0',
      words: ['remove', '0'],
      ended: { code: 64, stderr: /^expected the id of a waiver, found "0"$/ },
    },
    {
      what: 'no such finding',
      words: [...add, '--subject', 'x'],
      ended: {
        code: 65,
        stderr: /^nothing to waive: os\.kernel-equal of x on the cluster: no such finding$/,
      },
    },
  ])('for $what', async ({ words, ended: { code, stderr } }) => {
    const { live, waive } = await openFilled();
    expect(await waive('operator', ...words)).toEqual({
      ...{ code, stdout: '' },
      stderr: expect.stringMatching(stderr),
    });
    expect(await live.store.waivers(clusterName)).toEqual([]);
  });

  test.each([
    ['add', add],
    ['list', ['list']],
    ['check', ['check']],
    ['remove', ['remove', '1']],
  ])('to %s without a file and without a collector', async (_, words) => {
    const { code, stderr } = await muster('waive', ...words);
    expect(code).toBe(64);
    expect(stderr).toMatch(/name a file, or --collector with --token-file and --cluster$/);
  });

  test('when nobody answers', async () => {
    const { live, waive, url } = await openFilled();
    await live.app.close();
    const { code, stderr } = await waive('operator', 'remove', '1');
    expect(code).toBe(69);
    expect(stderr).toMatch(new RegExp(`^asking ${url}: connect ECONNREFUSED`));
  });
});
