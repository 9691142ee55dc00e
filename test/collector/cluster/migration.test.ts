import { describe, expect, test } from 'vitest';
import { migrationText } from '../../../collector/cluster/cpu/migration-text.ts';
import { migrationAnswer } from '../../../collector/cluster/migration.ts';
import { policyWith, provenNode, shownNode, silentNode } from './cpu-nodes.ts';

const skylake = { like: 'Skylake-Server-v4' };
const broadwell = { cpu: [6, 79, 1] as [number, number, number], like: 'Broadwell-v4' };
const rome = { vendor: 'AuthenticAMD', like: 'EPYC-Rome-v2' };

function verdicts(answer: ReturnType<typeof migrationAnswer>, index = 0) {
  const matrix = answer.matrices[index];
  return answer.classes.map(({ id: from }) =>
    answer.classes.map(({ id: to }) => matrix?.cells[from]?.[to]?.verdict),
  );
}

function codes(answer: ReturnType<typeof migrationAnswer>, from: string, to: string) {
  return answer.matrices[0]?.cells[from]?.[to]?.reasons.map(({ code }) => code);
}

describe('the migration matrix', () => {
  test('has one class for nodes of equal evidence, and is open between equal nodes', () => {
    const nodes = ['c', 'a', 'b'].map((name) => provenNode(name, skylake));
    const answer = migrationAnswer({ nodes, policy: policyWith({}) });
    expect(answer.classes.map(({ nodes: names }) => names)).toEqual([['a', 'b', 'c']]);
    expect(verdicts(answer)).toEqual([['ok']]);
    expect(answer.tags).toMatchObject({ needed: false, commands: [] });
    expect(migrationText(answer)).toContain('every node can send a running guest to every other');
  });

  test('needs the configured type on both ends', () => {
    const nodes = [provenNode('a', skylake), provenNode('b', broadwell)];
    const policy = policyWith({ hvparams: { cpu_type: 'Skylake-Server-v4,enforce' } });
    const answer = migrationAnswer({ nodes, policy });
    expect(verdicts(answer)).toEqual([
      ['ok', 'not'],
      ['not', 'not'],
    ]);
    expect(answer.matrices.map(({ of }) => of)).toEqual(['configured', 'recommended']);
    expect(verdicts(answer, 1)).toEqual([
      ['ok', 'ok'],
      ['ok', 'ok'],
    ]);
    expect(codes(answer, '1', '2')).toEqual(['features']);
  });

  test('goes from an older QEMU to a newer one only, and htools is told so', () => {
    const nodes = [
      provenNode('old', { ...broadwell, qemu: '7.2' }),
      provenNode('new', { ...broadwell, qemu: '10.0' }),
    ];
    const machine_version = 'pc-i440fx-7.2';
    const answer = migrationAnswer({
      nodes,
      policy: policyWith({ hvparams: { machine_version } }),
    });
    expect(answer.classes.map(({ nodes: names }) => names)).toEqual([['new'], ['old']]);
    expect(verdicts(answer)).toEqual([
      ['ok', 'not'],
      ['ok', 'ok'],
    ]);
    expect(codes(answer, '1', '2')).toEqual(['qemu-older']);
    expect(answer.tags.commands).toEqual([
      'gnt-cluster add-tags htools:migration:cpu',
      'gnt-node add-tags new cpu:class-1',
      'gnt-node add-tags old cpu:class-2',
      'gnt-cluster add-tags htools:allowmigration:cpu:class-2::cpu:class-1',
    ]);
  });

  test('without machine_version fails where the default of the source is not known', () => {
    const nodes = [
      provenNode('a', { ...broadwell, qemu: '7.2' }),
      provenNode('b', { ...broadwell, qemu: '10.0' }),
    ];
    const answer = migrationAnswer({ nodes, policy: policyWith({}) });
    expect(codes(answer, '2', '1')).toEqual(['machine', 'qemu-older']);
    expect(codes(answer, '1', '2')).toEqual([]);
  });

  test('never crosses vendors', () => {
    const nodes = [provenNode('a', skylake), provenNode('b', rome)];
    const policy = policyWith({ hvparams: { cpu_type: 'kvm64' } });
    const answer = migrationAnswer({ nodes, policy });
    expect(codes(answer, '1', '2')).toEqual(['vendor']);
    expect(verdicts(answer)).toEqual([
      ['ok', 'not'],
      ['not', 'ok'],
    ]);
  });

  test('of host is open between equal nodes only', () => {
    const policy = policyWith({ hvparams: { cpu_type: 'host' } });
    const nodes = [provenNode('a', skylake), provenNode('b', broadwell), provenNode('c', skylake)];
    const answer = migrationAnswer({ nodes, policy });
    expect(verdicts(answer)).toEqual([
      ['ok', 'not'],
      ['not', 'ok'],
    ]);
    expect(codes(answer, '1', '2')).toEqual(['host']);
  });

  test('is not known for a node that told nothing, and for features that are not known', () => {
    const policy = policyWith({ hvparams: { cpu_type: 'Westmere-v1' } });
    const nodes = [provenNode('a', skylake), silentNode('b')];
    expect(verdicts(migrationAnswer({ nodes, policy }))).toEqual([
      ['ok', 'unknown'],
      ['unknown', 'unknown'],
    ]);
    const shown = shownNode('a', ['lm']);
    const answer = migrationAnswer({
      nodes: [shown],
      policy: policyWith({ hvparams: { cpu_type: 'qemu64,+fsrs' } }),
    });
    expect(codes(answer, '1', '1')).toEqual(['features']);
  });

  test('tells an unknown model from missing features', () => {
    const policy = policyWith({ hvparams: { cpu_type: 'CascadeLake' } });
    const answer = migrationAnswer({ nodes: [provenNode('a', skylake)], policy });
    expect(codes(answer, '1', '1')).toEqual(['model']);
  });
});
