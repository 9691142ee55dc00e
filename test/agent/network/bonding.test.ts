import { describe, expect, test } from 'vitest';
import { ParseError } from '../../../agent/host/host.ts';
import { parseBond, readBonds } from '../../../agent/network/bonding.ts';
import { madeHost } from '../recorded-hosts.ts';

const head = 'Ethernet Channel Bonding Driver: v6.1.0-41-amd64\n\n';
const slave = (name: string, aggregator: string) =>
  `\nSlave Interface: ${name}\nMII Status: up\nSpeed: 10000 Mbps\nDuplex: full\n` +
  `Link Failure Count: 0\nPermanent HW addr: 52:54:00:00:07:01\nSlave queue ID: 0\n` +
  `Aggregator ID: ${aggregator}\nActor Churn State: none\ndetails actor lacp pdu:\n` +
  '    system priority: 65535\n    port number: 1\ndetails partner lacp pdu:\n    port state: 1\n';

test('802.3ad: the active aggregator, and that of each link', () => {
  const text =
    `${head}Bonding Mode: IEEE 802.3ad Dynamic link aggregation\n` +
    'Transmit Hash Policy: layer3+4 (1)\nMII Status: up\nMII Polling Interval (ms): 100\n\n' +
    '802.3ad info\nLACP rate: fast\nActive Aggregator Info:\n\tAggregator ID: 1\n' +
    '\tNumber of ports: 1\n\tPartner Mac Address: 52:54:00:00:08:01\n' +
    slave('eth2', '1') +
    slave('eth3', '2');
  const link = { up: true, speedMbps: 10_000, linkFailures: 0 };
  expect(parseBond(text, 'bond0')).toEqual({
    name: 'bond0',
    mode: 'IEEE 802.3ad Dynamic link aggregation',
    up: true,
    activeSlave: null,
    aggregatorId: 1,
    slaves: [
      { ...link, name: 'eth2', aggregatorId: 1 },
      { ...link, name: 'eth3', aggregatorId: 2 },
    ],
  });
});

test('a bond without slaves, as loading the driver makes it', () => {
  const text = `${head}Bonding Mode: load balancing (round-robin)\nMII Status: down\n`;
  expect(parseBond(text, 'bond0')).toMatchObject({ up: false, slaves: [], aggregatorId: null });
});

describe('what is no bond is refused', () => {
  test.each([
    ['empty', ''],
    ['cut off in a line', `${head}Bonding Mode: load bal`],
    ['without a mode', `${head}MII Status: up\n`],
    ['without a state', `${head}Bonding Mode: x (y)\n`],
    ['a slave that was cut off', `${head}Bonding Mode: x\nMII Status: up\n\nSlave Interface: a\n`],
    [
      'an aggregator that is no number',
      `${head}Bonding Mode: x\nMII Status: up\n${slave('a', 'b')}`,
    ],
    ['binary', `${head}Bonding Mode: x\nMII Status: up\0\n`],
  ])('%s', (_name, text) => {
    expect(() => parseBond(text, 'bond0')).toThrow(ParseError);
  });
});

test('a host without the driver has no bond', async () => {
  const failures = { '/proc/net/bonding': { kind: 'not_found', message: 'no such file' } };
  expect(await readBonds(await madeHost({ snapshot: { failures } }))).toEqual([]);
});
