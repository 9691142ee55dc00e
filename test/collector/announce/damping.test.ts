import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  changesOf,
  type Damping,
  defaultDamping,
  knownOf,
} from '../../../collector/announce/damping.ts';
import type { Observation, Round } from '../../../collector/announce/observations.ts';
import type { NewEvent } from '../../../collector/store/event.ts';
import { now } from '../seed-cluster.ts';
import { later } from './views.ts';

const QUARTER = 15;
const once: Damping = { of: 1, among: 1 };
const words: Record<string, string> = { o: 'open', c: 'closed', u: 'undecided' };

/** A round of the cluster that is complete at that minute. */
function roundAt(minute: number, oldestMs: number | null = null, mostMs = oldestMs): Round {
  const nowMs = later(minute).getTime();
  return { of: 'cluster', nowMs, oldestMs, mostMs, limitMs: 2 * 3_600_000 };
}

function seen(value: string, more: Partial<Observation> = {}): Observation {
  const of = { kind: 'verdict', subject: 'health', detail: () => [], silent: false } as const;
  return { ...of, value, round: roundAt(0), ...more };
}

/** Judges again and again, with what was kept of the judgement before, as the store has it. */
function playing(damping: Damping) {
  let known = knownOf([]);
  return (observations: Observation[], at = now) => {
    const changes = changesOf(known, observations, { damping, at });
    for (const subject of changes.gone) known.forget(subject);
    for (const subject of changes.subjects) known.put(subject);
    // Each judgement is another process's.
    known = knownOf(JSON.parse(JSON.stringify(known.all())));
    return changes;
  };
}

/** Which round announces what; a capital letter stands for a round within a window. */
function announcedOf(rounds: string, damping: Damping): string[] {
  const judge = playing(damping);
  return [...rounds].flatMap((letter, index) => {
    const low = letter.toLowerCase();
    const round = roundAt(index * QUARTER);
    const value = words[low] ?? low;
    const { events } = judge([seen(value, { round, silent: letter !== low })]);
    return events.map(({ was, now: is }) => `${index}: ${was} > ${is}`);
  });
}

describe('2 of 3 rounds', () => {
  test.each<[string, string, string[]]>([
    ['the first value is kept and not announced', 'ccccc', []],
    ['a change that stays is announced at its second round', 'occccc', ['2: open > closed']],
    ['one that was seen once is not', 'oocooo', []],
    ['nor again and again', 'ocoocoocoo', []],
    ['by turns is never announced', 'ocococococ', []],
    ['by turns of three is never announced', 'ocuocuocuocu', []],
    ['back and forth, two rounds each', 'occoocc', [...backAndForth(2, 4), '6: open > closed']],
    ['with a round between, announced when it stays', 'ococc', ['4: open > closed']],
    ['to one value and on to another', 'occuu', ['2: open > closed', '4: closed > undecided']],
    ['another value once, before the first is announced', 'oucc', ['3: open > closed']],
    ['within a window nothing', 'oCCCCoo', []],
    ['after a window what still differs, at once', 'oCCCc', ['4: open > closed']],
    [
      'after a window what was seen once waits for its second round',
      'oOOCco',
      ['4: open > closed'],
    ],
    ['after a window what went back by then is nothing', 'oCCCoccoo', [...backAndForth(6, 8)]],
    ['a round in a window counts', 'oCc', ['2: open > closed']],
  ])('%s: %s', (_what, rounds, events) => {
    expect(announcedOf(rounds, defaultDamping)).toEqual(events);
  });
});

describe('other rounds', () => {
  test.each<[string, Damping, string[]]>([
    ['ococ', once, ['1: open > closed', '2: closed > open', '3: open > closed']],
    ['oCc', once, ['2: open > closed']],
    ['occ', { of: 2, among: 2 }, ['2: open > closed']],
    ['ocococ', { of: 2, among: 2 }, []],
    ['occc', { of: 3, among: 3 }, ['3: open > closed']],
    ['occocc', { of: 3, among: 3 }, []],
    ['occocc', { of: 3, among: 5 }, ['5: open > closed']],
    ['occoococ', { of: 3, among: 5 }, []],
    // What came before an announcement still counts.
    ['ocuccuu', { of: 3, among: 5 }, ['4: open > closed', '6: closed > undecided']],
    ['oc', { of: 1, among: 3 }, ['1: open > closed']],
  ])('%s by %j', (rounds, damping, events) => {
    expect(announcedOf(rounds, damping)).toEqual(events);
  });
});

