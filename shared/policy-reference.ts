import { z } from 'zod';
import { parseBytes } from './units.ts';

const size = z
  .string()
  .refine((text) => parseBytes(text) !== null, 'expected a size with a unit, such as "64 GiB"')
  .transform((text) => parseBytes(text) ?? Number.NaN);

const hardware = {
  memory: size.optional().describe('memory fitted; what the kernel keeps for itself is allowed'),
  disks: z
    .array(
      z.strictObject({
        count: z.int().positive().default(1),
        size: size.describe('as the maker has it, such as "480 GB"'),
        kind: z.enum(['flash', 'rotating']).optional(),
      }),
    )
    .optional()
    .describe('the fixed disks, in any order'),
  networkSpeed: z
    .int()
    .positive()
    .optional()
    .describe('of every port of a network card that has a link, in Mbit/s'),
  product: z.string().optional().describe('product name, as /sys/class/dmi/id/product_name'),
  firmware: z
    .string()
    .optional()
    .describe('version of the BIOS, as /sys/class/dmi/id/bios_version'),
  microcode: z.string().optional().describe('revision, as /proc/cpuinfo has it: 0x2007006'),
  sockets: z.int().positive().optional().describe('CPU packages'),
  cores: z.int().positive().optional().describe('cores of all packages together'),
};

const hardwareSchema = z.strictObject(hardware);

/** What the machines are meant to be; what is not declared is compared with the majority. */
export const referenceSchema = z
  .strictObject({
    ...hardware,
    groups: z
      .record(z.string(), hardwareSchema)
      .default({})
      .describe('what differs in a node group, by its name'),
  })
  .prefault({});

/** The declared hardware of the nodes of one group. */
export type Reference = z.infer<typeof hardwareSchema>;

/** What the policy declares of the nodes of `group`: its own word first, then that for all. */
export function referenceOf(declared: z.infer<typeof referenceSchema>, group: string): Reference {
  const { groups, ...all } = declared;
  return { ...all, ...(Object.hasOwn(groups, group) ? groups[group] : {}) };
}
