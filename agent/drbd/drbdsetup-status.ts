import { z } from 'zod';
import type { DrbdDevice } from '../../shared/facts/drbd.ts';
import { KIB } from '../../shared/units.ts';
import { parseJson } from '../json.ts';

/** drbdsetup counts in KiB, and more of them are no safe number of bytes. */
const MAX_KIB = Number.MAX_SAFE_INTEGER / KIB;

const statusSchema = z.array(
  z.object({
    name: z.string().min(1),
    role: z.string(),
    devices: z.array(
      z.object({
        volume: z.int(),
        minor: z.int().nonnegative(),
        'disk-state': z.string(),
      }),
    ),
    connections: z.array(
      z.object({
        name: z.string(),
        'connection-state': z.string(),
        'peer-role': z.string(),
        peer_devices: z.array(
          z.object({
            volume: z.int(),
            'replication-state': z.string(),
            'peer-disk-state': z.string(),
            'out-of-sync': z.int().nonnegative().max(MAX_KIB),
            'percent-in-sync': z.number(),
          }),
        ),
      }),
    ),
  }),
);

type Resource = z.infer<typeof statusSchema>[number];
type Device = Resource['devices'][number];
type Connection = Resource['connections'][number];

/** `drbdsetup status --json` of DRBD 9: one entry for each volume and peer, as one is for 8.4. */
export function parseDrbdsetupStatus(text: string): DrbdDevice[] {
  const resources = parseJson(text, statusSchema, 'drbdsetup status --json');
  return resources.flatMap((resource) =>
    resource.devices.flatMap((device) => {
      if (resource.connections.length === 0) return [ownSide(resource, device)];
      return resource.connections.map((peer) => bothSides(resource, device, peer));
    }),
  );
}

function ownSide(resource: Resource, device: Device): DrbdDevice {
  return {
    minor: device.minor,
    resource: resource.name,
    connection: null,
    localRole: resource.role,
    peerRole: null,
    localDisk: device['disk-state'],
    peerDisk: null,
    syncPercent: null,
    outOfSyncBytes: null,
  };
}

function bothSides(resource: Resource, device: Device, peer: Connection): DrbdDevice {
  const volume = peer.peer_devices.find((entry) => entry.volume === device.volume);
  const replication = volume?.['replication-state'] ?? null;
  const resyncs = replication !== null && RESYNC_STATES.has(replication);
  return {
    ...ownSide(resource, device),
    connection: stateOf(peer['connection-state'], replication),
    peerRole: peer['peer-role'],
    peerDisk: volume?.['peer-disk-state'] ?? null,
    syncPercent: resyncs && volume ? volume['percent-in-sync'] : null,
    outOfSyncBytes: volume ? volume['out-of-sync'] * KIB : null,
  };
}

const RESYNC_STATES = new Set([
  ...['SyncSource', 'SyncTarget', 'PausedSyncS', 'PausedSyncT', 'VerifyS', 'VerifyT'],
]);

/** In the one word of 8.4: the replication state, where it says more than the connection. */
function stateOf(connection: string, replication: string | null): string {
  const idle = replication === null || replication === 'Established' || replication === 'Off';
  return connection === 'Connected' && !idle ? replication : connection;
}