describe('a round', () => {
  const beganMs = now.getTime();

  test.each<[string, Round, boolean]>([
    ['every node reported since', roundAt(1, beganMs + 1), true],
    ['a node reported at its very beginning', roundAt(60, beganMs), false],
    ['no node can be waited for', roundAt(1), true],
    ['the longest time has passed', roundAt(120, beganMs - 1), true],
    ['it has not quite', roundAt(119.99, beganMs - 1), false],
    ['most reported, and the few had their time', roundAt(30, beganMs, beganMs + 1), true],
    ['the few may yet report', roundAt(29.99, beganMs, beganMs + 1), false],
    ['the few had their time, and others too', roundAt(30, beganMs, beganMs), false],
    ['the clock was set back', roundAt(-1, beganMs - 3_600_000), true],
  ])('of the cluster: %s', (_what, round, complete) => {
    const judge = playing(defaultDamping);
    judge([seen('open')]);
    const { subjects } = judge([seen('open', { round })]);
    expect(subjects.length).toBe(complete ? 1 : 0);
  });

  test('that is not complete does not count, however often it is judged', () => {
    const judge = playing(defaultDamping);
    judge([seen('open')]);
    for (let times = 0; times < 9; times++) {
      const changes = judge([seen('closed', { round: roundAt(times, beganMs) })]);
      expect(changes).toEqual({ subjects: [], gone: [], events: [] });
    }
  });

  test('of a report counts once, and keeps nothing while nothing changes', () => {
    const judge = playing(defaultDamping);
    const drift = (value: string, minute: number) =>
      judge([
        seen(value, {
          ...{ kind: 'drift', subject: 'n1' },
          round: { of: 'report', collectedAt: later(minute).toISOString() },
        }),
      ]);
    expect(drift('cpu=a', 0).subjects).toHaveLength(1);
    expect(drift('cpu=a', 15).subjects).toEqual([]);
    expect(drift('cpu=b', 30).subjects).toHaveLength(1);
    expect(drift('cpu=b', 30)).toEqual({ subjects: [], gone: [], events: [] });
    const { events, subjects } = drift('cpu=b', 45);
    expect([events.length, subjects.length]).toEqual([1, 1]);
    expect(drift('cpu=b', 45)).toEqual({ subjects: [], gone: [], events: [] });
  });

  test('numbers that are near are the same value', () => {
    const judge = playing(once);
    const memory = (bytes: number, minute: number) =>
      judge([
        seen(`memory=a~${bytes}@0.01`, {
          ...{ kind: 'drift', subject: 'n1' },
          round: { of: 'report', collectedAt: later(minute).toISOString() },
        }),
      ]).events.length;
    // From what was announced, not from the report before: a slow change is one in the end.
    const events = [1000, 995, 991, 985, 985, 980].map((bytes, index) => memory(bytes, index));
    expect(events).toEqual([0, 0, 0, 1, 0, 0]);
  });
});

test.each<[Observation['kind'], string, string, NewEvent['type']]>([
  ['verdict', 'closed', 'open', 'verdict.opened'],
  ['verdict', 'open', 'closed', 'verdict.closed'],
  ['verdict', 'open', 'undecided', 'verdict.undecided'],
  ['node', 'reporting', 'overdue', 'node.overdue'],
  ['node', 'overdue', 'reporting', 'node.reporting'],
  ['recommendation', 'Haswell', 'none', 'recommendation.changed'],
])('%s from %s to %s is %s', (...[kind, was, is, type]) => {
  const judge = playing(once);
  judge([seen(was, { kind })]);
  const detail = (before: string) => [`not ${before} any more`];
  expect(judge([seen(is, { kind, detail })], later(1)).events).toEqual([
    { at: later(1), type, subject: 'health', was, now: is, detail: [`not ${was} any more`] },
  ]);
});

test('a node is overdue at once, whatever the damping', () => {
  const judge = playing(defaultDamping);
  const node = (value: string, silent = false) =>
    judge([seen(value, { kind: 'node', subject: 'n1', round: { of: 'moment' }, silent })]);
  node('reporting');
  expect(node('overdue').events).toHaveLength(1);
  expect(node('overdue').subjects).toEqual([]);
  expect(node('reporting', true).subjects).toHaveLength(1);
  // A window is no reason to write again and again.
  expect(node('reporting', true).subjects).toEqual([]);
  expect(node('reporting').events).toHaveLength(1);
});

test('what is no more is forgotten, and begins anew when it is back', () => {
  const judge = playing(once);
  judge([seen('open'), seen('reporting', { kind: 'node', subject: 'n1' })]);
  const { gone, events } = judge([seen('open')]);
  expect([gone, events]).toEqual([[{ kind: 'node', subject: 'n1' }], []]);
  expect(judge([seen('open')]).gone).toEqual([]);
  const back = judge([seen('open'), seen('overdue', { kind: 'node', subject: 'n1' })]);
  expect([back.subjects.length, back.events]).toEqual([1, []]);
});

test('of any rounds each event follows the one before it, and stood as often as it must', () => {
  const rounds = fc.string({ unit: fc.constantFrom('o', 'c', 'u', 'O', 'C'), minLength: 1 });
  const dampings = fc
    .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 3 }))
    .map(([of, more]) => ({ of, among: of + more }));
  fc.assert(
    fc.property(rounds, dampings, (letters, damping) => {
      let last = words[letters[0]?.toLowerCase() ?? ''];
      for (const event of announcedOf(letters, damping)) {
        const [, index, was, is] = /^(\d+): (\w+) > (\w+)$/.exec(event) ?? [];
        const end = Number(index) + 1;
        const window = [...letters.slice(Math.max(1, end - damping.among), end).toLowerCase()];
        expect(was).toBe(last);
        expect(is).not.toBe(was);
        expect(window.filter((one) => words[one] === is).length).toBeGreaterThanOrEqual(damping.of);
        expect(letters[end - 1]).toMatch(/[a-z]/);
        last = is;
      }
    }),
  );
});

function backAndForth(first: number, second: number): string[] {
  return [`${first}: open > closed`, `${second}: closed > open`];
}
