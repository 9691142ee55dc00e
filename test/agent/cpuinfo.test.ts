import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { kindsOf, parseCpuinfo } from '../../agent/cpuinfo.ts';
import { ParseError } from '../../agent/host/host.ts';
import { captures, describeWith, reference } from '../requirements.ts';

function block(number: number, changes: Record<string, string | null> = {}): string {
  const fields: Record<string, string | null> = {
    processor: String(number),
    vendor_id: 'GenuineIntel',
    'cpu family': '6',
    model: '79',
    'model name': 'Intel(R) Xeon(R) CPU E5-2623 v4 @ 2.60GHz',
    stepping: '1',
    microcode: '0xb000040',
    flags: 'fpu vme lm vmx',
    'vmx flags': 'vnmi ept',
    bugs: 'mds l1tf',
    'address sizes': '46 bits physical, 48 bits virtual',
    'power management': '',
    ...changes,
  };
  const lines = Object.entries(fields).filter(([, value]) => value !== null);
  return `${lines.map(([key, value]) => `${key}\t: ${value}`).join('\n')}\n\n`;
}

const evidence = {
  vendor: 'GenuineIntel',
  family: 6,
  model: 79,
  stepping: 1,
  modelName: 'Intel(R) Xeon(R) CPU E5-2623 v4 @ 2.60GHz',
  microcode: '0xb000040',
  flags: ['fpu', 'vme', 'lm', 'vmx'],
  vmxFlags: ['vnmi', 'ept'],
  bugs: ['mds', 'l1tf'],
  physicalAddressBits: 46,
  virtualAddressBits: 48,
};

test('an x86 CPU is read field by field', () => {
  expect(parseCpuinfo(block(7))).toEqual([{ number: 7, ...evidence }]);
});

test('lines that are missing are null, and empty lists are empty', () => {
  const bare = block(0, {
    vendor_id: null,
    stepping: 'unknown',
    microcode: null,
    'model name': '',
    'vmx flags': null,
    bugs: '',
    'address sizes': null,
  });
  expect(parseCpuinfo(bare)).toEqual([
    {
      number: 0,
      ...evidence,
      vendor: null,
      stepping: null,
      microcode: null,
      modelName: null,
      vmxFlags: null,
      bugs: [],
      physicalAddressBits: null,
      virtualAddressBits: null,
    },
  ]);
});

test('a recording that lost its empty lines reads the same', () => {
  const text = block(0) + block(1);
  expect(parseCpuinfo(text.replaceAll('\n\n', '\n'))).toEqual(parseCpuinfo(text));
});

test('CPUs of equal evidence are one kind, in the order of their first', () => {
  const text = block(0) + block(1, { microcode: '0xb00002a' }) + block(2);
  expect(kindsOf(parseCpuinfo(text))).toEqual([
    { cpus: [0, 2], ...evidence },
    { cpus: [1], ...evidence, microcode: '0xb00002a' },
  ]);
});

describe('what is not a whole cpuinfo is refused', () => {
  const whole = block(0) + block(1);
  test.each([
    ['empty', '', 'no line "processor : N" in it'],
    ['another file', 'MemTotal: 12 kB\n', 'no line "processor : N" in it'],
    ['an HTML page', '<html>\n', 'expected "key: value"'],
    ['binary', '\u007fELF\0\0', 'binary data'],
    ['binary inside', whole.replace('vme', 'v\0e'), 'binary data'],
    ['cut in the flags', whole.slice(0, whole.lastIndexOf('vmx')), 'CPU 1 is incomplete'],
    ['cut after the flags', whole.slice(0, whole.lastIndexOf('vmx flags')), 'CPU 1 is incomplete'],
    ['cut in the last line', block(0).slice(0, -3), 'cut off'],
    ['a CPU twice', block(0) + block(0), 'listed twice'],
    ['a lost "processor" line', whole.replace('processor\t: 1\n', ''), 'prints "vendor_id" twice'],
    ['no flags', block(0, { flags: null }), 'CPU 0 has no flags line'],
    ['a family in words', block(0, { 'cpu family': 'six' }), 'CPU 0: cpu family: expected'],
    ['a negative model', block(0, { model: '-1' }), 'CPU 0: model: expected'],
    ['other address sizes', block(0, { 'address sizes': '46 Bit' }), 'expected address sizes'],
    ['a processor in words', block(0, { processor: 'zero' }), 'processor: expected'],
  ])('%s', (_name, text, message) => {
    expect(() => parseCpuinfo(text)).toThrow(ParseError);
    expect(() => parseCpuinfo(text)).toThrow(message);
  });
});

test('8192 CPUs are read, and are one kind', () => {
  const text = Array.from({ length: 8192 }, (_, number) => block(number)).join('');
  const [kind, ...others] = kindsOf(parseCpuinfo(text));
  expect(others).toEqual([]);
  expect(kind?.cpus.length).toBe(8192);
});

describe('other architectures give CPU numbers and nothing made up', () => {
  const nothing = {
    vendor: null,
    family: null,
    model: null,
    stepping: null,
    modelName: null,
    microcode: null,
    flags: [],
    vmxFlags: null,
    bugs: null,
    physicalAddressBits: null,
    virtualAddressBits: null,
  };
  test.each([
    ['arm', 'processor\t: 3\nFeatures\t: fp\nCPU part\t: 0xd03\n\nRevision\t: 0000\n', nothing],
    ['riscv', 'processor\t: 3\nhart\t\t: 2\nisa\t\t: rv64imafdc\n\n', nothing],
    ['ppc', 'processor\t: 3\ncpu\t\t: POWER8\n\ntimebase\t: 5\nmodel\t\t: IBM,8247-21L\n', nothing],
    ['s390', 'vendor_id : IBM/S390\n# processors : 1\nprocessor 3: version = FF\n', nothing],
    ['newer s390', 'processor 3: version = FF\n\ncpu number : 3\nversion : FF\n', nothing],
  ])('%s', (_name, text, expected) => {
    expect(parseCpuinfo(text)).toEqual([{ number: 3, ...expected }]);
  });
});

describeWith([captures], 'cpuinfo of real machines of other architectures', () => {
  const folder = reference('captures', 'ansible-cpuinfo');
  const read = (name: string) => readFileSync(`${folder}/${name}`, 'utf8');
  const supported = readdirSync(folder).filter((name) => !name.startsWith('sparc'));

  test.each(supported)('%s: as many CPUs as its name says, numbered from 0', (name) => {
    const count = Number(/-(\d+)cpu-/.exec(name)?.[1]);
    const numbers = parseCpuinfo(read(name)).map((cpu) => cpu.number);
    expect(numbers).toEqual(Array.from({ length: count }, (_, index) => index));
  });

  test('sparc numbers no processors: refused, not guessed', () => {
    expect(() => parseCpuinfo(read('sparc-t5-debian-ldom-24vcpu'))).toThrow(ParseError);
  });
});
