import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { askRapi, type RapiTarget } from '../../../collector/rapi/client.ts';
import { rapiEvidenceSchema } from '../../../collector/rapi/evidence.ts';
import { newAuthority } from '../../../collector/tls/authority.ts';
import { captures, describeWith, reference } from '../../requirements.ts';
import { authority, credentials, failures, now, small, told } from './asking.ts';
import { butFor, rapiServer, recorded } from './rapi-server.ts';

const foreign = await newAuthority(['127.0.0.1'], new Date());

const pinOf = (pem: string) => ({
  fingerprint: createHash('sha256').update(new X509Certificate(pem).raw).digest('hex'),
});

describe('a RAPI that answers', () => {
  test('is asked five fixed questions, read-only, with the name and password', async () => {
    const { server } = await told(recorded());
    expect(server.asked.map(({ line }) => line).toSorted()).toEqual([
      'GET /2/groups?bulk=1',
      'GET /2/info',
      'GET /2/instances?bulk=1',
      'GET /2/jobs?bulk=1',
      'GET /2/nodes?bulk=1',
    ]);
    const basic = `Basic ${Buffer.from('reader:pa:ss wörd').toString('base64')}`;
    expect(new Set(server.asked.map(({ authorization }) => authorization))).toEqual(
      new Set([basic]),
    );
  });

  test('is understood, and a job that ended is none', async () => {
    const { evidence, server } = await told(recorded());
    const group = 'd4f393de-f4c5-4f08-a8de-2129a5c8f294';
    const flags = { offline: false, drained: false, vmCapable: true, masterCandidate: true };
    expect(evidence).toEqual({
      origin: server.origin,
      askedAt: '2026-11-22T12:00:00.000Z',
      cluster: {
        status: 'ok',
        value: {
          name: 'ganeti-cluster01.example.org',
          masterNode: 'ganeti01.example.org',
          changedAt: '2026-11-22T06:30:17.445Z',
        },
      },
      groups: {
        status: 'ok',
        value: [{ uuid: group, name: 'default', changedAt: '2026-11-22T06:30:09.732Z' }],
      },
      nodes: {
        status: 'ok',
        value: [
          ['ganeti01.example.org', '2026-11-22T06:30:09.729Z'],
          ['ganeti02.example.org', '2026-11-22T06:31:06.443Z'],
          ['ganeti03.example.org', '2026-11-22T06:31:15.913Z'],
        ].map(([name, changedAt]) => ({ name, group, ...flags, changedAt })),
      },
      instances: {
        status: 'ok',
        value: [
          ['vm1.example.org', 'ganeti03.example.org', '2026-11-22T06:31:23.517Z'],
          ['vm2.example.org', 'ganeti02.example.org', '2026-11-22T06:31:27.092Z'],
        ].map(([name, primaryNode, changedAt]) => ({
          ...{ name, primaryNode, secondaryNodes: [], status: 'running', changedAt },
        })),
      },
      jobs: {
        status: 'ok',
        value: [
          {
            ...{ id: 43, status: 'running', summary: ['INSTANCE_MIGRATE(vm1.example.org)'] },
            receivedAt: '2026-11-22T06:36:11.834Z',
          },
        ],
      },
    });
    expect(rapiEvidenceSchema.parse(evidence)).toEqual(evidence);
  });

  test('of which nothing is kept that may be a secret', async () => {
    const secret = 'hunter2';
    const planted = (text = '') =>
      text
        .replaceAll('"spice_password_file": ""', `"spice_password_file": "${secret}"`)
        .replaceAll('"osparams": {}', `"osparams": {"a": {"password": "${secret}"}}`)
        .replaceAll('"names": []', `"names": ["${secret}"], "osparams_secret": "${secret}"`)
        .replaceAll('"tags": []', `"tags": ["${secret}"], "osparams_private": "${secret}"`);
    const replies = Object.fromEntries(
      Object.entries(recorded()).map(([path, text]) => [path, planted(text)]),
    );
    for (const text of Object.values(replies)) expect(text).toContain(secret);
    const { evidence } = await told(replies);
    expect(failures(evidence)).toEqual([]);
    expect(JSON.stringify(evidence)).not.toContain(secret);
    expect(JSON.stringify(evidence)).not.toContain(credentials.password);
  });
});

