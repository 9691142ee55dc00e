import type { CpuKind } from '../shared/facts/cpu.ts';
import { ParseError } from './host/host.ts';
import { keyValueLines, parseWhole, quote } from './parse.ts';

/** What /proc/cpuinfo says of one logical CPU; on any architecture but x86 nearly all is null. */
export interface LogicalCpu extends Omit<CpuKind, 'cpus'> {
  number: number;
}

/** 8192 CPUs, the most that x86 kernels know, of 4 kB each. */
export const MAX_CPUINFO_BYTES = 32 * 1024 * 1024;

/** The logical CPUs of a whole /proc/cpuinfo, in its order. A text that was cut off is refused. */
export function parseCpuinfo(text: string): LogicalCpu[] {
  const records = recordsOf(keyValueLines(text, WHAT));
  if (records.length === 0) throw new ParseError(`${WHAT}: no line "processor : N" in it`);
  const numbers = new Set(records.map((record) => record.number));
  if (numbers.size !== records.length) throw new ParseError(`${WHAT}: a CPU is listed twice`);
  refuseCutOff(text, records);
  return records.map((record) => (isX86(record) ? x86Cpu(record) : otherCpu(record)));
}

/** The logical CPUs grouped by equal evidence, in the order of their first CPU. */
export function kindsOf(cpus: readonly LogicalCpu[]): CpuKind[] {
  const kinds = new Map<string, CpuKind>();
  for (const { number, ...evidence } of cpus) {
    const key = JSON.stringify(evidence);
    const kind = kinds.get(key);
    if (kind) kind.cpus.push(number);
    else kinds.set(key, { cpus: [number], ...evidence });
  }
  return [...kinds.values()];
}

const WHAT = '/proc/cpuinfo';

interface CpuRecord {
  number: number;
  fields: Map<string, string>;
  repeated: string | null;
}

/** Some recorded files have lost their empty lines, so a record begins at its "processor" line. */
function recordsOf(lines: readonly [string, string][]): CpuRecord[] {
  const records: CpuRecord[] = [];
  for (const [key, value] of lines) {
    const number = cpuNumber(key, value);
    const current = records.at(-1);
    if (number !== null) records.push({ number, fields: new Map(), repeated: null });
    else if (current?.fields.has(key)) current.repeated ??= key;
    else current?.fields.set(key, value);
  }
  return records;
}

/** x86, arm, riscv and ppc print `processor : 0`, s390 prints `processor 0: version = …`. */
function cpuNumber(key: string, value: string): number | null {
  if (key === 'processor') return parseWhole(value, `${WHAT}: processor`);
  const s390 = /^processor (\d{1,6})$/.exec(key);
  return s390 ? Number(s390[1]) : null;
}

function isX86(record: CpuRecord): boolean {
  return record.fields.has('cpu family') || record.fields.has('flags');
}

/** The kernel ends every x86 record with "power management", and the file with a newline. */
function refuseCutOff(text: string, records: readonly CpuRecord[]): void {
  const first = records[0];
  if (!first || !isX86(first)) return;
  const ending = ['flags', 'address sizes', 'power management'];
  const expected = ending.filter((key) => first.fields.has(key));
  const short = records.find((record) => expected.some((key) => !record.fields.has(key)));
  if (short) throw new ParseError(`${WHAT}: the record of CPU ${short.number} is incomplete`);
  if (!text.endsWith('\n')) throw new ParseError(`${WHAT}: cut off in the middle of a line`);
}

function x86Cpu({ number, fields, repeated }: CpuRecord): LogicalCpu {
  const what = `${WHAT}: CPU ${number}`;
  if (repeated !== null) throw new ParseError(`${what} prints ${quote(repeated)} twice`);
  const flags = words(fields.get('flags'));
  if (flags === null) throw new ParseError(`${what} has no flags line`);
  const addressSizes = addressBits(fields.get('address sizes'), what);
  return {
    number,
    vendor: fields.get('vendor_id') || null,
    family: whole(fields.get('cpu family'), `${what}: cpu family`),
    model: whole(fields.get('model'), `${what}: model`),
    stepping: whole(fields.get('stepping'), `${what}: stepping`),
    modelName: fields.get('model name') || null,
    microcode: fields.get('microcode') || null,
    flags,
    vmxFlags: words(fields.get('vmx flags')),
    bugs: words(fields.get('bugs')),
    physicalAddressBits: addressSizes.physical,
    virtualAddressBits: addressSizes.virtual,
  };
}

/** Ganeti's KVM support is judged on x86 alone: of other CPUs only names are taken. */
function otherCpu({ number, fields }: CpuRecord): LogicalCpu {
  return {
    number,
    vendor: fields.get('vendor_id') || null,
    family: null,
    model: null,
    stepping: null,
    modelName: fields.get('model name') || null,
    microcode: null,
    flags: [],
    vmxFlags: null,
    bugs: null,
    physicalAddressBits: null,
    virtualAddressBits: null,
  };
}

function words(value: string | undefined): string[] | null {
  return value === undefined ? null : value.split(/\s+/).filter((word) => word !== '');
}

/** The kernel prints "unknown" where it has no number. */
function whole(value: string | undefined, what: string): number | null {
  return value === undefined || value === 'unknown' ? null : parseWhole(value, what);
}

function addressBits(value: string | undefined, what: string) {
  if (value === undefined) return { physical: null, virtual: null };
  const match = /^(\d{1,3}) bits physical, (\d{1,3}) bits virtual$/.exec(value);
  if (!match) throw new ParseError(`${what}: expected address sizes, found ${quote(value)}`);
  return { physical: Number(match[1]), virtual: Number(match[2]) };
}
