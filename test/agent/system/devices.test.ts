import { describe, expect, test } from 'vitest';
import { HostError, ParseError } from '../../../agent/host/host.ts';
import { liveHost } from '../../../agent/host/live.ts';
import { networkCards, parseFirmware, storageControllers } from '../../../agent/system/devices.ts';
import { madeHost } from '../recorded-hosts.ts';

const DEVICE = '/sys/bus/pci/devices/0000:03:00.0';
const absent = { kind: 'not_found', message: 'no such file or directory' };

function pciFiles(change: Record<string, string> = {}): Record<string, string> {
  const texts = { class: '0x010700\n', vendor: '0x1000\n', device: '0x0097\n', ...change };
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [`${DEVICE}/${name}`, text]),
  );
}

describe('storage controllers', () => {
  test.each([
    ['0x010000', 'scsi'],
    ['0x010400', 'raid'],
    ['0x010601', 'sata'],
    ['0x010700', 'sas'],
    ['0x010802', 'nvme'],
    ['0x018000', 'other'],
  ])('of class %s are %s', async (code, kind) => {
    const host = await madeHost({
      files: pciFiles({ class: `${code}\n` }),
      snapshot: { links: { [`${DEVICE}/driver`]: '../../../../bus/pci/drivers/mpt3sas' } },
    });
    expect(await storageControllers(host)).toEqual([
      { address: '0000:03:00.0', kind, device: '1000:0097', driver: 'mpt3sas' },
    ]);
  });

  test('may have no driver; other devices are none, and no PCI is none', async () => {
    const snapshot = { failures: { [`${DEVICE}/driver`]: absent } };
    expect(await storageControllers(await madeHost({ files: pciFiles(), snapshot }))).toEqual([
      { address: '0000:03:00.0', kind: 'sas', device: '1000:0097', driver: null },
    ]);
    const bridge = await madeHost({ files: pciFiles({ class: '0x060100\n' }) });
    expect(await storageControllers(bridge)).toEqual([]);
    const bare = await madeHost({ snapshot: { failures: { '/sys/bus/pci': absent } } });
    expect(await storageControllers(bare)).toEqual([]);
  });

  test.each<[Record<string, string>, typeof ParseError | typeof HostError]>([
    [{ class: 'storage\n' }, ParseError],
    [{ class: '' }, ParseError],
    [{ class: '0x0107\n' }, ParseError],
    [{ vendor: '1000\n' }, ParseError],
    [{ device: '\u0000' }, ParseError],
  ])('%j is not guessed at', async (change, kind) => {
    await expect(storageControllers(await madeHost({ files: pciFiles(change) }))).rejects.toThrow(
      kind,
    );
  });

  test('that were not recorded are not absent', async () => {
    await expect(storageControllers(await madeHost({}))).rejects.toThrow(HostError);
  });
});

describe('network cards', () => {
  const NET = '/sys/class/net';
  const links = { [`${NET}/eth0/device`]: '../../../0000:03:00.0' };
  const files = {
    [`${NET}/eth0/device/vendor`]: '0x8086\n',
    [`${NET}/eth0/device/device`]: '0x1572\n',
    [`${NET}/bonding_masters`]: 'bond0\n',
    [`${NET}/lo/mtu`]: '65536\n',
  };
  const driver = { [`${NET}/eth0/device/driver`]: '../../../../bus/pci/drivers/i40e' };
  const failures = { [`${NET}/lo/device`]: absent };
  const call = { command: 'ethtool', args: ['-i', 'eth0'] };
  const card = { interface: 'eth0', device: '8086:1572', driver: 'i40e' };

  test.each<[string, object, object]>([
    [
      'tell',
      { code: 0, stdout: 'driver: i40e\nfirmware-version: 9.20 0x8000d78a\n', stderr: '' },
      { status: 'ok', value: '9.20 0x8000d78a' },
    ],
    ['have no ethtool', { failure: absent }, { status: 'ok', value: null }],
    [
      'do not answer',
      { failure: { kind: 'timed_out', message: 'gave up' } },
      {
        status: 'failed',
        error: { kind: 'timed_out', message: 'gave up', source: 'ethtool -i eth0' },
      },
    ],
  ])('with a device behind them %s', async (_, answer, firmware) => {
    const snapshot = { links: { ...links, ...driver }, failures };
    const host = await madeHost({ files, snapshot, commands: [{ ...call, ...answer }] });
    expect(await networkCards(host)).toEqual([{ ...card, firmware }]);
  });

  test('of a machine of no network are none', async () => {
    const host = await madeHost({ snapshot: { failures: { [NET]: absent } } });
    expect(await networkCards(host)).toEqual([]);
  });
});

test.each([
  ['firmware-version: 1.63\nbus-info: x\n', '1.63'],
  ['driver: virtio_net\nfirmware-version: \n', null],
  ['firmware-version: N/A\n', null],
])('the firmware in %j', (text, expected) => {
  expect(parseFirmware(text)).toBe(expected);
});

test.each(['', 'driver: igb\n', '\u0000'])('no firmware is guessed in %j', (text) => {
  expect(() => parseFirmware(text)).toThrow(ParseError);
});

test('this machine answers', async () => {
  const cards = await networkCards(liveHost());
  for (const { driver, firmware } of cards) {
    expect(driver).toMatch(/^\w/);
    expect(firmware.status).toBe('ok');
  }
  for (const { device } of await storageControllers(liveHost())) {
    expect(device).toMatch(/^[0-9a-f]{4}:[0-9a-f]{4}$/);
  }
});
