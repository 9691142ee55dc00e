import { expect, test } from 'vitest';
import { judgeReport } from '../../../shared/check.ts';
import { guestsChecks } from '../../../shared/checks/guests.ts';
import type { Guest } from '../../../shared/facts/guests.ts';
import { guestWith } from '../../doctored-guests.ts';
import { failed, samplePolicy, sampleWith } from '../../sample-report.ts';

/** What a check says of these guests. */
function said(id: string, guests: Guest[]): string[] {
  const chosen = guestsChecks.filter((check) => check.id === id);
  expect(chosen).toHaveLength(1);
  const report = sampleWith({ guests: { facts: { guests } } });
  return judgeReport(report, chosen, samplePolicy()).map((one) => `${one.verdict} ${one.message}`);
}

const denied = failed('denied', 'not for you');
const other: Guest = { ...guestWith(), instance: 'db.example.org' };

test.each<[string, Guest[], string[]]>([
  ['guests.accelerated', [guestWith(), other], ['pass 2 guests with KVM']],
  [
    'guests.accelerated',
    [guestWith({ acceleration: 'tcg' }), other],
    ['fail run by emulation (TCG): web.example.org; expected KVM'],
  ],
  [
    'guests.accelerated',
    [guestWith({ acceleration: null }), other],
    ['unknown the acceleration of web.example.org is not known'],
  ],
  ['guests.binary', [guestWith()], ['pass 1 guest of the installed QEMU']],
  [
    'guests.binary',
    [guestWith({ deleted: true }), { ...other, process: denied }],
    [
      'warn run a QEMU that was replaced since: web.example.org; expected the installed one',
      'unknown the binary of db.example.org is not known',
    ],
  ],
  [
    'guests.binary',
    [guestWith({ deleted: null })],
    ['unknown the binary of web.example.org is not known'],
  ],
  ['guests.runtime', [guestWith()], ['pass 1 guest with a .runtime file']],
  [
    'guests.runtime',
    [{ ...guestWith(), frozen: { status: 'ok', value: false } }],
    ['fail no .runtime file of web.example.org, expected one in /run/ganeti/kvm-hypervisor/conf'],
  ],
  [
    'guests.runtime',
    [{ ...guestWith(), frozen: denied }],
    ['unknown the .runtime file of web.example.org is not known'],
  ],
])('%s, case %#', (id, guests, expected) => {
  expect(said(id, guests)).toEqual(expected);
});

test.each(guestsChecks.map(({ id }) => id))('%s is asked of running guests alone', (id) => {
  const gone: Guest = { ...other, process: { status: 'ok', value: { state: 'gone' } } };
  expect(said(id, [])).toEqual(['skip no guest runs on the node']);
  expect(said(id, [gone])).toEqual(['skip no guest runs on the node']);
});
