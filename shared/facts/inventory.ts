import { z } from 'zod';

const text = z.string().nullable();

export const inventorySchema = z.strictObject({
  manufacturer: text,
  product: text,
  serialNumber: text.describe('root only on most hosts'),
  boardManufacturer: text,
  boardProduct: text,
  firmwareVendor: text,
  firmwareVersion: text,
  firmwareDate: text,
  memoryModules: z
    .array(
      z.strictObject({
        slot: text,
        sizeBytes: z.int().nonnegative().describe('0 for an empty slot'),
        type: text,
        speedMtps: z.int().nullable().describe('configured speed, megatransfers a second'),
        manufacturer: text,
        partNumber: text,
        serialNumber: text,
      }),
    )
    .nullable()
    .describe('null when dmidecode was not there or not allowed: never made up'),
});

export type InventoryFacts = z.infer<typeof inventorySchema>;
