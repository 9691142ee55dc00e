import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseProcDrbd } from '../../../agent/drbd/proc-drbd.ts';
import { ParseError } from '../../../agent/host/host.ts';
import { captures, describeWith, reference } from '../../requirements.ts';

const syncing = `version: 8.4.11 (api:1/proto:86-101)
srcversion: 0123456789ABCDEF0123456

 1: cs:SyncTarget ro:Secondary/Primary ds:Inconsistent/UpToDate C r-----
    ns:0 nr:460288 dw:460160 dr:0 al:8 bm:0 lo:2 pe:4 ua:1 ap:0 ep:1 wo:f oos:588416
	[=======>............] sync'ed: 44.4% (588416/1048576)K
	finish: 0:00:08 speed: 65,736 (65,736) want: 61,440 K/sec
 2: cs:Unconfigured
`;

describe('/proc/drbd', () => {
  test('a device with its resync is read whole, an unconfigured minor is no device', () => {
    expect(parseProcDrbd(syncing)).toEqual({
      version: '8.4.11',
      devices: [
        {
          minor: 1,
          resource: null,
          connection: 'SyncTarget',
          localRole: 'Secondary',
          peerRole: 'Primary',
          localDisk: 'Inconsistent',
          peerDisk: 'UpToDate',
          syncPercent: 44.4,
          outOfSyncBytes: 588416 * 1024,
        },
      ],
    });
  });

  test('DRBD 9 gives its version and no devices', () => {
    const text = 'version: 9.1.23 (api:2/proto:86-121)\nGIT-hash: 0123\nTransports (api:18): tcp\n';
    expect(parseProcDrbd(text)).toEqual({ version: '9.1.23', devices: [] });
  });

  test.each([
    ['an empty file', ''],
    ['a file that is cut off', syncing.slice(0, 120)],
    ['a file that is cut off within a state', `${syncing.slice(0, 110)}\n`],
    ['binary data', `version: 8.4.11 (api:1\0\x01`],
    ['binary data after the version', `${syncing.split('\n')[0]}\n\u0001\u0002\u0003\n`],
    ['another file', 'Linux version 6.1.0-13-amd64\n'],
    ['words of another language', syncing.replace('cs:SyncTarget', 'état:SyncTarget')],
  ])('%s is refused', (_, text) => {
    expect(() => parseProcDrbd(text)).toThrow(ParseError);
  });
});

/** Minor, connection, roles and disks of each device, and how much is out of sync. */
type Row = [minor: number, state: string, outOfSyncKib: number | null, percent?: number];

const standAlone = 'StandAlone Secondary/Unknown UpToDate/DUnknown';
const waiting = 'WFConnection Primary/Unknown UpToDate/DUnknown';
const waitingSecondary = 'WFConnection Secondary/Unknown UpToDate/DUnknown';
const primary = 'Connected Primary/Secondary UpToDate/UpToDate';
const secondary = 'Connected Secondary/Primary UpToDate/UpToDate';
const peerDiskless = 'Connected Primary/Secondary UpToDate/Diskless';
const diskless = 'Connected Secondary/Primary Diskless/UpToDate';

const files: [name: string, version: string | null, devices: Row[]][] = [
  [
    'proc_drbd8.txt',
    '8.0.12',
    [
      [0, primary, null],
      [1, secondary, null],
      [4, waiting, null],
      [5, peerDiskless, null],
      [6, diskless, null],
      [7, waitingSecondary, null],
      [8, standAlone, null],
    ],
  ],
  ['proc_drbd80-emptyline.txt', '8.0.12', [[0, primary, null]]],
  ['proc_drbd80-emptyversion.txt', null, [[0, primary, null]]],
  [
    'proc_drbd83.txt',
    '8.3.1',
    [
      [0, primary, 0],
      [1, secondary, 0],
      [4, waiting, 0],
      [5, peerDiskless, 0],
      [6, diskless, 0],
      [7, waitingSecondary, 0],
      [8, standAlone, 0],
    ],
  ],
  [
    'proc_drbd83_sync.txt',
    '8.3.1',
    [
      [0, primary, 0],
      [1, secondary, 0],
      [3, 'SyncTarget Primary/Secondary Inconsistent/UpToDate', 346112, 34.9],
      [4, waiting, 0],
    ],
  ],
  [
    'proc_drbd83_sync_krnl2.6.39.txt',
    '8.3.1',
    [
      [0, primary, 0],
      [1, secondary, 0],
      [3, 'SyncSource Primary/Secondary UpToDate/Inconsistent', 15358208, 2.4],
      [4, waiting, 0],
    ],
  ],
  [
    'proc_drbd83_sync_want.txt',
    '8.3.11',
    [[0, 'SyncTarget Secondary/Primary Inconsistent/UpToDate', 588416, 44.4]],
  ],
  [
    'proc_drbd84.txt',
    '8.4.2',
    [
      [0, primary, 0],
      [1, secondary, 0],
      [4, waiting, 1048320],
      [6, diskless, 0],
      [8, standAlone, 1048320],
    ],
  ],
  [
    'proc_drbd84_emptyfirst.txt',
    '8.4.2',
    [
      [1, secondary, 0],
      [4, waiting, 1048320],
      [6, diskless, 0],
      [8, standAlone, 1048320],
    ],
  ],
  [
    'proc_drbd84_sync.txt',
    '8.4.2',
    [
      [0, 'StandAlone Primary/Unknown UpToDate/DUnknown', 1048320],
      [5, 'SyncSource Secondary/Secondary UpToDate/Inconsistent', 335744, 68.5],
    ],
  ],
];

describeWith([captures], "/proc/drbd of every version in Ganeti's own tests", () => {
  test.each(files)('%s', (name, version, rows) => {
    const text = readFileSync(reference('captures', 'ganeti-test-data', name), 'utf8');
    expect(brief(text)).toEqual({ version, rows: rows.map(([a, b, c, d = null]) => [a, b, c, d]) });
  });

  test('a node of another project: Primary on both sides', () => {
    const path = reference('captures', 'node_exporter-fixtures', 'proc', 'drbd');
    const rows = [[1, 'Connected Primary/Primary UpToDate/UpToDate', 12349, null]];
    expect(brief(readFileSync(path, 'utf8'))).toEqual({ version: '8.4.3', rows });
  });
});

function brief(text: string) {
  const { version, devices } = parseProcDrbd(text);
  const rows = devices.map((device) => {
    const roles = `${device.localRole}/${device.peerRole}`;
    const disks = `${device.localDisk}/${device.peerDisk}`;
    const kib = device.outOfSyncBytes === null ? null : device.outOfSyncBytes / 1024;
    return [device.minor, `${device.connection} ${roles} ${disks}`, kib, device.syncPercent];
  });
  return { version, rows };
}
