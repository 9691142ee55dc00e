import { type CpuFacts, type CpuKind, cpuKindSchema } from '../../shared/facts/cpu.ts';
import { allInOrder } from '../attempts.ts';
import { kindsOf, type LogicalCpu, MAX_CPUINFO_BYTES, parseCpuinfo } from '../cpuinfo.ts';
import type { Host } from '../host/host.ts';
import { parseCpuList } from '../parse.ts';
import { type Probe, reading, readOptional } from '../probe.ts';

/** Every logical CPU as the kernel shows it, grouped by equal evidence. */
export const cpuProbe: Probe<'cpu'> = {
  section: 'cpu',
  timeoutMs: 20_000,
  async collect(host) {
    const cpus = parseCpuinfo(await host.read('/proc/cpuinfo', MAX_CPUINFO_BYTES));
    const kinds = kindsOf(cpus);
    const online = await cpuList(host, 'online');
    const counted = online ?? cpus.map((cpu) => cpu.number);
    return {
      architecture: await architecture(host, cpus),
      kinds,
      differences: differences(kinds),
      flags: inAll(kinds.map((kind) => kind.flags)),
      vmxFlags: vmxFlagsOfAll(kinds),
      bugs: bugsOfAny(kinds),
      online,
      offline: await cpuList(host, 'offline'),
      present: await cpuList(host, 'present'),
      smt: (await readOptional(host, `${CPU_FOLDER}/smt/control`))?.trim() || null,
      sockets: await countGroups(host, counted, ['package_cpus_list', 'core_siblings_list']),
      cores: await countGroups(host, counted, ['core_cpus_list', 'thread_siblings_list']),
      vulnerabilities: await reading(VULNERABILITIES, () => vulnerabilities(host)),
    };
  },
};

const CPU_FOLDER = '/sys/devices/system/cpu';
const VULNERABILITIES = `${CPU_FOLDER}/vulnerabilities`;

/** The kernel has a file for it since Linux 6.1; flags decide where nothing else was recorded. */
async function architecture(host: Host, cpus: readonly LogicalCpu[]): Promise<string | null> {
  const kernel = await readOptional(host, '/proc/sys/kernel/arch');
  if (kernel !== null) return kernel.trim();
  const uname = await reading('uname -m', () => host.run('uname', ['-m'], { timeoutMs: 2000 }));
  if (uname.status === 'ok') return uname.value.stdout.trim();
  return cpus.every((cpu) => cpu.flags.includes('lm')) ? 'x86_64' : null;
}

async function cpuList(host: Host, name: string): Promise<number[] | null> {
  const path = `${CPU_FOLDER}/${name}`;
  const text = await readOptional(host, path);
  return text === null ? null : parseCpuList(text, path);
}

/** The number of groups the CPUs fall into by a list file of their topology; null when not told. */
async function countGroups(
  host: Host,
  cpus: readonly number[],
  listFiles: readonly string[],
): Promise<number | null> {
  const covered = new Set<number>();
  let groups = 0;
  for (const cpu of cpus) {
    if (covered.has(cpu)) continue;
    const members = await firstList(host, cpu, listFiles);
    if (!members?.includes(cpu)) return null;
    for (const member of members) covered.add(member);
    groups += 1;
  }
  return groups;
}

async function firstList(
  host: Host,
  cpu: number,
  files: readonly string[],
): Promise<number[] | null> {
  for (const file of files) {
    const members = await cpuList(host, `cpu${cpu}/topology/${file}`);
    if (members) return members;
  }
  return null;
}

async function vulnerabilities(host: Host): Promise<Record<string, string>> {
  const names = await host.list(VULNERABILITIES);
  const lines = names.map(async (name): Promise<[string, string]> => {
    return [name, (await host.read(`${VULNERABILITIES}/${name}`)).trim()];
  });
  return Object.fromEntries(await allInOrder(lines));
}

function differences(kinds: readonly CpuKind[]): string[] {
  return cpuKindSchema
    .keyof()
    .options.filter((field) => field !== 'cpus')
    .filter((field) => new Set(kinds.map((kind) => JSON.stringify(kind[field]))).size > 1);
}

function inAll(lists: readonly string[][]): string[] {
  const [first = [], ...others] = lists.map((list) => new Set(list));
  return [...first].filter((word) => others.every((other) => other.has(word))).sort();
}

/** A CPU without VMX prints no line: beside CPUs that do, it has none of these flags. */
function vmxFlagsOfAll(kinds: readonly CpuKind[]): CpuFacts['vmxFlags'] {
  if (kinds.every((kind) => kind.vmxFlags === null)) return null;
  return inAll(kinds.map((kind) => kind.vmxFlags ?? []));
}

function bugsOfAny(kinds: readonly CpuKind[]): CpuFacts['bugs'] {
  const lists = kinds.map((kind) => kind.bugs);
  if (lists.some((list) => list === null)) return null;
  return [...new Set(lists.flatMap((list) => list ?? []))].sort();
}
