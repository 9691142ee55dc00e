import { z } from 'zod';
import { readingOf } from '../reading.ts';

const text = z.string().nullable();

export const networkCardSchema = z.strictObject({
  interface: z.string().describe('such as eno1'),
  device: text.describe('vendor and device of the bus, such as 8086:1572; null: it has none'),
  driver: text.describe('such as i40e'),
  firmware: readingOf(z.string().nullable()).describe(
    'firmware-version of ethtool -i; null: the driver does not tell, or there is no ethtool',
  ),
});

export const storageControllerSchema = z.strictObject({
  address: z.string().describe('on the PCI bus, such as 0000:03:00.0'),
  kind: z.enum(['scsi', 'raid', 'sata', 'sas', 'nvme', 'other']).describe('its PCI class'),
  device: z.string().describe('vendor and device, such as 1000:005d'),
  driver: text.describe('such as megaraid_sas; null: none is bound to it'),
});

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
  storageControllers: readingOf(z.array(storageControllerSchema))
    .optional()
    .describe('/sys/bus/pci/devices; empty for a machine without PCI'),
  networkCards: readingOf(z.array(networkCardSchema))
    .optional()
    .describe('the interfaces of /sys/class/net with a device behind them'),
});

export type InventoryFacts = z.infer<typeof inventorySchema>;
export type NetworkCard = z.infer<typeof networkCardSchema>;
export type StorageController = z.infer<typeof storageControllerSchema>;
