import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { collectReport } from '../agent/collect.ts';
import { openRecordedHost } from '../agent/host/recorded.ts';
import { probes } from '../agent/probes/index.ts';
import { type Finding, judgeReport } from '../shared/check.ts';
import { checks } from '../shared/checks/index.ts';
import { defaultPolicy } from '../shared/policy.ts';
import { captures, describeWith, reference } from './requirements.ts';
import { answerOf } from './trap-cluster.ts';

/** Each warning of a healthy host, with why it is right to warn. */
const defended: Record<string, Record<string, string>> = {
  "the guide's cluster, corrected": {
    'cpu.evidence-agrees':
      'The cpuinfo and the answers of QEMU are of one real guest, whose KVM offers less than the ' +
      'CPU shows: an operator must know that before naming a CPU type.',
  },
  'hwloc-2pa-pcidomain32bits': {
    'virtualisation.bare-metal': 'It is a virtual machine, as its CPU flag says.',
    'memory.minimum': 'It has less than 2 GiB, too little for a node with a guest.',
  },
  'hwloc-fakecpuid1f-64intel64-2p4d2n2c2t': {
    'virtualisation.bare-metal': 'It was made in QEMU, as its name says.',
    'cpu.vulnerabilities': 'Its kernel calls itself vulnerable to spec_store_bypass.',
  },
  'ul-arm-A510-A710-A715-X3': {
    'cpu.vulnerabilities': 'Its kernel lets users load eBPF, and calls itself vulnerable for it.',
  },
};

/** What must not be there at all, and what has to be defended above. */
function alarms(findings: readonly Finding[]) {
  const of = (verdict: string) => findings.filter((one) => one.verdict === verdict);
  return {
    fails: of('fail').map(({ check, node, message }) => `${check} ${node}: ${message}`),
    warns: [...new Set(of('warn').map(({ check }) => check))].sort(),
  };
}

/** What could not be told; of a host recorded whole there is none. */
function unknowns(findings: readonly Finding[]): string[] {
  const own = findings.filter(({ verdict }) => verdict === 'unknown');
  return own.map(({ check, node, message }) => `${check} ${node}: ${message}`);
}

function expected(name: string) {
  return { fails: [], warns: Object.keys(defended[name] ?? {}).sort() };
}

test.each(['install', 'health', 'upgrade'])(
  "the guide's cluster, corrected, opens the gate %s",
  async (gate) => {
    const answer = await answerOf(gate, {});
    expect(alarms(answer.findings)).toEqual(expected("the guide's cluster, corrected"));
    expect(unknowns(answer.findings)).toEqual([]);
    expect(answer.state).toBe('open');
  },
);

describeWith([captures], 'real machines', () => {
  const machines = captures.met
    ? readdirSync(reference('captures', 'sysroots')).filter((name) =>
        /^(cpuid|hwloc|libvirt|ul)-/.test(name),
      )
    : [];

  test('are many', () => expect(machines).toHaveLength(65));

  test.each(machines)(
    '%s has nothing that fails, and no warning that is not defended',
    async (name) => {
      const folder = reference('captures', 'sysroots', name);
      expect(alarms(await findingsOf(folder))).toEqual(expected(name));
    },
  );

  test('a real bridge over a real link has none either', async () => {
    const state = ['captures', 'this-machine', 'bridge-netns', '03-br0-over-eth0', 'sysroot'];
    expect(alarms(await findingsOf(reference(...state)))).toEqual(expected('bridge'));
  });
});

test('what is defended is told of a host that is judged here', () => {
  const names = captures.met ? readdirSync(reference('captures', 'sysroots')) : [];
  const known = ["the guide's cluster, corrected", ...names];
  const strange = Object.keys(defended).filter((name) => !known.includes(name));
  expect(captures.met ? strange : []).toEqual([]);
  for (const reason of Object.values(defended).flatMap((one) => Object.values(one))) {
    expect(reason).toMatch(/^[A-Z].{20,200}\.$/);
  }
});

async function findingsOf(folder: string): Promise<Finding[]> {
  const policy = defaultPolicy();
  const how = { policy, probes, now: new Date(0), version: '0', privileged: true };
  const report = await collectReport({ host: await openRecordedHost(folder), ...how });
  return judgeReport(report, checks, policy);
}
