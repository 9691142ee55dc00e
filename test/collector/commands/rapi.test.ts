import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { RapiEvidence } from '../../../collector/rapi/evidence.ts';
import { nodeName, now, smallCluster } from '../cluster/maintenance/small-cluster.ts';
import { rapiOf } from '../cluster/rapi-sample.ts';
import { type Reply, rapiServer } from '../rapi/rapi-server.ts';
import { temporaryFolder } from '../test-app.ts';
import { musterAt } from './muster.ts';

const reports = smallCluster({
  free: [4096, 4096, 4096],
  guests: [{ name: 'web', on: 2, mirror: 3 }],
});
const PASSWORD = 'rapi-hunter2';
let folder: string;
let path: string;
beforeEach(() => {
  folder = temporaryFolder();
  path = written('reports.json', JSON.stringify(reports));
});

function written(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

/** The answers of a RAPI as it would send them, with what is nobody's business. */
function wireOf(rapi: RapiEvidence): Record<string, Reply> {
  const values = <T>(reading: { status: 'ok'; value: T } | { status: 'failed' }): T => {
    if (reading.status === 'failed') throw new Error('a failed reading has no wire form');
    return reading.value;
  };
  const { name, masterNode } = values(rapi.cluster);
  const of = (list: object[]) => JSON.stringify(list);
  return {
    '/2/info': JSON.stringify({ name, master: masterNode, mtime: 1, osparams: { a: PASSWORD } }),
    '/2/groups?bulk=1': of(values(rapi.groups)),
    '/2/nodes?bulk=1': of(
      values(rapi.nodes).map(({ group, vmCapable, masterCandidate, ...one }) => ({
        ...one,
        ...{ 'group.uuid': group, vm_capable: vmCapable, master_candidate: masterCandidate },
      })),
    ),
    '/2/instances?bulk=1': of(
      values(rapi.instances).map(({ primaryNode, secondaryNodes, ...one }) => ({
        ...one,
        ...{ pnode: primaryNode, snodes: secondaryNodes, osparams_private: PASSWORD },
      })),
    ),
    '/2/jobs?bulk=1': of(
      values(rapi.jobs).map(({ receivedAt: _, ...one }) => ({ ...one, received_ts: null })),
    ),
  };
}

/** A RAPI of the cluster, changed, and the words that name it. */
async function serving(change: (wire: Record<string, Reply>) => unknown = () => undefined) {
  const wire = wireOf(rapiOf(reports));
  change(wire);
  const server = await rapiServer(wire);
  const { serverCertificate, caCertificate } = server.authority;
  const pem = new X509Certificate(serverCertificate);
  const fingerprint = createHash('sha256').update(pem.raw).digest('hex');
  const rapi = ['--rapi', server.origin];
  const credentials = written('credentials', `# of rapi/users\nreader ${PASSWORD}\n`);
  return {
    server,
    ca: [...rapi, '--rapi-ca', written('ca.pem', caCertificate)],
    pin: [...rapi, '--rapi-fingerprint', fingerprint],
    credentials: ['--rapi-credentials', credentials],
  };
}

const verify = (...words: string[]) =>
  musterAt(now, 'verify', path, '--gate', 'maintenance', '--drain', nodeName(2), ...words);

describe('verify --gate maintenance --rapi', () => {
  test('opens when RAPI agrees, by the CA or the fingerprint', async () => {
    const { server, ca, pin, credentials } = await serving();
    const byCa = await verify(...ca, ...credentials, '-v');
    expect(byCa).toMatchObject({ code: 0 });
    expect(byCa.stdout).toContain(`${server.origin} answered all it was asked`);
    expect(byCa.stdout).toContain('gnt-instance migrate');
    expect(await verify(...pin, ...credentials)).toMatchObject({ code: 0 });
    const basic = `Basic ${Buffer.from(`reader:${PASSWORD}`).toString('base64')}`;
    expect(new Set(server.asked.map(({ authorization }) => authorization))).toEqual(
      new Set([basic]),
    );
  });

  test('is undecided on a password that is refused, and never says it', async () => {
    const { ca, credentials } = await serving((wire) => {
      for (const question of Object.keys(wire)) wire[question] = 401;
    });
    const { code, stdout, stderr } = await verify(...ca, ...credentials, '-v');
    expect(code).toBe(3);
    expect(stdout).toContain('it answered 401 with these credentials; not known now: the master');
    expect(stdout + stderr).not.toContain(PASSWORD);
  });

  test('is undecided when a guest was moved since, and closed by a job on it', async () => {
    const moved = await serving((wire) => {
      wire['/2/instances?bulk=1'] = '[]';
    });
    const gone = await verify(...moved.ca);
    expect(gone.code).toBe(3);
    expect(gone.stdout).toContain('web was removed');
    const busy = await serving((wire) => {
      const summary = ['INSTANCE_REBOOT(web)'];
      wire['/2/jobs?bulk=1'] = JSON.stringify([
        { id: 8, status: 'running', summary, received_ts: [1795329371, 0] },
      ]);
    });
    const closed = await verify(...busy.ca);
    expect(closed.code).toBe(2);
    expect(closed.stdout).toContain('job 8 (INSTANCE_REBOOT(web)) is running');
  });

  test('leaves a receipt that is derived again without RAPI, and holds no secret', async () => {
    const { ca, credentials } = await serving();
    const receipt = join(folder, 'receipt.json');
    expect(await verify(...ca, ...credentials, '-o', `receipt:${receipt}`)).toMatchObject({
      code: 0,
    });
    const text = readFileSync(receipt, 'utf8');
    expect(JSON.parse(text).inputs.rapi.nodes.value).toHaveLength(3);
    expect(text).not.toContain(PASSWORD);
    const again = await musterAt(now, 'receipt', 'check', receipt, path);
    expect(again).toMatchObject({ code: 0, stdout: expect.stringMatching(/^equal/) });
    const changed = text.replace('"drained": false', '"drained": true');
    expect(changed).not.toBe(text);
    const forged = await musterAt(now, 'receipt', 'check', written('f.json', changed), path);
    expect(forged).toMatchObject({ code: 2, stdout: expect.stringContaining('was changed') });
  });

  test('does not ask it where no cluster is yet', async () => {
    const { server, ca } = await serving();
    await musterAt(now, 'verify', path, '--gate', 'install', ...ca);
    expect(server.asked).toEqual([]);
  });
});

describe('others that ask', () => {
  test('rolling, capacity and status', async () => {
    const { ca } = await serving((wire) => {
      wire['/2/nodes?bulk=1'] = '[]';
    });
    const removed = `${nodeName(1)} was removed`;
    for (const [command, code] of [
      ['rolling', 3],
      ['capacity', 3],
      ['status', 0],
    ] as const) {
      const asked = await musterAt(now, command, path, ...ca);
      expect([command, asked.code]).toEqual([command, code]);
      if (command !== 'status') expect(asked.stdout).toContain(removed);
    }
    const { stdout } = await musterAt(now, 'verify', path, '--gate', 'health', ...ca);
    expect(stdout).toContain(removed);
    const fine = await serving();
    expect(await musterAt(now, 'rolling', path, ...fine.ca)).toMatchObject({ code: 0 });
  });

  test('verify --after, where RAPI has to agree as well', async () => {
    const receipt = join(folder, 'receipt.json');
    expect(await verify('-o', `receipt:${receipt}`)).toMatchObject({ code: 0 });
    const ask = (words: string[]) => {
      const after = ['--gate', 'maintenance', '--after', receipt, '-v'];
      return musterAt(now, 'verify', path, ...after, ...words);
    };
    expect((await ask([])).stdout).not.toContain('ganeti.rapi');
    const { stdout } = await ask((await serving()).ca);
    expect(stdout).toContain('answered all it was asked');
    expect(stdout).toContain('are as reported at');
    const { ca } = await serving((wire) => {
      wire['/2/info'] = 502;
    });
    expect((await ask(ca)).stdout).toContain('it answered 502, expected 200; not known now');
  });
});

describe('a command line that is wrong', () => {
  const good = ['--rapi', 'https://192.0.2.4:5080'];
  const table: [string[], number, string][] = [
    [['--rapi', 'http://192.0.2.4:5080'], 64, 'expected https://HOST:PORT'],
    [['--rapi', '192.0.2.4:5080'], 64, 'expected https://HOST:PORT'],
    [['--rapi', `https://reader:${PASSWORD}@192.0.2.4:5080`], 64, 'expected https://HOST:PORT'],
    [['--rapi', 'https://192.0.2.4:5080/2/jobs'], 64, 'expected https://HOST:PORT'],
    [['--rapi-fingerprint', 'ab'], 64, 'are for --rapi URL'],
    [[...good, '--rapi-fingerprint', 'ab'], 64, 'expected SHA-256 in 64 hexadecimal digits'],
    [[...good, '--rapi-fingerprint', 'a'.repeat(64), '--rapi-ca', 'x'], 64, 'give one of them'],
    [[...good, '--rapi-ca', '/nonexistent'], 66, 'reading /nonexistent'],
    [[...good, '--now', '2026-11-22T12:00:00Z'], 64, 'does not go with --now'],
  ];
  test.each(table)('%j is refused', async (words, code, says) => {
    const ended = await verify(...words);
    expect(ended.code).toBe(code);
    expect(ended.stderr).toContain(says);
    expect(ended.stderr).not.toContain(PASSWORD);
  });

  test('a CA that is no certificate', async () => {
    const ended = await verify(...good, '--rapi-ca', written('ca.pem', 'x'));
    expect(ended).toMatchObject({ code: 78, stderr: expect.stringContaining('not a certificate') });
  });

  test.each([
    ['', 'expected one line: USER PASSWORD'],
    ['reader\n', 'expected one line: USER PASSWORD'],
    [`reader ${PASSWORD}\nwriter ${PASSWORD}\n`, 'expected one line: USER PASSWORD'],
    [`rea:der ${PASSWORD}\n`, 'expected one line: USER PASSWORD'],
    [`writer ${PASSWORD} write\n`, 'expected a user that may only read, found more rights'],
    [`reader {HA1}${PASSWORD}\n`, 'expected the password itself, found its digest'],
  ])('credentials %j', async (text, says) => {
    const ended = await verify(...good, '--rapi-credentials', written('credentials', text));
    expect(ended).toMatchObject({ code: 78, stderr: expect.stringContaining(says) });
    expect(ended.stderr).not.toContain(PASSWORD);
  });

  test('credentials as rapi/users has them are taken', async () => {
    const { server, ca } = await serving();
    const file = written('users', `\n  reader\t{cleartext}${PASSWORD} read\n`);
    expect(await verify(...ca, '--rapi-credentials', file)).toMatchObject({ code: 0 });
    const basic = `Basic ${Buffer.from(`reader:${PASSWORD}`).toString('base64')}`;
    expect(server.asked[0]?.authorization).toBe(basic);
  });
});
