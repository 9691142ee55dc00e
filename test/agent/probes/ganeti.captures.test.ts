import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { collectReport } from '../../../agent/collect.ts';
import { openRecordedHost } from '../../../agent/host/recorded.ts';
import { ganetiProbe } from '../../../agent/probes/ganeti.ts';
import { takeSnapshot } from '../../../agent/snapshot.ts';
import { type GanetiFacts, ganetiSchema } from '../../../shared/facts/ganeti.ts';
import { defaultPolicy } from '../../../shared/policy.ts';
import { now } from '../../helpers.ts';
import { captures, describeWith, reference } from '../../requirements.ts';
import { filesOf, ganetiFacts, goodValue, masterIn, membershipIn } from '../ganeti-host.ts';
import { madeHost } from '../recorded-hosts.ts';

describeWith([captures], 'real clusters', () => {
  const faults = readdirSync(reference('captures', 'real-ganeti-3.0.2', 'faults'));
  const folders = [
    'real-ganeti-3.0.2/baseline',
    'real-ganeti-3.1/baseline',
    ...faults.map((fault) => `real-ganeti-3.0.2/faults/${fault}`),
  ];

  test('are two, and the first with twelve faults', () => expect(folders).toHaveLength(14));

  test.each(folders)(
    '%s: three nodes, two instances, read as the schema has it',
    async (folder) => {
      const facts = await ganetiFacts(filesOf(folder, 'ganeti01'));
      expect(ganetiSchema.parse(facts)).toEqual(facts);
      const { ssconf, role } = membershipIn(facts);
      const config = goodValue(masterIn(facts).config);
      expect(role).toBe('master');
      expect(ssconf.clusterName).toBe('ganeti-cluster01.example.org');
      expect(ssconf.nodes.map(({ name }) => name)).toEqual([
        'ganeti01.example.org',
        'ganeti02.example.org',
        'ganeti03.example.org',
      ]);
      expect(ssconf.hvparamsKvm).toEqual(config.cluster.hvparams.kvm);
      expect([...ssconf.instances].sort()).toEqual(config.instances.map(({ name }) => name).sort());
      expect(config.nodes.map(({ secondaryAddress }) => secondaryAddress).sort()).toEqual(
        ssconf.nodes.map(({ secondaryAddress }) => secondaryAddress).sort(),
      );
    },
  );

  test('a node that is marked offline is no candidate, and both sources say so', async () => {
    const facts = await ganetiFacts(filesOf('real-ganeti-3.0.2/faults/node-offline', 'ganeti01'));
    const { ssconf } = membershipIn(facts);
    const config = goodValue(masterIn(facts).config);
    const third = 'ganeti03.example.org';
    expect(ssconf.nodes.find(({ name }) => name === third)?.online).toBe(false);
    expect(ssconf.masterCandidates).not.toContain(third);
    expect(config.nodes.find(({ name }) => name === third)).toMatchObject({
      offline: true,
      masterCandidate: false,
    });
  });

  test('a cpu_type that no QEMU knows is told as it stands', async () => {
    const files = filesOf('real-ganeti-3.0.2/faults/cpu-type-unknown', 'ganeti01');
    const { ssconf } = membershipIn(await ganetiFacts(files));
    expect(ssconf.hvparamsKvm?.cpu_type).not.toBe('');
  });

  test('the daemons of the first node, and how they were started', async () => {
    const facts = await ganetiFacts(filesOf('real-ganeti-3.0.2/baseline', 'ganeti01'));
    const { daemons, daemonArguments } = membershipIn(facts);
    expect(running(goodValue(daemons))).toEqual(
      'noded confd mond metad luxid wconfd rapi'.split(' ').map((name) => `ganeti-${name}`),
    );
    const rapi = ['-b', '0.0.0.0', '--require-authentication'];
    expect(goodValue(daemons).at(-1)?.arguments).toEqual(rapi);
    expect(goodValue(daemonArguments).RAPI_ARGS).toEqual(rapi);
  });

  test('another node is a candidate, which is not asked for the configuration', async () => {
    const files = filesOf('real-ganeti-3.1/baseline', 'ganeti02');
    const membership = membershipIn(await ganetiFacts(files, 'ganeti02.example.org'));
    expect(membership).toMatchObject({ role: 'candidate', master: null });
  });

  test.each(['real-ganeti-3.0.2/faults/noded-down', 'real-ganeti-3.1/baseline'])(
    'a scrubbed snapshot of %s holds together and tells no name or address',
    async (folder) => {
      const files = filesOf(folder, 'ganeti01');
      const scrubbed = await scrubbedFacts(files);
      const membership = membershipIn(scrubbed);
      const { instances, nodes } = goodValue(masterIn(scrubbed).config);
      expect(membership.role).toBe('master');
      expect(nodes.map(({ name }) => name).sort()).toEqual(
        membership.ssconf.nodes.map(({ name }) => name).sort(),
      );
      expect(nodes.map(({ name }) => name)).toContain(instances[0]?.primaryNode);
      const told = JSON.stringify(scrubbed);
      for (const private_ of ['example.org', 'ganeti0', 'vm1', 'aa:00:00', '1aa1ff2a']) {
        expect(told).not.toContain(private_);
      }
      const shape = (facts: GanetiFacts) => JSON.stringify(facts).length;
      expect(shape(scrubbed)).toBeGreaterThan(shape(await ganetiFacts(files)) / 2);
    },
  );
});

function running(daemons: { name: string; running: boolean }[]): string[] {
  return daemons.flatMap((one) => (one.running ? [one.name] : []));
}

async function scrubbedFacts(files: Record<string, string>): Promise<GanetiFacts> {
  const folder = mkdtempSync(join(tmpdir(), 'muster-snapshot-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const archive = { '/var/lib/ganeti/queue/archive': { kind: 'not_found', message: 'ENOENT' } };
  const host = await madeHost({ files, snapshot: { failures: archive } });
  const probes = [ganetiProbe];
  const asked = { policy: defaultPolicy(), probes, now, version: '1', privileged: true };
  await takeSnapshot({ ...asked, host, folder, scrub: true, scrubNames: true });
  const report = await collectReport({ ...asked, host: await openRecordedHost(folder) });
  const outcome = report.sections.ganeti;
  if (outcome?.status !== 'ok') throw new Error('the section failed');
  return outcome.facts;
}
