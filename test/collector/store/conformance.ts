import { describe } from 'vitest';
import type { Store } from '../../../collector/store/store.ts';
import { eventsConform } from './conformance-events.ts';
import { keyChangesConform } from './conformance-key-changes.ts';
import { keysConform } from './conformance-keys.ts';
import { reportsConform } from './conformance-reports.ts';
import { retentionConforms } from './conformance-retention.ts';
import { sessionsConform } from './conformance-sessions.ts';
import { settingsConform } from './conformance-settings.ts';
import { standingsConform } from './conformance-standings.ts';

/** Opens an empty store that is closed at the end of the test. */
export type OpenStore = () => Promise<Store>;

/** What every store promises, whatever database is behind it. */
export function storeConforms(open: OpenStore): void {
  describe('reports', () => reportsConform(open));
  describe('retention', () => retentionConforms(open));
  describe('policies, waivers and tokens', () => settingsConform(open));
  describe('sessions', () => sessionsConform(open));
  describe('what is drawn over time', () => standingsConform(open));
  describe('what is announced', () => eventsConform(open));
  describe('enrolment', () => keysConform(open));
  describe('keys', () => keyChangesConform(open));
}
