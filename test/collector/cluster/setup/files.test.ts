import type { LastVerify } from '../../../../shared/facts/ganeti.ts';
import { ok } from '../../seed-cluster.ts';
import { type Changes, guest, running } from './installed.ts';
import { table } from './table.ts';

const iso = '/srv/iso/debian.iso';

/** A guest with an ISO, and what the last verify said of it. */
function withIso(change: (verify: LastVerify) => void = () => undefined): Changes {
  return {
    instance: ({ hvparams }) => {
      hvparams.cdrom_image_path = iso;
    },
    master: ({ master }) => {
      if (master?.lastVerify.status === 'ok' && master.lastVerify.value !== null) {
        change(master.lastVerify.value);
      }
    },
  };
}

const line = { severity: 'error' as const, kind: 'node', name: 'ganeti02.example.org' };
const named = `files named: cdrom_image_path ${iso} of ${guest}`;
const verify = 'the verify of 2026-11-22T06:00:09.000Z';

table('qemu.files', [
  ['none', {}, ['pass no parameter names a file: guests boot from their disks']],
  ['verify found them', withIso(), [`pass ${named}; found on every node by ${verify}`]],
  [
    'verify missed one',
    withIso(({ findings }) => {
      findings.push({ ...line, code: 'ENODEHV', message: 'no such file' });
    }),
    [`fail ${named}; ${verify} reports ganeti02.example.org: no such file`],
  ],
  [
    'verify said something else',
    withIso(({ findings }) => {
      findings.push({ ...line, code: 'ENODENET', message: 'no bridge' });
    }),
    [`pass ${named}; found on every node by ${verify}`],
  ],
  [
    'verify gave no codes',
    withIso(({ findings }) => {
      findings.push({ ...line, code: null, message: 'no such file' });
    }),
    [`unknown ${named}; ${verify} ran without --error-codes`],
  ],
  [
    'verify has not ended',
    withIso((one) => {
      one.endedAt = null;
    }),
    [`unknown ${named}; no gnt-cluster verify has looked for them`],
  ],
  [
    'verify never ran',
    {
      hvparams: { kernel_path: '/boot/vmlinuz-3-kvmU' },
      master: ({ master }) => {
        if (master) master.lastVerify = ok(null);
      },
    },
    [
      'unknown files named: kernel_path /boot/vmlinuz-3-kvmU of the cluster; no gnt-cluster ' +
        'verify has looked for them',
    ],
  ],
  [
    'an image over a network is on no node',
    { hvparams: { cdrom_image_path: 'https://example.org/a.iso' } },
    ['pass no parameter names a file: guests boot from their disks'],
  ],
]);

const drive = { id: null, protocol: null, format: null, cache: null, aio: null };
const once = 'expected none once it is installed';

table('guests.media', [
  ['none', {}, ['pass 1 running guest, none with an image']],
  [
    'configured',
    withIso(),
    [`warn images attached: ${guest} (cdrom_image_path is ${iso}); ${once}`],
  ],
  [
    'attached still, though no longer configured',
    {
      hosts: {
        1: running({
          drives: [
            { ...drive, kind: 'disk', path: '/dev/drbd0' },
            { ...drive, kind: 'cdrom', path: iso },
          ],
        }),
      },
    },
    [`warn images attached: ${guest} (runs with ${iso}); ${once}`],
  ],
  [
    'over a network',
    {
      hosts: {
        1: running({ drives: [{ ...drive, kind: 'cdrom', path: null, protocol: 'https' }] }),
      },
    },
    [`warn images attached: ${guest} (runs with one over https); ${once}`],
  ],
  [
    'of a guest that does not run',
    {
      ...withIso(),
      hosts: {
        1: ({ guests }) => {
          guests.guests = [];
        },
      },
    },
    ['skip no guest runs'],
  ],
]);
