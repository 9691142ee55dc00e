import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import type { HostEvidence } from '../../../shared/cpu/runnable.ts';
import { reference } from '../../requirements.ts';
import { cpuFacts, evidence, noQemu, osFacts, qmpAnswered } from './hosts.ts';

const usable = z.record(z.string(), z.array(z.string()));
const machineSchema = z.object({
  name: z.string(),
  vendor: z.string(),
  family: z.number(),
  model: z.number(),
  stepping: z.number().nullable(),
  msrs: z.record(z.string(), z.string()).nullish(),
  cpuinfo: z.object({ flags: z.record(z.string(), z.array(z.string())) }).nullish(),
  qemu: z
    .object({
      version: z.string().nullish(),
      host: z.object({ features: z.array(z.string()) }).nullish(),
      deprecated: z.array(z.string()).nullish(),
      usable: usable.nullish(),
      aliases: z.record(z.string(), z.string()).nullish(),
    })
    .nullish(),
});

export type Machine = z.infer<typeof machineSchema>;

/** A capability dump of a QEMU on one of three hosts. */
const capsSchema = z.object({
  name: z.string(),
  qemuVersion: z.string(),
  kvm: z.object({
    features: z.array(z.string()),
    vendor: z.string(),
    family: z.number(),
    model: z.number(),
    stepping: z.number(),
    modelId: z.string(),
  }),
  usable,
  aliases: z.record(z.string(), z.string()).nullish(),
  deprecated: z.array(z.string()).nullish(),
});

export type Caps = z.infer<typeof capsSchema>;

/** The machines of the reference material, by name. */
export function machines(): Map<string, Machine> {
  const all = ['machines', 'machines-extra'].flatMap((folder) => readAll(folder, machineSchema));
  return new Map(all.map((one) => [one.name, one]));
}

/** The capability dumps of the reference material, by name. */
export function caps(): Map<string, Caps> {
  return new Map(readAll('qemu-caps', capsSchema).map((one) => [one.name, one]));
}

/** The machine as its own QEMU described it. */
export function proven(machine: Machine): HostEvidence {
  const { vendor, family, model, stepping } = machine;
  return evidence({
    cpu: cpuFacts({ vendor, family, model, stepping }),
    qemu: qmpAnswered({
      usable: machine.qemu?.usable ?? {},
      aliases: machine.qemu?.aliases ?? {},
      deprecated: [],
      host: machine.qemu?.host?.features ?? null,
    }),
  });
}

/** The capability dump as a host. */
export function provenCaps(dump: Caps): HostEvidence {
  const { vendor, family, model, stepping, features, modelId } = dump.kvm;
  return evidence({
    cpu: cpuFacts({ vendor, family, model, stepping }),
    qemu: qmpAnswered({
      version: dump.qemuVersion,
      usable: dump.usable,
      aliases: dump.aliases ?? {},
      deprecated: dump.deprecated ?? [],
      host: features,
      identity: { vendor, family, model, stepping, 'model-id': modelId },
    }),
  });
}

/** The machine as its kernel would show it, without a QEMU. */
export function shown(machine: Machine, kernel = '6.1'): HostEvidence {
  const { vendor, family, model, stepping } = machine;
  const flags = machine.cpuinfo?.flags[kernel] ?? [];
  return evidence({
    cpu: cpuFacts({ vendor, family, model, stepping, flags, bugs: bugsOf(machine, flags) }),
    os: osFacts(`${kernel}.0-18-amd64`),
    qemu: noQemu(),
  });
}

/**
 * The bugs line that a kernel of 6.1 prints on such a CPU, as far as the models depend on it. The
 * dumps have none: it follows from the vendor and from MSR 0x10a, which four of them recorded.
 */
function bugsOf({ vendor, msrs }: Machine, flags: readonly string[]): string[] {
  if (vendor !== 'GenuineIntel') return ['spec_store_bypass'];
  const bits = Number(msrs?.['0x10a'] ?? 0);
  const has = (bit: number) => (bits >> bit) % 2 === 1;
  return [
    'spec_store_bypass',
    ...(has(0) ? [] : ['cpu_meltdown']),
    ...(has(5) ? [] : ['mds']),
    ...(flags.includes('rtm') && !has(8) ? ['taa'] : []),
  ];
}

function readAll<T extends z.ZodType>(folder: string, schema: T): z.output<T>[] {
  const files = readdirSync(reference('cpu', folder)).sort();
  return files.map((file) =>
    schema.parse(JSON.parse(readFileSync(reference('cpu', folder, file), 'utf8'))),
  );
}
