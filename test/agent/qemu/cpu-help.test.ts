import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ParseError } from '../../../agent/host/host.ts';
import { parseCpuHelp } from '../../../agent/qemu/cpu-help.ts';
import { captures, describeWith, reference } from '../../requirements.ts';

const FLAGS = '\nRecognized CPUID flags:\n  3dnow abm\n  zero-fcs-fds\n\n';

const help = (...models: string[]) => `Available CPUs:\n${models.join('\n')}\n${FLAGS}`;

const plain = { aliasOf: null, machineAlias: false, description: '', deprecated: false };

test.each([
  [
    'x86 486                   (alias configured by machine type)     ',
    '486',
    { machineAlias: true },
  ],
  ['x86 486-v1                                                       ', '486-v1', {}],
  ['  486-v1                ', '486-v1', {}],
  [
    '  Opteron_G3            (alias configured by machine type)',
    'Opteron_G3',
    { machineAlias: true },
  ],
  [
    '  Cascadelake-Server-noTSX  (alias of Cascadelake-Server-v3)',
    'Cascadelake-Server-noTSX',
    { aliasOf: 'Cascadelake-Server-v3' },
  ],
  [
    '  EPYC-v2               AMD EPYC (with IBPB) Processor, (R)  [x, y]',
    'EPYC-v2',
    { description: 'AMD EPYC (with IBPB) Processor, (R)  [x, y]' },
  ],
  [
    '  Broadwell             (alias configured by machine type) (deprecated)',
    'Broadwell',
    { machineAlias: true, deprecated: true },
  ],
  [
    '  Broadwell-IBRS        (alias of Broadwell-v3) (deprecated)',
    'Broadwell-IBRS',
    { aliasOf: 'Broadwell-v3', deprecated: true },
  ],
  [
    '  Denverton-v1          Intel Atom Processor (Denverton) (deprecated)',
    'Denverton-v1',
    { description: 'Intel Atom Processor (Denverton)', deprecated: true },
  ],
  [
    'x86 Icelake-Client-v2     Intel Core Processor (Icelake) [no TSX, deprecated]       ',
    'Icelake-Client-v2',
    { description: 'Intel Core Processor (Icelake) [no TSX, deprecated]', deprecated: true },
  ],
  [
    '  x-v1                  Not (deprecated) in the middle',
    'x-v1',
    { description: 'Not (deprecated) in the middle' },
  ],
  ['  x86                   a model of that name', 'x86', { description: 'a model of that name' }],
])('%j is read', (line, name, notes) => {
  expect(parseCpuHelp(help(line))).toEqual({
    models: [{ name, ...plain, ...notes }],
    flags: ['3dnow', 'abm', 'zero-fcs-fds'],
  });
});

test('a flag that is listed twice is one flag', () => {
  const text = help('  max  all').replace('abm', 'abm abm kvmclock').replace('zero', 'abm zero');
  expect(parseCpuHelp(text).flags).toEqual(['3dnow', 'abm', 'kvmclock', 'zero-fcs-fds']);
});

test('warnings before the list are not part of it', () => {
  expect(parseCpuHelp(`warning: something\n${help('  max  all')}`).models.length).toBe(1);
});

describe('what is not a whole list is refused', () => {
  const whole = help('  max                   all', '  host                  as it is');
  test.each([
    ['empty', ''],
    ['a usage text', 'usage: qemu-system-x86_64 [options]\n'],
    ['no models', help()],
    ['no flags', 'Available CPUs:\n  max  all\n\nRecognized CPUID flags:\n\n'],
    ['cut off in the models', whole.slice(0, 60)],
    ['cut off in the flags', whole.slice(0, -9)],
    ['cut off after a line of flags', whole.slice(0, -'  zero-fcs-fds\n\n'.length)],
    ['binary', whole.replace('all', 'a\0l')],
    ['another locale', whole.replace('Available CPUs:', 'Verfügbare CPUs:')],
    ['a model without indent', help('max  all')],
    ['a name that is none', help('  ---  all')],
    ['text among the flags', whole.replace('3dnow', '3dnow ERROR!')],
    ['an error line among the flags', whole.replace('  zero', 'zero')],
  ])('%s', (_name, text) => {
    expect(() => parseCpuHelp(text)).toThrow(ParseError);
  });

  test('but ten thousand models are not', () => {
    const lines = Array.from({ length: 10_000 }, (_, index) => `  model-v${index}  text`);
    expect(parseCpuHelp(help(...lines)).models.length).toBe(10_000);
  });
});

interface Expected {
  models: {
    name: string;
    description: string;
    alias: string | null;
    aliasByMachineType: boolean;
  }[];
  flags: string[];
}

describeWith([captures], 'the output of real QEMUs', () => {
  test.each([
    ['5.2', 123, 290],
    ['7.2', 132, 319],
    ['10.0', 154, 382],
    ['11.1', 189, 407],
  ])('%s: %i models and %i flags, as expected', (version, modelCount, flagCount) => {
    const read = (name: string) => readFileSync(reference('cpu', 'help', name), 'utf8');
    const expected: Expected = JSON.parse(read(`expected-${version}.json`));
    const { models, flags } = parseCpuHelp(read(`cpu-help-${version}.txt`));
    expect(models.map(({ deprecated, ...model }) => model)).toEqual(expected.models.map(modelOf));
    expect(flags).toEqual([...new Set(expected.flags)]);
    expect([models.length, flags.length]).toEqual([modelCount, flagCount]);
    const deprecated = models.filter((model) => model.deprecated).map((model) => model.name);
    const old = ['Icelake-Client-v1', 'Icelake-Client-v2'];
    expect(deprecated).toEqual(version === '5.2' ? old : []);
  });
});

function modelOf({ name, alias, aliasByMachineType, description }: Expected['models'][number]) {
  const noted = alias !== null || aliasByMachineType;
  return {
    name,
    aliasOf: alias,
    machineAlias: aliasByMachineType,
    description: noted ? '' : description,
  };
}
