import { describe, expect, test } from 'vitest';
import { type Host, ParseError } from '../../../agent/host/host.ts';
import { liveHost } from '../../../agent/host/live.ts';
import { inventoryProbe, parseMemoryLayout, stated } from '../../../agent/probes/inventory.ts';
import { inventorySchema } from '../../../shared/facts/inventory.ts';
import { defaultPolicy } from '../../../shared/policy.ts';
import { GIB } from '../../../shared/units.ts';
import { madeHost, recordedHost } from '../recorded-hosts.ts';

const ok = <T>(value: T) => ({ status: 'ok', value });
const igb = (name: string, firmware: string | null) => ({
  interface: name,
  device: '8086:1521',
  driver: 'igb',
  firmware: ok(firmware),
});

test('a server with two modules and an empty slot', async () => {
  const module = {
    slot: 'P0_Node0_Channel0_Dimm0',
    sizeBytes: 4 * GIB,
    type: 'DDR4',
    speedMtps: 2133,
    manufacturer: 'Samsung',
    partNumber: 'M391A5143EB1-CPB',
    serialNumber: null,
  };
  expect(await inventoryFacts(await recordedHost('seed-ganeti01'))).toEqual({
    manufacturer: 'Supermicro',
    product: 'SYS-5018D-LN4T',
    serialNumber: 'SEED0001',
    boardManufacturer: 'Supermicro',
    boardProduct: 'X10SDV-4C-TLN4F',
    firmwareVendor: 'American Megatrends Inc.',
    firmwareVersion: '2.3',
    firmwareDate: '06/04/2021',
    memoryModules: [
      module,
      { ...module, slot: 'P0_Node0_Channel1_Dimm0', sizeBytes: 2 * GIB },
      {
        slot: 'P0_Node0_Channel1_Dimm1',
        sizeBytes: 0,
        type: null,
        speedMtps: null,
        manufacturer: null,
        partNumber: null,
        serialNumber: null,
      },
    ],
    storageControllers: ok([
      { address: '0000:00:1f.2', kind: 'sata', device: '8086:8c02', driver: 'ahci' },
    ]),
    networkCards: ok([igb('eth0', null)]),
  });
});

test('fillers of the firmware and inventions of the library are null, field by field', async () => {
  expect(await inventoryFacts(await recordedHost('bookworm-worn-node'))).toEqual({
    manufacturer: null,
    product: 'H11DSi',
    serialNumber: null,
    boardManufacturer: 'Supermicro',
    boardProduct: 'H11DSi',
    firmwareVendor: null,
    firmwareVersion: '2.4',
    firmwareDate: null,
    memoryModules: null,
    storageControllers: ok([
      { address: '0000:05:00.0', kind: 'raid', device: '1000:005d', driver: 'megaraid_sas' },
    ]),
    networkCards: ok([igb('eth0', '1.63, 0x800009fa'), igb('eth1', '1.63, 0x800009fa')]),
  });
});

test('the one module of a virtual machine that dmidecode tells is no invention', async () => {
  const facts = await inventoryFacts(await recordedHost('bookworm-before-setup'));
  expect(facts.product).toBe('Standard PC (Q35 + ICH9, 2009)');
  expect(facts.memoryModules).toEqual([
    {
      slot: null,
      sizeBytes: 4 * GIB,
      type: 'RAM',
      speedMtps: null,
      manufacturer: 'QEMU',
      partNumber: null,
      serialNumber: null,
    },
  ]);
});

test('of a bare tree nothing is claimed', async () => {
  await expect(inventoryFacts(await madeHost({}))).rejects.toMatchObject({ kind: 'not_recorded' });
});

test('a damaged answer of the library fails the section', async () => {
  const host = await madeHost({ snapshot: { inventory: { system: ['not', 'an', 'object'] } } });
  await expect(inventoryFacts(host)).rejects.toThrow(ParseError);
});

describe('a text of the firmware', () => {
  test.each([
    '',
    ' \n',
    '-',
    'Not Specified',
    'Default string',
    'TO BE FILLED BY O.E.M.',
    '-1',
    '0',
  ])('that says nothing is null: %j', (text) => expect(stated(text)).toBeNull());

  test.each([
    ['Dell Inc.\n', 'Dell Inc.'],
    ['Unknown Products Ltd', 'Unknown Products Ltd'],
    ['00', '00'],
  ])('%j', (text, value) => expect(stated(text)).toBe(value));
});

test.each([null, {}, [{ size: -1 }], [{ size: 'much' }], 'x'])(
  'a memory layout of another shape is refused: %j',
  (answer) => expect(() => parseMemoryLayout(answer)).toThrow(ParseError),
);

test('no memory layout at all is no module, and not an empty machine', () => {
  expect(parseMemoryLayout([])).toBeNull();
});

test('this machine never makes a module up', async () => {
  const { memoryModules } = await inventoryFacts(liveHost());
  expect(memoryModules === null || memoryModules.some(({ type }) => type !== null)).toBe(true);
});

async function inventoryFacts(host: Host) {
  return inventorySchema.parse(await inventoryProbe.collect(host, defaultPolicy()));
}
