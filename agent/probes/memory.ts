import type { MemoryFacts } from '../../shared/facts/memory.ts';
import { type Host, HostError, ParseError } from '../host/host.ts';
import { keyValueLines, parseKernelSize, parseWhole } from '../parse.ts';
import { type Probe, reading } from '../probe.ts';

/** Memory, swap, huge pages and NUMA nodes, as the kernel counts them. */
export const memoryProbe: Probe<'memory'> = {
  section: 'memory',
  timeoutMs: 5000,
  async collect(host) {
    return {
      ...parseMeminfo(await host.read('/proc/meminfo')),
      hugepages: await reading(HUGEPAGES, () => hugepages(host)),
      numaNodes: await reading(NODES, () => numaNodes(host)),
    };
  },
};

/** Total, available and swap of a /proc/meminfo. */
export function parseMeminfo(text: string): Omit<MemoryFacts, 'hugepages' | 'numaNodes'> {
  const fields = sizesOf(text, '/proc/meminfo');
  return {
    totalBytes: required(fields, 'MemTotal', '/proc/meminfo'),
    availableBytes: fields.get('MemAvailable') ?? null,
    swapTotalBytes: fields.get('SwapTotal') ?? null,
    swapFreeBytes: fields.get('SwapFree') ?? null,
  };
}

/** Total and free bytes of the meminfo of one NUMA node, whose lines begin with `Node N`. */
export function parseNodeMeminfo(
  text: string,
  id: number,
): { totalBytes: number; freeBytes: number } {
  const what = `meminfo of NUMA node ${id}`;
  const fields = sizesOf(text, what);
  return {
    totalBytes: required(fields, `Node ${id} MemTotal`, what),
    freeBytes: required(fields, `Node ${id} MemFree`, what),
  };
}

const HUGEPAGES = '/sys/kernel/mm/hugepages';
const NODES = '/sys/devices/system/node';

/** The fields that are asked for; others, such as HugePages_Total, have no unit. */
const WANTED = /^(?:Node \d+ )?(?:MemTotal|MemFree|MemAvailable|SwapTotal|SwapFree)$/;

function sizesOf(text: string, what: string): Map<string, number> {
  const wanted = keyValueLines(text, what).filter(([key]) => WANTED.test(key));
  return new Map(wanted.map(([key, value]) => [key, parseKernelSize(value, `${what}: ${key}`)]));
}

function required(fields: Map<string, number>, key: string, what: string): number {
  const bytes = fields.get(key);
  if (bytes === undefined) throw new ParseError(`${what}: no line "${key}" in it`);
  return bytes;
}

async function hugepages(host: Host) {
  const sizes = await numbered(host, HUGEPAGES, /^hugepages-(\d+)kB$/);
  return await Promise.all(
    sizes.map(async ({ name, number }) => ({
      sizeBytes: parseKernelSize(`${number} kB`, name),
      total: await count(host, `${HUGEPAGES}/${name}/nr_hugepages`),
      free: await count(host, `${HUGEPAGES}/${name}/free_hugepages`),
    })),
  );
}

async function numaNodes(host: Host) {
  const nodes = await numbered(host, NODES, /^node(\d+)$/);
  return await Promise.all(
    nodes.map(async ({ name, number }) => ({
      id: number,
      ...parseNodeMeminfo(await host.read(`${NODES}/${name}/meminfo`), number),
    })),
  );
}

/** The folders whose name holds a number, by it; a kernel built without the thing has no folder. */
async function numbered(host: Host, folder: string, pattern: RegExp) {
  const names = await listOrNone(host, folder);
  return names
    .flatMap((name) => {
      const digits = pattern.exec(name)?.[1];
      return digits === undefined ? [] : [{ name, number: parseWhole(digits, name) }];
    })
    .sort((a, b) => a.number - b.number);
}

async function listOrNone(host: Host, folder: string): Promise<string[]> {
  try {
    return await host.list(folder);
  } catch (error) {
    if (error instanceof HostError && error.kind === 'not_found') return [];
    throw error;
  }
}

async function count(host: Host, path: string): Promise<number> {
  return parseWhole(await host.read(path), path);
}
