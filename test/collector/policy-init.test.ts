import { describe, expect, test } from 'vitest';
import { initPolicy } from '../../collector/policy-init.ts';
import { parsePolicy } from '../../shared/policy-file.ts';
import { sampleReport } from '../sample-report.ts';

describe('policy init', () => {
  test('writes a policy that is valid and holds what the reports agree on', () => {
    const text = initPolicy([sampleReport()], 'ganeti-cluster01.example.org');
    const result = parsePolicy(text, 'cluster.yaml');
    expect(result).toMatchObject({
      ok: true,
      policy: {
        cluster: { name: 'ganeti-cluster01.example.org' },
        nodes: [{ name: sampleReport().node, group: 'default' }],
        storage: { volumeGroup: 'gnt' },
        network: { masterNetdev: 'br0' },
      },
    });
  });

  test('proposes the address beside the default route', () => {
    const network = sampleReport().sections.network;
    if (network?.status !== 'ok' || network.facts.addresses.status !== 'ok') throw new Error();
    const own = network.facts.addresses.value.find(
      (one) => one.interface === 'br0' && one.family === 'inet',
    );
    expect(initPolicy([sampleReport()], undefined)).toContain(`address: ${own?.address}`);
  });

  test('makes nothing up for a failed section', () => {
    const report = sampleReport();
    const error = { kind: 'denied' as const, message: 'denied', source: null };
    report.sections = {
      network: { status: 'failed', error },
      lvm: { status: 'failed', error },
    };
    const text = initPolicy([report], undefined);
    expect(text).toContain('# address: no single IPv4 address was found beside the default route');
    expect(text).toContain('# no single volume group on all nodes was reported');
  });

  test('without reports leaves the nodes to the reader', () => {
    const result = parsePolicy(initPolicy([], undefined), 'cluster.yaml');
    expect(result.ok && result.policy.nodes).toEqual([]);
  });

  test('quotes a hostile node name instead of trusting it', () => {
    const report = { ...sampleReport(), node: 'a: [b\n- evil' };
    const result = parsePolicy(initPolicy([report], undefined), 'cluster.yaml');
    expect(result.ok && result.policy.nodes.map((node) => node.name)).toEqual([report.node]);
  });
});
