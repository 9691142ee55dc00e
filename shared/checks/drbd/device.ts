import type { Judgement } from '../../check.ts';
import type { DrbdDevice } from '../../facts/drbd.ts';
import { fail, pass, unknown, warn } from '../../judgement.ts';
import { formatBytes } from '../../units.ts';

/** The verdict on one configured device; its name is the subject. */
export function judgeDevice(device: DrbdDevice): Judgement {
  return { subject: nameOf(device), ...stateOf(device) };
}

function nameOf({ resource, minor }: DrbdDevice): string {
  const number = minor === null ? 'without minor' : `minor ${minor}`;
  return resource === null ? number : `${resource} ${number}`;
}

/** Connection states of 8.4 in which blocks are being copied or compared. */
const syncing = new Set([
  ...['SyncSource', 'SyncTarget', 'PausedSyncS', 'PausedSyncT', 'VerifyS', 'VerifyT'],
  ...['WFBitMapS', 'WFBitMapT', 'WFSyncUUID', 'StartingSyncS', 'StartingSyncT'],
]);
const lost = new Set(['Diskless', 'Failed', 'Detaching']);

function stateOf(device: DrbdDevice): Judgement {
  const { connection, localDisk, peerDisk, localRole, peerRole } = device;
  const name = nameOf(device);
  const found = `${name}: ${connection}, ${localRole}/${peerRole}, ${localDisk}/${peerDisk}`;
  if (connection === null || localDisk === null) return unknown(`${name}: no state is shown`);
  if (connection === 'StandAlone') {
    return fail(
      `${found}: it has given up its peer, as after a split brain; expected Connected`,
      'compare both sides before anything else; gnt-instance replace-disks gives one copy up',
    );
  }
  if (lost.has(localDisk) || lost.has(peerDisk ?? '')) {
    return fail(`${found}: a copy has lost its disk`, 'gnt-instance replace-disks INSTANCE');
  }
  if (isSyncing(device)) return inSync(device, found);
  if (connection !== 'Connected') {
    return fail(
      `${found}, expected Connected`,
      'look at the peer and at the replication network; gnt-instance activate-disks INSTANCE',
    );
  }
  if (localDisk !== 'UpToDate' || peerDisk !== 'UpToDate') {
    return fail(`${found}, expected UpToDate/UpToDate`, 'gnt-instance replace-disks INSTANCE');
  }
  return ofWhole(device, found);
}

function isSyncing({ connection, syncPercent }: DrbdDevice): boolean {
  return syncPercent !== null || (connection !== null && syncing.has(connection));
}

function inSync({ syncPercent }: DrbdDevice, found: string): Judgement {
  const done = syncPercent === null ? '' : ` (${syncPercent} % done)`;
  return warn(
    `${found}: a resync or verification runs${done}`,
    'wait for its end before any maintenance: watch cat /proc/drbd',
  );
}

function ofWhole(device: DrbdDevice, found: string): Judgement {
  if (device.localRole === 'Primary' && device.peerRole === 'Primary') {
    return fail(
      `${found}: both sides are primary, as after an aborted migration`,
      'gnt-instance migrate --cleanup INSTANCE, unless a migration runs just now',
    );
  }
  const { outOfSyncBytes: dirty } = device;
  if (dirty === null) return unknown(`${found}; how much differs between the copies is not told`);
  if (dirty > 0) {
    return fail(
      `${found}, yet ${formatBytes(dirty)} differ between the copies; expected 0 B`,
      'drbdsetup disconnect and connect again, so that the marked blocks are copied',
    );
  }
  return pass(found);
}
