import { z } from 'zod';
import { readingOf } from '../reading.ts';

export const helpModelSchema = z.strictObject({
  name: z.string().describe('exact name, as -cpu takes it'),
  aliasOf: z.string().nullable().describe('the model it stands for, when the help says so'),
  machineAlias: z.boolean().describe('"(alias configured by machine type)"'),
  description: z.string().describe('free text, without the notes parsed here'),
  deprecated: z.boolean(),
});

export const machineSchema = z.strictObject({
  name: z.string(),
  aliasOf: z.string().nullable().describe('for pc and q35: the versioned name behind them'),
  isDefault: z.boolean(),
  deprecated: z.boolean(),
});

const property = z.union([z.string(), z.number(), z.boolean()]);

export const definitionSchema = z.strictObject({
  name: z.string(),
  aliasOf: z.string().nullable().describe('alias-of of QMP, null for a versioned model'),
  unavailable: z
    .array(z.string())
    .nullable()
    .describe(
      'unavailable-features as a sorted set, "(unnamed)" for one without a name; null: not told',
    ),
  deprecated: z.boolean(),
  migrationSafe: z.boolean().nullable(),
});

export const kvmAnswerSchema = z.strictObject({
  definitions: z.array(definitionSchema).describe('query-cpu-definitions with accel=kvm'),
  hostStatic: z
    .record(z.string(), property)
    .nullable()
    .describe('static expansion of "host": migratable guest features; null when QEMU refused'),
  hostFull: z
    .record(z.string(), property)
    .nullable()
    .describe('full expansion of "host": family, model, stepping, model-id, level, phys-bits …'),
  machines: z.array(machineSchema).describe('query-machines, "none" left out'),
});

export const qemuSchema = z.strictObject({
  binary: z
    .string()
    .nullable()
    .describe('path of the QEMU that would run guests; null: none installed'),
  version: readingOf(z.string()).describe('upstream version such as 7.2.22'),
  packageVersion: z.string().nullable().describe('what the version line says in brackets'),
  cpuHelp: readingOf(
    z.strictObject({ models: z.array(helpModelSchema), flags: z.array(z.string()) }),
  ).describe('-cpu help: the names the binary knows, not what the host can run'),
  machineHelp: readingOf(z.array(machineSchema)).describe('-machine help'),
  kvm: readingOf(kvmAnswerSchema).describe(
    'what QEMU answers over QMP with KVM; its success proves that a VM can be created',
  ),
});

export type HelpModel = z.infer<typeof helpModelSchema>;
export type MachineType = z.infer<typeof machineSchema>;
export type CpuDefinition = z.infer<typeof definitionSchema>;
export type KvmAnswer = z.infer<typeof kvmAnswerSchema>;
export type QemuFacts = z.infer<typeof qemuSchema>;
