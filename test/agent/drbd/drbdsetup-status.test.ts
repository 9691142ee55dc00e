import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseDrbdsetupStatus } from '../../../agent/drbd/drbdsetup-status.ts';
import { ParseError } from '../../../agent/host/host.ts';
import { captures, describeWith, reference } from '../../requirements.ts';

const settled = {
  minor: 1000,
  resource: 'vm1',
  connection: 'Connected',
  localRole: 'Primary',
  peerRole: 'Secondary',
  localDisk: 'UpToDate',
  peerDisk: 'UpToDate',
  syncPercent: null,
  outOfSyncBytes: 0,
};

describe('drbdsetup status --json', () => {
  test('no resource is no device', () => {
    expect(parseDrbdsetupStatus('[\n]\n')).toEqual([]);
  });

  test('each volume stands once for each peer, a resync in the words of 8.4', () => {
    const peers = [
      connection('n2', 'Connected', { 'replication-state': 'Established' }),
      connection('n3', 'Connected', {
        'replication-state': 'SyncSource',
        'peer-disk-state': 'Inconsistent',
        'out-of-sync': 2048,
        'percent-in-sync': 98.5,
      }),
      connection('n4', 'StandAlone', {
        'replication-state': 'Off',
        'peer-disk-state': 'DUnknown',
      }),
    ];
    const behind = { connection: 'SyncSource', peerDisk: 'Inconsistent', syncPercent: 98.5 };
    expect(parseDrbdsetupStatus(status(peers))).toEqual([
      settled,
      { ...settled, ...behind, outOfSyncBytes: 2048 * 1024 },
      { ...settled, connection: 'StandAlone', peerDisk: 'DUnknown' },
    ]);
  });

  test('a resource without a peer has no peer side', () => {
    expect(parseDrbdsetupStatus(status([]))).toEqual([
      { ...settled, connection: null, peerRole: null, peerDisk: null, outOfSyncBytes: null },
    ]);
  });

  test.each([
    ['nothing', ''],
    ['text for people', 'vm1 role:Primary\n  disk:UpToDate\n'],
    ['an answer that is cut off', status([connection('n2', 'Connected', {})]).slice(0, 200)],
    ['binary data', '\0\x01\x02'],
    ['another shape', '{"devices": []}'],
    ['a negative amount', status([connection('n2', 'Connected', { 'out-of-sync': -1 })])],
  ])('%s is refused', (_, text) => {
    expect(() => parseDrbdsetupStatus(text)).toThrow(ParseError);
  });
});

describeWith([captures], 'a real answer of DRBD 9', () => {
  test('two resources with one volume each', () => {
    const path = reference('captures', 'drbd', 'ha_cluster_exporter', 'drbdsetup-status.json');
    const device = { ...settled, localRole: 'Secondary', peerRole: 'Primary' };
    expect(parseDrbdsetupStatus(readFileSync(path, 'utf8'))).toEqual([
      { ...device, minor: 2, resource: '1-single-0' },
      { ...device, minor: 3, resource: '1-single-1' },
    ]);
  });
});

function status(connections: unknown[]): string {
  const device = { volume: 0, minor: 1000, 'disk-state': 'UpToDate', client: false, quorum: true };
  const resource = { name: 'vm1', 'node-id': 0, role: 'Primary', devices: [device], connections };
  return JSON.stringify([resource]);
}

function connection(name: string, state: string, changes: Record<string, unknown>) {
  const volume = {
    volume: 0,
    'replication-state': 'Established',
    'peer-disk-state': 'UpToDate',
    'out-of-sync': 0,
    'percent-in-sync': 100,
    ...changes,
  };
  return { name, 'connection-state': state, 'peer-role': 'Secondary', peer_devices: [volume] };
}
