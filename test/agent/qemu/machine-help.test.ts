import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ParseError } from '../../../agent/host/host.ts';
import { parseMachineHelp } from '../../../agent/qemu/machine-help.ts';
import { captures, describeWith, reference } from '../../requirements.ts';

const help = (...machines: string[]) => `Supported machines are:\n${machines.join('\n')}\n`;

const plain = { aliasOf: null, isDefault: false, deprecated: false };

test.each([
  ['microvm              microvm (i386)', 'microvm', {}],
  ['pc-i440fx-9.2        Standard PC (i440FX + PIIX, 1996)', 'pc-i440fx-9.2', {}],
  [
    'pc                   Standard PC (i440FX + PIIX, 1996) (alias of pc-i440fx-11.1)',
    'pc',
    { aliasOf: 'pc-i440fx-11.1' },
  ],
  [
    'pc-i440fx-11.1       Standard PC (i440FX + PIIX, 1996) (default)',
    'pc-i440fx-11.1',
    { isDefault: true },
  ],
  [
    'pc-i440fx-rhel7.6.0  RHEL 7.6.0 PC (i440FX + PIIX, 1996) (default) (deprecated)',
    'pc-i440fx-rhel7.6.0',
    { isDefault: true, deprecated: true },
  ],
  [
    'ubuntu               Ubuntu 22.04 PC (i440FX + PIIX, 1996) (alias of pc-i440fx-jammy)',
    'ubuntu',
    { aliasOf: 'pc-i440fx-jammy' },
  ],
  [
    'pc-i440fx-jammy-hpb-and-more  Ubuntu 22.04 PC (i440FX + PIIX +host-phys-bits=true, 1996)',
    'pc-i440fx-jammy-hpb-and-more',
    {},
  ],
  ['odd                  once (default) in the middle', 'odd', {}],
])('%j is read', (line, name, notes) => {
  expect(parseMachineHelp(help(line))).toEqual([{ name, ...plain, ...notes }]);
});

describe('what is not a list of machines is refused', () => {
  test.each([
    ['empty', ''],
    ['a usage text', 'usage: qemu-system-x86_64 [options]\n'],
    ['no machine', 'Supported machines are:\n\n'],
    ['cut off in a line', 'Supported machines are:\npc-q35-9.2  Standard PC (Q35'],
    ['binary', help('pc  Standard\0PC')],
    ['another locale', help('pc  PC').replace('Supported machines are', 'Maschinen')],
    ['a line without description', help('pc')],
    ['an error line', help('  qemu: something is wrong')],
  ])('%s', (_name, text) => {
    expect(() => parseMachineHelp(text)).toThrow(ParseError);
  });
});

interface Expected {
  machines: { name: string; aliasOf: string | null; default: boolean; deprecated: boolean }[];
}

describeWith([captures], 'the output of real QEMUs', () => {
  test.each([
    ['5.2', 56, 4],
    ['7.2', 61, 4],
    ['10.0', 67, 43],
    ['11.1', 43, 18],
  ])('%s: %i machines, %i of them deprecated, as expected', (version, count, deprecated) => {
    const read = (name: string) => readFileSync(reference('cpu', 'help', name), 'utf8');
    const expected: Expected = JSON.parse(read(`expected-${version}.json`));
    const machines = parseMachineHelp(read(`machine-help-${version}.txt`));
    expect(machines).toEqual(
      expected.machines.map(({ name, aliasOf, default: isDefault, deprecated }) => {
        return { name, aliasOf, isDefault, deprecated };
      }),
    );
    expect(machines.length).toBe(count);
    expect(machines.filter((machine) => machine.deprecated).length).toBe(deprecated);
    const defaults = machines.filter((machine) => machine.isDefault).map(({ name }) => name);
    expect(defaults).toEqual([`pc-i440fx-${version}`]);
  });
});
