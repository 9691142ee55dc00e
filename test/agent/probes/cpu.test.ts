import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { HostError, ParseError } from '../../../agent/host/host.ts';
import { openRecordedHost } from '../../../agent/host/recorded.ts';
import { cpuProbe } from '../../../agent/probes/cpu.ts';
import type { CpuFacts, CpuKind } from '../../../shared/facts/cpu.ts';
import { cpuSchema } from '../../../shared/facts/cpu.ts';
import { defaultPolicy } from '../../../shared/policy.ts';
import { captures, describeWith, reference } from '../../requirements.ts';
import { madeHost, recordedHost } from '../recorded-hosts.ts';

const policy = defaultPolicy();

async function cpuOf(name: string): Promise<CpuFacts> {
  return cpuSchema.parse(await cpuProbe.collect(await recordedHost(name), policy));
}

/** All but the long lists. */
function summary(facts: CpuFacts) {
  const { kinds, flags, bugs, vmxFlags, vulnerabilities, ...rest } = facts;
  return { ...rest, cpus: kinds.map((kind) => kind.cpus), microcodes: kinds.map(microcodeOf) };
}

const microcodeOf = (kind: CpuKind) => kind.microcode;

test('an EPYC guest of two CPUs is one kind', async () => {
  const facts = await cpuOf('epyc-guest-restricted-kvm');
  expect(summary(facts)).toEqual({
    architecture: 'x86_64',
    differences: [],
    online: [0, 1],
    offline: [],
    present: [0, 1],
    smt: 'notsupported',
    sockets: 1,
    cores: 2,
    cpus: [[0, 1]],
    microcodes: ['0x1000065'],
  });
  expect(facts.kinds[0]).toMatchObject({ vendor: 'AuthenticAMD', family: 25, model: 17 });
  expect(facts.vmxFlags).toBeNull();
  expect(facts.bugs).toContain('srso');
  expect(facts.vulnerabilities).toMatchObject({
    status: 'ok',
    value: { spec_store_bypass: 'Vulnerable', meltdown: 'Not affected' },
  });
});

test('a Xeon with VT-x locked off has no vmx flag', async () => {
  const facts = await cpuOf('xeon-e5-vtx-off');
  expect(summary(facts)).toEqual({
    architecture: 'x86_64',
    differences: [],
    online: [0, 1, 2, 3],
    offline: Array.from({ length: 28 }, (_, index) => index + 4),
    present: [0, 1, 2, 3],
    smt: 'notsupported',
    sockets: 1,
    cores: 4,
    cpus: [[0, 1, 2, 3]],
    microcodes: ['0x42e'],
  });
  expect(facts.flags).not.toContain('vmx');
  expect(facts.flags).toContain('aes');
  expect(facts.vmxFlags).toBeNull();
});

test('two sockets with two microcodes are two kinds, and the difference is named', async () => {
  const facts = await cpuOf('xeon-gold-two-microcodes');
  expect(summary(facts)).toEqual({
    architecture: 'x86_64',
    differences: ['microcode'],
    online: [0, 1, 2, 3],
    offline: [4, 5, 6, 7],
    present: [0, 1, 2, 3, 4, 5, 6, 7],
    smt: 'off',
    sockets: 2,
    cores: 4,
    cpus: [
      [0, 2],
      [1, 3],
    ],
    microcodes: ['0x2006e05', '0x2007006'],
  });
  expect(facts.vmxFlags).toContain('ept');
});

describe('CPUs that differ', () => {
  const cpu = (number: number, lines: string) => `processor : ${number}\n${lines}\n\n`;

  async function collect(cpuinfo: string): Promise<CpuFacts> {
    const host = await madeHost({ files: { '/proc/cpuinfo': cpuinfo } });
    return cpuSchema.parse(await cpuProbe.collect(host, policy));
  }

  test('share only the flags that all have, and have the bugs of any', async () => {
    const facts = await collect(
      cpu(0, 'stepping : 1\nflags : fpu sse avx2 lm\nvmx flags : ept vpid\nbugs : mds') +
        cpu(1, 'stepping : 2\nflags : avx512f lm fpu sse\nvmx flags : vpid\nbugs : l1tf'),
    );
    expect(facts.flags).toEqual(['fpu', 'lm', 'sse']);
    expect(facts.vmxFlags).toEqual(['vpid']);
    expect(facts.bugs).toEqual(['l1tf', 'mds']);
    expect(facts.differences).toEqual(['stepping', 'flags', 'vmxFlags', 'bugs']);
  });

  test('one CPU without VMX leaves no vmx flag to the host', async () => {
    const facts = await collect(cpu(0, 'flags : vmx lm\nvmx flags : ept') + cpu(1, 'flags : lm'));
    expect(facts.vmxFlags).toEqual([]);
  });

  test('one CPU without a bugs line leaves the bugs of the host unknown', async () => {
    const facts = await collect(cpu(0, 'flags : lm\nbugs : mds') + cpu(1, 'flags : lm'));
    expect(facts.bugs).toBeNull();
  });
});

