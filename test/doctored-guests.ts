import type { Guest, GuestProcess } from '../shared/facts/guests.ts';
import type { Doctoring } from './doctoring.ts';
import { sampleGuest } from './sample-ganeti.ts';

type Running = Extract<GuestProcess, { state: 'running' }>;

/** The sample's running guest, with a change to its process. */
export function guestWith(change: Partial<Running> = {}): Guest {
  const guest = sampleGuest();
  if (guest.process.status === 'ok') Object.assign(guest.process.value, change);
  return guest;
}

const on = (guest: Guest) => ({ guests: { facts: { guests: [guest] } } });

const noticed = (verdict: Doctoring['verdict'], guest: Guest): Doctoring => ({
  verdict,
  sections: on(guest),
  passes: { sections: on(guestWith()) },
});

/** For every check of the guests on a node one that it must not pass. */
export const doctoredGuests: Record<string, Doctoring> = {
  'guests.accelerated': noticed('fail', guestWith({ acceleration: 'tcg' })),
  'guests.binary': noticed('warn', guestWith({ deleted: true })),
  'guests.runtime': noticed('fail', { ...guestWith(), frozen: { status: 'ok', value: false } }),
};
