export { recordedHost } from './agent/recorded-hosts.ts';

/** The instant at which all tests take place. */
export const now = new Date('2026-03-01T12:00:00.000Z');
