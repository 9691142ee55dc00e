import { z } from 'zod';
import { machineSchema } from '../facts/qemu.ts';
import qemu52 from './models/qemu-5.2.json' with { type: 'json' };
import qemu72 from './models/qemu-7.2.json' with { type: 'json' };
import qemu100 from './models/qemu-10.0.json' with { type: 'json' };
import qemu111 from './models/qemu-11.1.json' with { type: 'json' };
import { compareVersions, parseVersion, type Version } from './versions.ts';

const wordSet = z.string().transform((text) => new Set(text === '' ? [] : text.split(' ')));

const tableSchema = z.strictObject({
  schema: z.literal(1),
  qemu: z.string(),
  package: z.string(),
  aliases: z.record(z.string(), z.string()),
  flags: wordSet,
  models: z.array(
    z.strictObject({
      name: z.string(),
      vendor: z.string().nullable(),
      family: z.int(),
      model: z.int(),
      deprecated: z.boolean(),
      features: wordSet,
    }),
  ),
  machines: z.array(machineSchema),
});

/** What one QEMU knows: its models as a KVM guest gets them, its aliases, its machine types. */
export type ModelTable = z.output<typeof tableSchema>;

/** A model of fixed name: what a guest started with it is promised, the same in every QEMU. */
export type CpuModel = ModelTable['models'][number];

/** The tables shipped, made by `npm run models` from real QEMUs, oldest first. */
export const modelTables: readonly ModelTable[] = [qemu52, qemu72, qemu100, qemu111].map((table) =>
  tableSchema.parse(table),
);

// Versioned names never change their features between releases, so the newest table's entry holds.
const models = new Map(
  modelTables.flatMap((table) => table.models.map((model) => [model.name, model] as const)),
);
const aliases = new Map(modelTables.flatMap((table) => Object.entries(table.aliases)));

/** The model of a versioned name, or undefined when none of our tables has it. */
export function cpuModel(name: string): CpuModel | undefined {
  return models.get(name);
}

/** The versioned name behind an alias such as `Haswell-noTSX`; other names as they are. */
export function versionedName(name: string): string {
  return aliases.get(name) ?? name;
}

/** Every alias of a versioned name, the shortest first. */
export function aliasesOf(name: string): string[] {
  const found = [...aliases].filter(([, model]) => model === name).map(([alias]) => alias);
  return found.sort((a, b) => a.length - b.length);
}

/** The newest table that is not newer than `version`: every name in it is known to that QEMU. */
export function tableFor(version: Version): ModelTable | undefined {
  return modelTables.findLast((table) => {
    const own = parseVersion(table.qemu)?.slice(0, 2);
    return own !== undefined && compareVersions(own, version) <= 0;
  });
}

/** The oldest QEMU of our tables that knows the name, such as `10.0`; null when none does. */
export function firstQemuWith(name: string): string | null {
  const table = modelTables.find((one) => one.models.some((model) => model.name === name));
  return table ? table.qemu.split('.').slice(0, 2).join('.') : null;
}
