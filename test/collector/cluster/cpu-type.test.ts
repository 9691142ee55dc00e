import { describe, expect, test } from 'vitest';
import { cpuTypeJson } from '../../../collector/cluster/cpu/cpu-type-json.ts';
import { cpuTypeText, effectsText } from '../../../collector/cluster/cpu/cpu-type-text.ts';
import { whatIf } from '../../../collector/cluster/cpu/what-if.ts';
import { cpuTypeAnswer } from '../../../collector/cluster/cpu-type.ts';
import { defaultPolicy } from '../../../shared/policy.ts';
import { policyWith, provenNode, shownNode, silentNode } from './cpu-nodes.ts';

const policy = defaultPolicy();
const skylake = { like: 'Skylake-Server-v2', more: ['stibp', 'ssbd'] };
const broadwell = { cpu: [6, 79, 1] as [number, number, number], like: 'Broadwell-v4' };
const rome = { vendor: 'AuthenticAMD', cpu: [23, 49, 0] as [number, number, number] };

const plainText = { explain: false, lastResort: false };

describe('the cpu_type answer', () => {
  test('for equal nodes is their model, with what all of them offer beyond it', () => {
    const nodes = [provenNode('b', skylake), provenNode('a', skylake)];
    const { groups } = cpuTypeAnswer({ nodes, policy });
    expect(groups).toHaveLength(1);
    expect(groups[0]).toMatchObject({
      ...{ group: 'default', vendor: 'GenuineIntel', nodes: ['a', 'b'], state: 'answered' },
      plain: { cpuType: 'Skylake-Server-v4', alias: null },
      recommended: {
        cpuType: 'Skylake-Server-v4,+stibp,+ssbd,enforce',
        ...{ base: 'Skylake-Server-v4', add: ['stibp', 'ssbd'], remove: [] },
        ...{ level: 4, evidence: 'proven' },
        commands: {
          shell: [
            'gnt-cluster modify -H kvm:' +
              String.raw`cpu_type='Skylake-Server-v4\,+stibp\,+ssbd\,enforce'`,
          ],
          rapi: [
            {
              method: 'PUT',
              path: '/2/modify',
              body: { hvparams: { kvm: { cpu_type: 'Skylake-Server-v4,+stibp,+ssbd,enforce' } } },
            },
          ],
        },
      },
      host: { allowed: true, unequal: [] },
      missingMitigations: [{ feature: 'md-clear', nodes: ['a', 'b'] }],
    });
  });

  test('tells of every maximal model above the answer, also of those far out of reach', () => {
    const [group] = cpuTypeAnswer({ nodes: [provenNode('old', broadwell)], policy }).groups;
    const top = group?.blockers.filter(({ step }) => step === 'top').map(({ model }) => model);
    expect(top).toContain('GraniteRapids-v7');
    expect(group?.blockers.every(({ stops }) => stops.length > 0)).toBe(true);
    const answer = cpuTypeAnswer({ nodes: [provenNode('old', broadwell)], policy });
    expect(cpuTypeText(answer, plainText)).not.toContain('GraniteRapids-v7');
    expect(cpuTypeText(answer, { ...plainText, explain: true })).toContain(
      'GraniteRapids-v7 (the best of all, far from these CPUs)',
    );
  });

  test('names the node and features that stop a better model, and what would supply them', () => {
    const nodes = [provenNode('new', skylake), provenNode('old', broadwell)];
    const [group] = cpuTypeAnswer({ nodes, policy }).groups;
    expect(group?.recommended?.base).toBe('Broadwell-v4');
    expect(group?.host).toMatchObject({ allowed: false });
    const blocker = group?.blockers.find(({ step }) => step === 'maximal');
    expect(blocker?.model).toBe('Skylake-Server-v4');
    expect(blocker?.stops.map((stop) => stop.nodes)).toEqual([['old']]);
    expect(blocker?.stops[0]?.missing).toContainEqual({ feature: 'avx512f', remedy: 'hardware' });
    expect(blocker?.stops[0]?.missing).not.toContainEqual(
      expect.objectContaining({ feature: 'spec-ctrl' }),
    );
  });

  test('tells firmware, microcode and a QEMU that is too old apart', () => {
    const ivy: [number, number, number] = [6, 62, 4];
    const nodes = [provenNode('a', { cpu: ivy, like: 'IvyBridge-v2', less: ['aes', 'spec-ctrl'] })];
    const [group] = cpuTypeAnswer({ nodes, policy }).groups;
    const remedies = group?.blockers.flatMap(({ stops }) =>
      stops.flatMap(({ missing }) => missing.map((one) => [one.feature, one.remedy])),
    );
    expect(remedies).toContainEqual(['aes', 'firmware']);
    expect(remedies).toContainEqual(['spec-ctrl', 'microcode']);
    const milan: [number, number, number] = [25, 1, 1];
    const amd = { vendor: 'AuthenticAMD', cpu: milan, like: 'EPYC-Milan-v1', qemu: '5.2' };
    const [other] = cpuTypeAnswer({ nodes: [provenNode('a', amd)], policy }).groups;
    const stop = other?.blockers.find(({ model }) => model.startsWith('EPYC-Milan'))?.stops[0];
    expect(stop).toMatchObject({ nodes: ['a'], missing: [], qemuFrom: '7.2' });
  });

  test('is not given while a node is unknown, and the node is named', () => {
    const nodes = [provenNode('a', skylake), silentNode('b')];
    const answer = cpuTypeAnswer({ nodes, policy });
    expect(answer.groups[0]).toMatchObject({
      ...{ state: 'undecided', recommended: null, plain: null },
      undecided: [{ nodes: ['b'], reason: 'no report' }],
    });
    expect(cpuTypeText(answer, plainText)).toBe(
      'Undecided: no cpu_type is recommended while these nodes are not known.\n  b: no report\n',
    );
  });

  test('for several vendors is one for each, and a labelled last resort', () => {
    const nodes = [provenNode('a', skylake), provenNode('b', { ...rome, like: 'EPYC-Rome-v2' })];
    const answer = cpuTypeAnswer({ nodes, policy });
    expect(answer.groups.map(({ vendor, recommended }) => [vendor, recommended?.base])).toEqual([
      ['AuthenticAMD', 'EPYC-Rome-v2'],
      ['GenuineIntel', 'Skylake-Server-v4'],
    ]);
    expect(answer.groups[0]?.recommended?.commands.shell).toEqual([
      "gnt-instance modify -H cpu_type='EPYC-Rome-v2\\,enforce' INSTANCE",
      'gnt-cluster add-tags htools:migration:cpu',
      'gnt-node add-tags b cpu:default-AuthenticAMD',
    ]);
    expect(answer.lastResort?.plain?.cpuType).toBe('kvm64-v1');
    expect(answer.lastResort?.warnings[0]).toContain('not supported by anyone');
    expect(cpuTypeText(answer, plainText)).not.toContain('kvm64');
    expect(cpuTypeText(answer, { ...plainText, lastResort: true })).toContain('kvm64-v1,');
  });

  test('is given for each node group of the policy', () => {
    const grouped = policyWith({ groups: { a: 'new', b: 'old' } });
    const nodes = [provenNode('a', skylake), provenNode('b', broadwell)];
    const { groups } = cpuTypeAnswer({ nodes, policy: grouped });
    expect(groups.map(({ group, recommended }) => [group, recommended?.base])).toEqual([
      ['new', 'Skylake-Server-v4'],
      ['old', 'Broadwell-v4'],
    ]);
    expect(groups[0]?.recommended?.commands.shell[0]).toBe(
      `gnt-instance list --no-headers -o name -F 'pnode.group == "new"'`,
    );
  });

  test('of a node without QEMU is computed against the planned one', () => {
    const flags = ['lm', 'constant_tsc', 'nonsense', ...westmereFlags];
    const answer = cpuTypeAnswer({ nodes: [shownNode('a', flags)], policy });
    expect(answer.nodes[0]).toMatchObject({ evidence: 'computed', qemu: '7.2', planned: true });
    expect(answer.groups[0]?.recommended).toMatchObject({
      base: 'Westmere-v1',
      evidence: 'computed',
    });
  });

  test('as JSON has the matrix by node and model', () => {
    const json = cpuTypeJson(cpuTypeAnswer({ nodes: [provenNode('a', broadwell)], policy }));
    const text = JSON.parse(JSON.stringify(json));
    expect(Object.keys(text)).toEqual(['schema', 'nodes', 'groups', 'lastResort', 'matrix']);
    expect(text.matrix.a['Skylake-Client-v1']).toEqual({
      ...{ verdict: 'not', evidence: 'proven', unknown: [] },
      missing: ['hle', 'rtm', 'xgetbv1', 'xsavec'],
    });
    expect(text.matrix.a['Broadwell-v4'].verdict).toBe('runnable');
    expect(text.matrix.a.host).toBe(undefined);
    expect(text.groups[0].plain.cpuType).toBe('Broadwell-v4');
  });

  test('in words begins with the recommendation, and holds no control characters', () => {
    const evil = provenNode('a\u001b[31m\nx', broadwell);
    const text = cpuTypeText(cpuTypeAnswer({ nodes: [evil], policy }), plainText);
    expect(text.split('\n')[0]).toBe('Recommended cpu_type: Broadwell-v4,enforce');
    expect(text).toContain('How to apply it:');
    expect(text).not.toContain('\u001b');
  });
});