describe('trust', () => {
  test('in the fingerprint of its own certificate, whatever name that bears', async () => {
    const elsewhere = await newAuthority(['ganeti.example.com'], new Date());
    const server = await rapiServer(recorded(), elsewhere);
    const trust = pinOf(elsewhere.serverCertificate);
    const target = { origin: server.origin, trust, credentials };
    expect(failures(await askRapi(target, now, small))).toEqual([]);
  });

  const refused: [string, () => Partial<RapiTarget>, RegExp][] = [
    ['another CA', () => ({ trust: { ca: foreign.caCertificate } }), /certificate/],
    ['the CAs of the system', () => ({ trust: {} }), /certificate/],
    [
      'another fingerprint',
      () => ({ trust: pinOf(foreign.serverCertificate) }),
      /its certificate is sha256:[0-9a-f]{64}, not the pinned sha256:[0-9a-f]{64}$/,
    ],
    ['the fingerprint of its CA', () => ({ trust: pinOf(authority.caCertificate) }), /pinned/],
  ];
  test.each(refused)('in %s: nothing is sent, and nothing known', async (_what, change, says) => {
    const { evidence, server } = await told(recorded(), change());
    expect(server.asked).toEqual([]);
    expect(failures(evidence)).toHaveLength(5);
    for (const one of failures(evidence)) expect(one).toMatch(says);
  });

  test('in a CA is not enough when the certificate is for another name', async () => {
    const elsewhere = await newAuthority(['ganeti.example.com'], new Date());
    const server = await rapiServer(recorded(), elsewhere);
    const trust = { ca: elsewhere.caCertificate };
    const evidence = await askRapi({ origin: server.origin, trust, credentials }, now, small);
    expect(failures(evidence)[0]).toMatch(/does not match/);
    expect(server.asked).toEqual([]);
  });
});

describe('words of another release', () => {
  test('a status that is not known is of a job that may work', async () => {
    const reply = (recorded()['/2/jobs?bulk=1'] ?? '').replaceAll('"success"', '"pondering"');
    const { evidence } = await told(butFor('/2/jobs?bulk=1', reply));
    expect(evidence.jobs).toMatchObject({ status: 'ok', value: [{ id: 42 }, { id: 43 }] });
  });

  test('an object that was never changed is of no instant', async () => {
    const reply = (recorded()['/2/groups?bulk=1'] ?? '').replace(/"mtime": [\d.]+/, '"mtime": 0');
    const { evidence } = await told(butFor('/2/groups?bulk=1', reply));
    expect(evidence.groups).toMatchObject({ status: 'ok', value: [{ changedAt: null }] });
  });
});

describeWith([captures], 'what real clusters answered', () => {
  test.each([
    ['real-ganeti-3.0.2', 3, 2],
    ['real-ganeti-3.1', 3, 2],
  ])('%s', async (release, nodes, instances) => {
    const answer = (name: string) =>
      readFileSync(reference('captures', release, 'baseline', 'rapi', `${name}.json`), 'utf8');
    const { evidence } = await told({
      '/2/info': answer('info'),
      '/2/groups?bulk=1': answer('groups-bulk'),
      '/2/nodes?bulk=1': answer('nodes-bulk'),
      '/2/instances?bulk=1': answer('instances-bulk'),
      '/2/jobs?bulk=1': answer('jobs-bulk'),
    });
    expect(failures(evidence)).toEqual([]);
    expect(evidence.nodes).toMatchObject({ value: { length: nodes } });
    expect(evidence.instances).toMatchObject({ value: { length: instances } });
    expect(evidence.jobs).toEqual({ status: 'ok', value: [] });
  });
});
