import { z } from 'zod';
import { readingOf } from '../reading.ts';

const names = z.array(z.string());

export const cpuKindSchema = z.strictObject({
  cpus: z.array(z.int().nonnegative()).describe('the logical CPUs that report exactly this'),
  vendor: z.string().nullable().describe('cpuinfo vendor_id, raw'),
  family: z.int().nullable().describe('cpuinfo "cpu family"'),
  model: z.int().nullable().describe('cpuinfo "model"'),
  stepping: z.int().nullable().describe('cpuinfo "stepping"; null when not printed or "unknown"'),
  modelName: z.string().nullable().describe('cpuinfo "model name", raw'),
  microcode: z.string().nullable().describe('cpuinfo "microcode", raw, such as 0xd0003d1'),
  flags: names.describe('cpuinfo "flags", in the order printed'),
  vmxFlags: names.nullable().describe('cpuinfo "vmx flags"; null when the line is missing'),
  bugs: names.nullable().describe('cpuinfo "bugs"; null when the line is missing'),
  physicalAddressBits: z.int().nullable().describe('cpuinfo "address sizes", physical, bits'),
  virtualAddressBits: z.int().nullable().describe('cpuinfo "address sizes", virtual, bits'),
});

export const cpuSchema = z.strictObject({
  architecture: z.string().nullable().describe('as uname -m; null when it could not be had'),
  kinds: z.array(cpuKindSchema).min(1).describe('logical CPUs grouped by equal evidence'),
  differences: names.describe('the fields in which the kinds differ; empty on a uniform host'),
  flags: names.describe('the flags that every online CPU has, sorted'),
  vmxFlags: names.nullable().describe('the vmx flags that every CPU has, sorted; null: no line'),
  bugs: names.nullable().describe('the bugs of any CPU, sorted; null: some CPU prints no line'),
  online: z.array(z.int()).nullable().describe('sysfs online list; null when not readable'),
  offline: z.array(z.int()).nullable().describe('sysfs offline list; null when not readable'),
  present: z.array(z.int()).nullable().describe('sysfs present list; null when not readable'),
  smt: z.string().nullable().describe('sysfs smt/control: on, off, forceoff, notsupported …'),
  sockets: z.int().nullable().describe('distinct physical packages of the online CPUs'),
  cores: z.int().nullable().describe('distinct cores of the online CPUs'),
  vulnerabilities: readingOf(z.record(z.string(), z.string())).describe(
    'sysfs vulnerabilities, file name to its line, raw',
  ),
});

export type CpuKind = z.infer<typeof cpuKindSchema>;
export type CpuFacts = z.infer<typeof cpuSchema>;
