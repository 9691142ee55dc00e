import type { InventoryFacts } from '../../shared/facts/inventory.ts';

/** The machine that each node of the guide's cluster is. */
export const seedInventory: InventoryFacts = {
  manufacturer: 'Example',
  product: 'Rack 1',
  serialNumber: null,
  boardManufacturer: 'Example',
  boardProduct: 'Board 1',
  firmwareVendor: 'Example',
  firmwareVersion: '1.0',
  firmwareDate: '2024-01-01',
  memoryModules: null,
  storageControllers: {
    status: 'ok',
    value: [{ address: '0000:00:1f.2', kind: 'sata', device: '8086:8c02', driver: 'ahci' }],
  },
  networkCards: {
    status: 'ok',
    value: [
      {
        interface: 'eth0',
        device: '8086:1521',
        driver: 'igb',
        firmware: { status: 'ok', value: '1.63' },
      },
    ],
  },
};
