import { describe, expect, test } from 'vitest';
import type { NodeEvidence } from '../../../collector/cluster/cpu/evidence.ts';
import type { CpuFacts } from '../../../shared/facts/cpu.ts';
import { sampleHardware } from '../../sample-hardware.ts';
import { noQemu } from '../../shared/cpu/hosts.ts';
import { judged } from './cpu-judging.ts';
import { provenNode, shownNode } from './cpu-nodes.ts';

const skylake = { like: 'Skylake-Server-v4', more: ['stibp', 'ssbd', 'md-clear'] };
const broadwell = { cpu: [6, 79, 1] as [number, number, number], like: 'Broadwell-v4' };
const rome = { vendor: 'AuthenticAMD', like: 'EPYC-Rome-v2', more: ['virt-ssbd'] };
const equal = [provenNode('a', skylake), provenNode('b', skylake)];
const unequal = [provenNode('a', skylake), provenNode('b', broadwell)];
const vendors = [provenNode('a', skylake), provenNode('b', rome)];

/** The second of two equal nodes with its CPU changed. */
function secondWith(change: (cpu: CpuFacts) => void): NodeEvidence[] {
  const second = structuredClone(provenNode('b', skylake));
  if (second.host.cpu) change(second.host.cpu);
  return [provenNode('a', skylake), second];
}

function microcode(revision: string | null): NodeEvidence[] {
  return secondWith((cpu) => {
    for (const kind of cpu.kinds) kind.microcode = revision;
  });
}

function vulnerabilities(lines: Record<string, string>): NodeEvidence[] {
  return [provenNode('a', skylake), provenNode('b', skylake)].map((node, index) => {
    const copy = structuredClone(node);
    const value = index === 0 ? { mds: 'Not affected' } : lines;
    if (copy.host.cpu) copy.host.cpu.vulnerabilities = { status: 'ok', value };
    return copy;
  });
}

const sky = 'a CPU of this test (family 6 model 85 stepping 4)';

