import type { MemoryFacts } from '../../shared/facts/memory.ts';
import { allInOrder } from '../attempts.ts';
import { type Host, ParseError } from '../host/host.ts';
import { listOrNone, readOrNull } from '../listing.ts';
import { keyValueLines, parseKernelSize, parseWhole, textLines } from '../parse.ts';
import { type Probe, reading } from '../probe.ts';

/** Memory, swap, huge pages and NUMA nodes, as the kernel counts them. */
export const memoryProbe: Probe<'memory'> = {
  section: 'memory',
  timeoutMs: 20_000,
  async collect(host) {
    return {
      ...parseMeminfo(await host.read('/proc/meminfo')),
      hugepages: await reading(HUGEPAGES, () => hugepages(host)),
      numaNodes: await reading(NODES, () => numaNodes(host)),
      ecc: await reading(EDAC, () => ecc(host)),
      ksm: await reading(KSM, () => ksm(host)),
      oomKills: await reading('/proc/vmstat', async () =>
        parseOomKills(await host.read('/proc/vmstat')),
      ),
    };
  },
};

type Sizes = Pick<
  MemoryFacts,
  'totalBytes' | 'availableBytes' | 'unusedBytes' | 'swapTotalBytes' | 'swapFreeBytes'
>;

/** Total, available, unused and swap of a /proc/meminfo. */
export function parseMeminfo(text: string): Sizes {
  const fields = sizesOf(text, '/proc/meminfo');
  return {
    totalBytes: required(fields, 'MemTotal', '/proc/meminfo'),
    availableBytes: fields.get('MemAvailable') ?? null,
    unusedBytes: sumOf(fields, ['MemFree', 'Buffers', 'Cached']),
    swapTotalBytes: fields.get('SwapTotal') ?? null,
    swapFreeBytes: fields.get('SwapFree') ?? null,
  };
}

function sumOf(fields: ReadonlyMap<string, number>, keys: readonly string[]): number | null {
  const sizes = keys.flatMap((key) => fields.get(key) ?? []);
  return sizes.length < keys.length ? null : sizes.reduce((sum, size) => sum + size, 0);
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
const EDAC = '/sys/devices/system/edac/mc';
const KSM = '/sys/kernel/mm/ksm';

/** The fields that are asked for; others, such as HugePages_Total, have no unit. */
const WANTED =
  /^(?:Node \d+ )?(?:MemTotal|MemFree|MemAvailable|Buffers|Cached|SwapTotal|SwapFree)$/;

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
  return await allInOrder(
    sizes.map(async ({ name, number }) => ({
      sizeBytes: parseKernelSize(`${number} kB`, name),
      total: await count(host, `${HUGEPAGES}/${name}/nr_hugepages`),
      free: await count(host, `${HUGEPAGES}/${name}/free_hugepages`),
    })),
  );
}

async function numaNodes(host: Host) {
  const nodes = await numbered(host, NODES, /^node(\d+)$/);
  return await allInOrder(
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

async function ksm(host: Host) {
  const run = await readOrNull(host, `${KSM}/run`);
  if (run === null) return null;
  const sharedPages = await count(host, `${KSM}/pages_shared`);
  return { run: parseWhole(run, `${KSM}/run`), sharedPages };
}

async function ecc(host: Host) {
  const controllers = await numbered(host, EDAC, /^mc(\d+)$/);
  return await allInOrder(
    controllers.map(async ({ name }) => ({
      controller: name,
      correctedErrors: await count(host, `${EDAC}/${name}/ce_count`),
      uncorrectedErrors: await count(host, `${EDAC}/${name}/ue_count`),
    })),
  );
}

/** The kills that /proc/vmstat counts; null for a kernel that does not count them. */
export function parseOomKills(text: string): number | null {
  const lines = textLines(text, '/proc/vmstat').filter((line) => line !== '');
  const fields = new Map(lines.map((line) => [line.split(' ')[0], line]));
  if (!fields.has('nr_free_pages')) {
    throw new ParseError('/proc/vmstat: no line "nr_free_pages" in it, cut off or not vmstat');
  }
  const line = fields.get('oom_kill');
  return line === undefined ? null : parseWhole(line.slice('oom_kill '.length), '/proc/vmstat');
}

async function count(host: Host, path: string): Promise<number> {
  return parseWhole(await host.read(path), path);
}