describe('the architecture', () => {
  const architecture = async (lines: string, more: object = {}) => {
    const files = { '/proc/cpuinfo': `processor : 0\n${lines}\n`, ...more };
    return (await cpuProbe.collect(await madeHost({ files }), policy)).architecture;
  };

  test('is what the kernel says', async () => {
    const kernel = { '/proc/sys/kernel/arch': 'i686\n' };
    expect(await architecture('flags : fpu lm', kernel)).toBe('i686');
  });

  test('is what uname says before Linux 6.1', async () => {
    const host = await madeHost({
      files: { '/proc/cpuinfo': 'processor : 0\nflags : fpu lm\n' },
      commands: [{ command: 'uname', args: ['-m'], code: 0, stdout: 'i686\n', stderr: '' }],
    });
    expect((await cpuProbe.collect(host, policy)).architecture).toBe('i686');
  });

  test.each([
    ['flags : fpu lm', 'x86_64'],
    ['flags : fpu lahf_lm', null],
    ['Features : fp asimd', null],
  ])('of a bare tree with %j is %j', async (lines, expected) => {
    expect(await architecture(lines)).toBe(expected);
  });
});

test('a bare tree says what was not recorded', async () => {
  const host = await madeHost({ files: { '/proc/cpuinfo': 'processor : 0\nflags : lm\n' } });
  expect(await cpuProbe.collect(host, policy)).toMatchObject({
    online: null,
    offline: null,
    present: null,
    smt: null,
    sockets: null,
    cores: null,
    vulnerabilities: { status: 'failed', error: { kind: 'not_recorded' } },
  });
});

test('without cpuinfo the section fails', async () => {
  const host = await madeHost({});
  await expect(cpuProbe.collect(host, policy)).rejects.toBeInstanceOf(HostError);
});

test('a damaged online list fails the section', async () => {
  const host = await madeHost({
    like: 'xeon-e5-vtx-off',
    files: { '/sys/devices/system/cpu/online': '0-3,x\n' },
  });
  await expect(cpuProbe.collect(host, policy)).rejects.toBeInstanceOf(ParseError);
});

describeWith([captures], 'every recorded machine', () => {
  const folder = reference('captures', 'sysroots');
  const trees = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'baselines')
    .map((entry) => entry.name);

  test('there are 65 trees, and this machine', () => {
    expect(trees.length).toBe(65);
  });

  test.each(trees)('%s: every CPU has what grep finds for it', async (name) => {
    await compare(`${folder}/${name}`);
  });

  test('the capture of this machine', async () => {
    await compare(reference('captures', 'this-machine', 'sysroot'));
  });
});

/** Values of a line of cpuinfo in its order, read by no code of the agent. */
function grep(text: string, key: string): string[] {
  const lines = text.split('\n').filter((line) => line.split(':')[0]?.trimEnd() === key);
  return lines.map((line) => line.slice(line.indexOf(':') + 1).trim());
}

async function compare(tree: string): Promise<void> {
  const facts = cpuSchema.parse(await cpuProbe.collect(await openRecordedHost(tree), policy));
  const text = readFileSync(`${tree}/proc/cpuinfo`, 'utf8');
  const numbers = (text.match(/^processor\s*:? \d+/gm) ?? []).map((line) => line.match(/\d+/)?.[0]);
  const perCpu = facts.kinds.flatMap((kind) => kind.cpus.map((cpu) => ({ cpu, kind })));
  perCpu.sort((a, b) => a.cpu - b.cpu);
  expect(perCpu.map((one) => String(one.cpu))).toEqual(numbers);

  const flags = grep(text, 'flags');
  const values = (key: keyof CpuKind) => perCpu.map(({ kind }) => String(kind[key] ?? ''));
  expect(perCpu.map(({ kind }) => kind.flags.join(' '))).toEqual(
    flags.length > 0 ? flags : numbers.map(() => ''),
  );
  if (flags.length === 0) return;
  expect(values('vendor')).toEqual(grep(text, 'vendor_id'));
  expect(values('family')).toEqual(grep(text, 'cpu family'));
  expect(values('model')).toEqual(grep(text, 'model'));
  expect(values('stepping')).toEqual(grep(text, 'stepping'));
  expect(values('modelName')).toEqual(grep(text, 'model name'));
  const microcodes = grep(text, 'microcode');
  expect(values('microcode')).toEqual(microcodes.length > 0 ? microcodes : numbers.map(() => ''));
  const common = flags
    .map((line) => line.split(' '))
    .reduce((a, b) => a.filter((f) => b.includes(f)));
  expect(facts.flags).toEqual([...new Set(common)].sort());
  const name = tree.split('/').at(-1) ?? '';
  if (name in topologies) expect([facts.sockets, facts.cores]).toEqual(topologies[name]);
}

/** Sockets and cores as people can count them from the names and specifications of the machines. */
const topologies: Record<string, [number | null, number | null]> = {
  'ul-x86_64-epyc_7451': [2, 48],
  'ul-x86_64-dell_e4310': [1, 2],
  'ul-x86_64-64cpu-linux6.2': [1, 4],
  'hwloc-20em64t-hybrid-1p6c2t_2ca4co1t': [1, 14],
  'hwloc-40intel64-2g2n4c_pcilocality': [4, 40],
  'hwloc-memorysidecaches': [2, 40],
  'hwloc-16em64t-4s2c2t-offlines': [null, null],
  'cpuid-AMD-19h-Zen4-2xEpyc-9654': [null, null],
};
