import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { collectReport } from '../../../agent/collect.ts';
import { openRecordedHost } from '../../../agent/host/recorded.ts';
import { probes } from '../../../agent/probes/index.ts';
import { takeSnapshot } from '../../../agent/snapshot.ts';
import { effectiveHvparams, ganetiSchema } from '../../../shared/facts/ganeti.ts';
import { defaultPolicy } from '../../../shared/policy.ts';
import { now } from '../../helpers.ts';
import { root } from '../../requirements.ts';
import { sampleConfig } from '../ganeti/sample-config.ts';
import { factsOn, ganetiFacts, goodValue, masterIn, membershipIn } from '../ganeti-host.ts';
import { madeHost, recordedHost } from '../recorded-hosts.ts';

const DATA = '/var/lib/ganeti';
const PLANTED = /planted/;

/** A master with a secret in every place where Ganeti, or whoever runs it, may have put one. */
const files: Record<string, string> = {
  '/etc/hosts': '192.0.2.1 n1.example.org n1\n',
  '/etc/default/ganeti': 'RAPI_ARGS="-b 127.0.0.1 --password planted-default"\n',
  '/proc/sys/kernel/hostname': 'n1.example.org\n',
  '/run/ganeti/ganeti-rapi.pid': '184\n',
  '/proc/184/cmdline': '/usr/bin/python3\0/usr/sbin/ganeti-rapi\0--key\0planted-cmdline\0-d\0',
  [`${DATA}/ssconf_cluster_name`]: 'c.example.org\n',
  [`${DATA}/ssconf_master_node`]: 'n1.example.org\n',
  [`${DATA}/ssconf_master_candidates`]: 'n1.example.org\nn2.example.org\n',
  [`${DATA}/ssconf_node_list`]: 'n1.example.org\nn2.example.org\nn3.example.org\n',
  [`${DATA}/ssconf_instance_list`]: 'vm1.example.org\nname.example.org\n',
  [`${DATA}/ssconf_hvparams_kvm`]: 'cpu_type=EPYC-v3\nkvm_extra=-x planted-ssconf\nacpi=True\n',
  [`${DATA}/ssconf_hvparams_xen-hvm`]: 'pci_pass=planted-xen\n',
  [`${DATA}/config.data`]: JSON.stringify(sampleConfig()),
  [`${DATA}/hmac.key`]: 'planted-hmac\n',
  [`${DATA}/cluster-domain-secret`]: 'planted-domain\n',
  [`${DATA}/server.pem`]: '-----BEGIN PRIVATE KEY-----\nplanted-key\n',
  [`${DATA}/rapi/users`]: 'reader planted-rapi read\nwriter {HA1}planted-hash write\n',
  [`${DATA}/queue/job-1`]: JSON.stringify({
    id: 1,
    ops: [
      {
        input: { OP_ID: 'OP_INSTANCE_CREATE', osparams_secret: { root: 'planted-job' } },
        status: 'running',
        result: 'planted-result',
        log: [[1, [1, 1], 'message', 'planted-log']],
      },
    ],
  }),
  [`${DATA}/queue/drain`]: '',
  '/etc/ganeti/vnc-cluster-password': 'planted-vnc\n',
};
const failures = {
  [`${DATA}/queue/archive`]: { kind: 'not_found', message: 'ENOENT' },
};

test('a master tells of the cluster, of its daemons and of its files', async () => {
  const facts = await ganetiFacts(files, 'n1.example.org');
  expect(ganetiSchema.parse(facts)).toEqual(facts);
  const membership = membershipIn(facts);
  expect(membership).toMatchObject({
    ownName: 'n1.example.org',
    role: 'master',
    ssconf: {
      clusterName: 'c.example.org',
      hvparamsKvm: { cpu_type: 'EPYC-v3', kvm_extra: '(set, withheld)', acpi: 'True' },
    },
    daemonArguments: { value: { RAPI_ARGS: ['-b', '127.0.0.1'] } },
    queueDrained: { value: true },
    jobFileCount: { value: 1 },
    rapiUsers: { value: { users: 2, plaintext: 1, writers: 1 } },
    upgradeIntent: false,
  });
  expect(masterIn(facts)).toMatchObject({
    config: { value: { serial: 7 } },
    lastVerify: { value: null },
    jobs: { value: [{ id: 1, status: 'running', summary: ['INSTANCE_CREATE'] }] },
  });
});

test('an instance starts with what Ganeti, the cluster, its system and itself set', async () => {
  const facts = await ganetiFacts(files, 'n1.example.org');
  const config = goodValue(masterIn(facts).config);
  const { ssconf } = membershipIn(facts);
  const [instance] = config.instances;
  const at = { ssconf, config };
  const effective = (os: string) =>
    instance === undefined ? {} : effectiveHvparams(at, { ...instance, os });
  const own = { cpu_type: 'host', vhost_net: 'True', acpi: 'True', kvm_extra: '(set, withheld)' };
  expect(effective('debootstrap+default')).toEqual(own);
  expect(effective('debootstrap')).toEqual({ ...own, disk_cache: 'none' });
});

