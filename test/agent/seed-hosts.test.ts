import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { collectReport } from '../../agent/collect.ts';
import { openRecordedHost } from '../../agent/host/recorded.ts';
import { probes } from '../../agent/probes/index.ts';
import { policySchema } from '../../shared/policy.ts';
import { type SeedNode, seedFolder, seedNodes, writeSeedNode } from '../hosts/make-seed.ts';

const policy = policySchema.parse({
  cluster: { name: 'ganeti-cluster01.example.org', address: '192.0.2.4' },
  nodes: seedNodes.map(({ name, address }) => ({ name: `${name}.example.org`, address })),
});

describe("the guide's cluster, recorded", () => {
  test.each(seedNodes)('$name: every probe answers, and no reading fails', async (node) => {
    const report = await reportOf(node);
    expect(report.node).toBe(`${node.name}.example.org`);
    expect(failures(report.sections)).toEqual([]);
  });

  test('the nodes are alike but for what marks each', async () => {
    const [one, two] = await Promise.all(seedNodes.map(reportOf));
    const same = [
      'cpu',
      'kvm',
      'qemu',
      'memory',
      'os',
      'filesystems',
      'lvm',
      'drbd',
      'time',
    ] as const;
    for (const section of same) expect(one?.sections[section]).toEqual(two?.sections[section]);
    expect(one?.sections.identity).not.toEqual(two?.sections.identity);
  });

  test.each(seedNodes.slice(1))('$name is what make-seed.ts makes of the first', (node) => {
    const target = mkdtempSync(join(tmpdir(), 'muster-seed-'));
    onTestFinished(() => rmSync(target, { recursive: true }));
    writeSeedNode(node, target);
    expect(contents(seedFolder(node))).toEqual(contents(target));
  });
});

async function reportOf(node: SeedNode) {
  const host = await openRecordedHost(seedFolder(node));
  const how = { probes, policy, now: new Date(0), version: '0.0.0', privileged: true };
  return await collectReport({ host, ...how });
}

/** Where anything failed, however deep. */
function failures(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('status' in value && value.status === 'failed') return [`${path}: ${JSON.stringify(value)}`];
  return Object.entries(value).flatMap(([key, part]) => failures(part, `${path}.${key}`));
}

function contents(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  const files = paths.filter((path) => statSync(join(folder, path)).isFile());
  return Object.fromEntries(files.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}