describe('what if', () => {
  const nodes = [provenNode('new', skylake), provenNode('old', broadwell)];

  test('a node that holds the others back is retired: guests get more', () => {
    const { effects } = whatIf({ nodes, policy }, { without: ['old'], joining: [] });
    expect(effects).toEqual([
      {
        ...{ group: 'default', vendor: 'GenuineIntel', effect: 'better' },
        before: 'Broadwell-v4,enforce',
        after: 'Skylake-Server-v4,+stibp,+ssbd,enforce',
      },
    ]);
    expect(effectsText(effects)).toContain('guests get more');
  });

  test('an older node joins: guests get less', () => {
    const input = { nodes: [provenNode('new', skylake)], policy };
    const joining = [provenNode('old', broadwell)];
    expect(whatIf(input, { without: [], joining }).effects[0]?.effect).toBe('worse');
  });

  test('a node joins of which nothing is known: it cannot be told', () => {
    const { effects, after } = whatIf(
      { nodes, policy },
      { without: [], joining: [silentNode('x')] },
    );
    expect(effects[0]?.effect).toBe('undecided');
    expect(after.groups[0]?.recommended).toBe(null);
  });
});

const westmereFlags = (
  'fpu de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat pse36 clflush mmx fxsr sse sse2 ' +
  'syscall nx pni ssse3 cx16 sse4_1 sse4_2 popcnt lahf_lm aes pclmulqdq vme'
).split(' ');
