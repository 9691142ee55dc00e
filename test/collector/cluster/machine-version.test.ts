import { describe, expect, test } from 'vitest';
import { machineVersionText } from '../../../collector/cluster/cpu/machine-version-text.ts';
import { machineVersionAnswer } from '../../../collector/cluster/machine-version.ts';
import type { MachineType } from '../../../shared/facts/qemu.ts';
import { provenNode, shownNode, silentNode } from './cpu-nodes.ts';

const like = 'Broadwell-v4';

function machine(name: string, more: Partial<MachineType> = {}): MachineType {
  return { name, aliasOf: null, isDefault: false, deprecated: false, ...more };
}

describe('the machine type', () => {
  test('is the newest that every QEMU has, q35 apart', () => {
    const nodes = [provenNode('a', { like, qemu: '10.0' }), provenNode('b', { like, qemu: '7.2' })];
    const answer = machineVersionAnswer(nodes, '7.2');
    expect(answer).toMatchObject({
      unknown: [],
      i440fx: { machine: 'pc-i440fx-7.2', deprecated: false, distributionOnly: false },
      q35: { machine: 'pc-q35-7.2', deprecated: false, distributionOnly: false },
      command: 'gnt-cluster modify -H kvm:machine_version=pc-i440fx-7.2',
      defaults: [
        { machine: 'pc-i440fx-10.0', nodes: ['a'] },
        { machine: 'pc-i440fx-7.2', nodes: ['b'] },
      ],
      qemus: [
        { version: '7.2.22', nodes: ['b'] },
        { version: '10.0.13', nodes: ['a'] },
      ],
    });
    expect(machineVersionText(answer)).toContain('from an older QEMU to a newer one only');
  });

  test('is by number, not by letter', () => {
    const machines = ['pc-i440fx-9.2', 'pc-i440fx-10.0', 'pc-i440fx-2.12'].map((name) =>
      machine(name),
    );
    const answer = machineVersionAnswer([provenNode('a', { like, machines })], '7.2');
    expect(answer.i440fx?.machine).toBe('pc-i440fx-10.0');
  });

  test('is noted when some QEMU calls it deprecated', () => {
    const old = machine('pc-i440fx-5.2', { deprecated: true });
    const nodes = [
      provenNode('a', { like, machines: [old, machine('pc-i440fx-11.1')] }),
      provenNode('b', { like, qemu: '5.2' }),
    ];
    const answer = machineVersionAnswer(nodes, '7.2');
    expect(answer.i440fx).toEqual({
      ...{ machine: 'pc-i440fx-5.2', deprecated: true, distributionOnly: false },
    });
    expect(machineVersionText(answer)).toContain('pc-i440fx-5.2 (deprecated by some QEMU)');
  });

  test("of one distribution alone is taken last, and named as a distribution's own", () => {
    const machines = [machine('pc-i440fx-rhel7.6.0', { isDefault: true })];
    const alone = machineVersionAnswer([provenNode('a', { like, machines })], '7.2');
    expect(alone.i440fx).toMatchObject({ machine: 'pc-i440fx-rhel7.6.0', distributionOnly: true });
    const mixed = machineVersionAnswer(
      [provenNode('a', { like, machines }), provenNode('b', { like })],
      '7.2',
    );
    expect(mixed.i440fx).toBe(null);
    expect(mixed.command).toBe(null);
    expect(mixed.distributionNames).toEqual([{ name: 'pc-i440fx-rhel7.6.0', nodes: ['a'] }]);
  });

  test('of a node without QEMU is that of the planned one, of a silent node not known', () => {
    const shown = shownNode('a', ['lm']);
    expect(machineVersionAnswer([shown], '10.0').i440fx?.machine).toBe('pc-i440fx-10.0');
    const answer = machineVersionAnswer([shown, silentNode('b')], '10.0');
    expect(answer).toMatchObject({ unknown: ['b'], i440fx: null, q35: null, command: null });
    expect(machineVersionText(answer)).toBe('Undecided: the machine types of b are not known.\n');
  });
});