describe('the role', () => {
  test.each([
    ['n1.example.org', 'n1.example.org', 'master'],
    ['n2.example.org', 'n2.example.org', 'candidate'],
    ['N3.EXAMPLE.ORG', 'n3.example.org', 'regular'],
    ['n2', null, null],
    ['stranger.example.org', null, null],
  ])('of a node called %s', async (node, ownName, role) => {
    const hostname = { '/proc/sys/kernel/hostname': `${node}\n` };
    const membership = membershipIn(await ganetiFacts({ ...files, ...hostname }, node));
    expect(membership).toMatchObject({ ownName, role });
    expect(membership.master === null).toBe(role !== 'master');
  });

  test("is found by the kernel's name when the operator calls the node otherwise", async () => {
    expect(membershipIn(await ganetiFacts(files, 'mine')).role).toBe('master');
  });
});

describe('a host without a cluster', () => {
  test.each(readdirSync(join(root, 'test', 'hosts')).filter((name) => !name.endsWith('.ts')))(
    '%s is never said to be in one',
    async (name) => {
      const { membership } = await factsOn(await recordedHost(name), name);
      const kind = membership.status === 'ok' ? membership.value : membership.error.kind;
      expect(kind).toBe(name.startsWith('seed') ? null : 'not_recorded');
    },
  );

  test('whose data folder is absent, or holds leftovers, is in none', async () => {
    const none = await madeHost({
      snapshot: { failures: { [DATA]: { kind: 'not_found', message: 'ENOENT' } } },
    });
    expect((await factsOn(none, 'n1')).membership).toEqual({ status: 'ok', value: null });
    const left = await madeHost({ snapshot: { lists: { [DATA]: ['known_hosts', 'queue'] } } });
    expect((await factsOn(left, 'n1')).membership).toEqual({ status: 'ok', value: null });
  });
});

describe('the release', () => {
  const absent = { failure: { kind: 'not_found', message: 'not found' } };
  const release = async (confd: object, command: object = absent) => {
    const commands = [
      { command: 'ganeti-confd', args: ['--version'], ...confd },
      { command: 'gnt-cluster', args: ['--version'], ...command },
    ];
    return (await factsOn(await madeHost({ commands }), 'n1')).release;
  };
  const says = (stdout: string) => ({ code: 0, stdout, stderr: '' });

  test.each([
    ['ganeti-confd (ganeti) version 3.0.2-3\ncompiled with ghc 9.0\n', '3.0.2'],
    ['ganeti-confd (ganeti) version v3.1.1\n', '3.1.1'],
    ['ganeti-confd (ganeti) version 3.1.0~rc2-2\n', '3.1.0~rc2'],
    ['gnt-cluster (ganeti 3.0.2-3) 3.0.2\n', '3.0.2'],
    ['gnt-cluster (ganeti v2.16.2) 2.16.2\n', '2.16.2'],
  ])('in %j is %s', async (stdout, value) => {
    expect(await release(says(stdout))).toEqual({ status: 'ok', value });
    expect(await release(absent, says(stdout))).toEqual({ status: 'ok', value });
  });

  test('is null when Ganeti is not installed', async () => {
    expect(await release(absent)).toEqual({ status: 'ok', value: null });
  });

  test('is not known when neither program ended well', async () => {
    const failed = { code: 1, stdout: '', stderr: 'no' };
    expect(await release(failed, absent)).toMatchObject({ error: { kind: 'exit_code' } });
  });

  test.each(['', 'ganeti-confd\n', 'Traceback (most recent call last):\n  3.0.2\n', 'x 3.0.2'])(
    'is not guessed from %j',
    async (stdout) => {
      expect(await release(says(stdout))).toMatchObject({
        status: 'failed',
        error: { kind: 'unparsable' },
      });
    },
  );
});

describe('secrets', () => {
  const asked = { policy: defaultPolicy(), probes, now, version: '1.2.3', privileged: true };

  test('do not stand in the facts', async () => {
    expect(JSON.stringify(files)).toMatch(PLANTED);
    expect(JSON.stringify(await ganetiFacts(files, 'n1.example.org'))).not.toMatch(PLANTED);
  });

  test.each(Object.entries(files).flatMap(([path, text]) => (PLANTED.test(text) ? [path] : [])))(
    'do not stand in the failure when %s is damaged',
    async (path) => {
      const damaged = { ...files, [path]: `${files[path]}"planted-damage\n{"planted-more` };
      const facts = await ganetiFacts(damaged, 'n1.example.org');
      expect(JSON.stringify(facts)).not.toMatch(PLANTED);
    },
  );

  test.each([false, true])('do not get into a snapshot (scrubbed: %s)', async (scrub) => {
    const host = await madeHost({ files, snapshot: { failures } });
    const folder = mkdtempSync(join(tmpdir(), 'muster-snapshot-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const request = { ...asked, host, folder, scrub, scrubNames: scrub };
    const report = await takeSnapshot(request);
    const written = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      .filter((path) => statSync(path).isFile());
    expect(written.length).toBeGreaterThan(5);
    for (const path of written)
      expect(`${path}: ${readFileSync(path, 'utf8')}`).not.toMatch(PLANTED);
    const replayed = await collectReport({ ...asked, host: await openRecordedHost(folder) });
    if (!scrub) expect(replayed.sections.ganeti).toEqual(report.sections.ganeti);
    expect(replayed.sections.ganeti).toMatchObject({
      facts: { membership: { value: { role: 'master', master: { config: { status: 'ok' } } } } },
    });
  });
});