describe('the checks of CPUs across nodes', () => {
  test.each<[string, NodeEvidence[], string[]]>([
    ['cpu.same-vendor', equal, ['pass CPU vendor GenuineIntel on 2 nodes']],
    [
      'cpu.same-vendor',
      vendors,
      ['fail CPU vendor AuthenticAMD on b; GenuineIntel on a; expected the same on all nodes'],
    ],
    ['cpu.same-kind', equal, [`pass CPU ${sky} on 2 nodes`]],
    [
      'cpu.same-kind',
      unequal,
      [
        'warn CPU a CPU of this test (family 6 model 79 stepping 1) on b; ' +
          `${sky} on a; expected the same on all nodes`,
      ],
    ],
    ['cpu.microcode-equal', equal, ['pass CPUs of one stepping run one microcode']],
    ['cpu.microcode-equal', unequal, ['pass CPUs of one stepping run one microcode']],
    [
      'cpu.microcode-equal',
      microcode('0x2'),
      [`warn microcode of ${sky}: 0x1 on a; 0x2 on b; expected the same on all nodes`],
    ],
    ['cpu.microcode-equal', microcode(null), ['unknown microcode not known of b (none shown)']],
    [
      'cpu.vulnerabilities-equal',
      vulnerabilities({ mds: 'Not affected' }),
      ['pass the vulnerabilities files are the same on all nodes (2)'],
    ],
    [
      'cpu.vulnerabilities-equal',
      vulnerabilities({ mds: 'Vulnerable', its: 'Not affected' }),
      [
        'warn its: not there on a; Not affected on b; expected the same on all nodes',
        'warn mds: Not affected on a; Vulnerable on b; expected the same on all nodes',
      ],
    ],
    [
      'cpu.flag-differences',
      equal,
      ['pass TSX, MPX, AVX-512, AMX, PKU and CET are the same on all nodes'],
    ],
    [
      'cpu.flag-differences',
      secondWith((cpu) => {
        cpu.flags.push('rtm', 'pku');
      }),
      ['warn TSX differs: rtm on b, not on a', 'warn PKU differs: pku on b, not on a'],
    ],
    [
      'cpu.common-type',
      equal,
      ['pass Skylake-Server-v4,+stibp,+ssbd,+md-clear,enforce runs on 2 nodes, proven'],
    ],
    ['cpu.common-type', unequal, ['pass Broadwell-v4,enforce runs on 2 nodes, proven']],
    [
      'cpu.common-type',
      vendors,
      [
        'pass EPYC-Rome-v2,+virt-ssbd,enforce runs on 1 node, proven',
        'pass Skylake-Server-v4,+stibp,+ssbd,+md-clear,enforce runs on 1 node, proven',
      ],
    ],
    [
      'cpu.common-type',
      [shownNode('a', ['fpu'])],
      ['fail no CPU model that QEMU knows runs on all of a'],
    ],
    [
      'cpu.common-type',
      [provenNode('a', { like: 'pentium3-v1' })],
      ['warn pentium3-v1,enforce runs on 1 node, proven; expected a model of this century'],
    ],
    [
      'cpu.mitigations',
      equal,
      ['pass Skylake-Server-v4,+stibp,+ssbd,+md-clear,enforce carries all of them'],
    ],
    [
      'cpu.mitigations',
      unequal,
      [
        'warn guests go without stibp, ssbd and md-clear, not offered by b; ' +
          'expected every mitigation in the common cpu_type',
      ],
    ],
    ['qemu.version-equal', equal, ['pass QEMU 7.2.22 on 2 nodes']],
    [
      'qemu.version-equal',
      [provenNode('a', skylake), provenNode('b', { ...skylake, qemu: '10.0' })],
      ['warn QEMU 10.0.13 on b; 7.2.22 on a; expected the same on all nodes'],
    ],
    ['qemu.version-equal', [shownNode('a', ['lm'])], ['pass QEMU is installed on no node yet']],
    ['qemu.machine-common', equal, ['pass the newest common is pc-i440fx-7.2']],
    [
      'qemu.machine-common',
      [provenNode('a', skylake), provenNode('b', { ...skylake, qemu: '10.0' })],
      [
        'warn no machine_version is configured and defaults differ: ' +
          'pc-i440fx-7.2 on a; pc-i440fx-10.0 on b',
      ],
    ],
    [
      'qemu.machine-common',
      [provenNode('a', { ...skylake, machines: [] })],
      ['fail no versioned pc-i440fx machine type is known to the QEMU of every node'],
    ],
  ])('%s', (...[id, nodes, expected]) => {
    expect(judged(id, nodes)).toEqual(expected);
  });

  test('cpu.evidence-agrees names what KVM withholds, and the likely cause', () => {
    const [agreeing] = secondWith((cpu) => {
      cpu.flags.length = 0;
    });
    expect(agreeing && judged('cpu.evidence-agrees', [withFlags(agreeing, [])])).toEqual([
      expect.stringContaining('KVM offers'),
    ]);
    const restricted = withFlags(provenNode('a', { like: 'pentium3-v1' }), ['pni', 'hypervisor']);
    expect(judged('cpu.evidence-agrees', [restricted])[0]).toMatch(
      /KVM does not offer .*pni.* though shown.*likely cause: nested KVM/,
    );
    expect(judged('cpu.evidence-agrees', [shownNode('a', ['lm'])])).toEqual([
      'skip QEMU could be asked with KVM on no node',
    ]);
  });

  test('virtualisation.parameters-equal names the parameter that differs', () => {
    const with_ = (node: string, nested: string): NodeEvidence => {
      const one = provenNode(node, skylake);
      const { kvm } = sampleHardware;
      if (kvm?.status !== 'ok') throw new Error('no kvm in the sample');
      const parameters = { kvm_intel: { ept: 'Y', nested } };
      return { ...one, host: { ...one.host, kvm: { ...kvm.facts, parameters } } };
    };
    const id = 'virtualisation.parameters-equal';
    expect(judged(id, [with_('a', 'Y'), with_('b', 'Y')])).toEqual([
      'pass the KVM parameters are the same on all nodes (2)',
    ]);
    expect(judged(id, [with_('a', 'Y'), with_('b', 'N')])).toEqual([
      'warn KVM parameter kvm_intel.nested: Y on a; N on b; expected the same on all nodes',
    ]);
  });
});

function withFlags(node: NodeEvidence, flags: string[]): NodeEvidence {
  const copy = structuredClone(node);
  if (copy.host.cpu) copy.host.cpu.flags = ['lm', ...flags];
  if (copy.host.qemu) copy.host.qemu = { ...noQemu(), ...copy.host.qemu };
  return copy;
}
