import { z } from 'zod';

export const volumeGroupSchema = z.strictObject({
  name: z.string(),
  sizeBytes: z.int().nonnegative().describe('vg_size'),
  freeBytes: z
    .int()
    .nonnegative()
    .describe('vg_free; LVM still counts a lost PV here, see missingPvCount'),
  extentBytes: z.int().positive().describe('vg_extent_size'),
  pvCount: z.int().nonnegative(),
  lvCount: z.int().nonnegative(),
  attributes: z.string().describe('vg_attr, raw, such as wz--n-'),
  partial: z.boolean().describe('the "p" in vg_attr: a PV is missing'),
  exported: z.boolean().describe('the "x" in vg_attr'),
  resizeable: z.boolean().describe('the "z" in vg_attr'),
});

export const physicalVolumeSchema = z.strictObject({
  name: z.string().describe('device path; "[unknown]" for a lost one'),
  vg: z.string().nullable().describe('null when it belongs to none'),
  sizeBytes: z.int().nonnegative(),
  freeBytes: z.int().nonnegative(),
  attributes: z.string().describe('pv_attr, raw'),
  missing: z.boolean().describe('the "m" in pv_attr'),
  duplicate: z.boolean().describe('the "d" in pv_attr'),
});

export const logicalVolumeSchema = z.strictObject({
  name: z.string(),
  vg: z.string(),
  sizeBytes: z.int().nonnegative(),
  attributes: z.string().describe('lv_attr, raw'),
  poolDataPercent: z
    .number()
    .nullable()
    .meta({ volatile: true })
    .describe('data_percent of thin pools and snapshots'),
  tags: z.array(z.string()),
});

export const lvmSchema = z.strictObject({
  volumeGroups: z.array(volumeGroupSchema),
  physicalVolumes: z.array(physicalVolumeSchema),
  logicalVolumes: z.array(logicalVolumeSchema),
});

export type VolumeGroup = z.infer<typeof volumeGroupSchema>;
export type LvmFacts = z.infer<typeof lvmSchema>;
