import {
  type Announced,
  type Announcement,
  type EventType,
  type NewEvent,
  observedKinds,
} from '../store/event.ts';
import { isSameState, nameOfState } from './drift.ts';
import type { ClusterRound, Observation, Round } from './observations.ts';

/** A change is announced when it stands in `of` of the last `among` rounds. */
export interface Damping {
  of: number;
  among: number;
}

export const defaultDamping: Damping = { of: 2, among: 3 };

type Subject = Pick<Announced, 'kind' | 'subject'>;

/** What was announced of a cluster, by kind and subject. */
export interface Known {
  get(subject: Subject): Announced | undefined;
  put(announced: Announced): void;
  forget(subject: Subject): void;
  all(): Announced[];
  size(): number;
}

/** What a store keeps of a cluster, to be gone on with. */
export function knownOf(announced: readonly Announced[]): Known {
  const kinds = new Map(observedKinds.map((kind) => [kind, new Map<string, Announced>()]));
  const known: Known = {
    get: ({ kind, subject }) => kinds.get(kind)?.get(subject),
    put: (one) => void kinds.get(one.kind)?.set(one.subject, one),
    forget: ({ kind, subject }) => void kinds.get(kind)?.delete(subject),
    all: () => [...kinds.values()].flatMap((subjects) => [...subjects.values()]),
    size: () => [...kinds.values()].reduce((sum, subjects) => sum + subjects.size, 0),
  };
  for (const one of announced) known.put(one);
  return known;
}

/** What one judgement changes of what was announced, and what it announces. */
export function changesOf(
  known: Known,
  observations: readonly Observation[],
  { damping, at }: { damping: Damping; at: Date },
): Omit<Announcement, 'cluster'> {
  const subjects: Announced[] = [];
  const events: NewEvent[] = [];
  let found = 0;
  for (const observation of observations) {
    const before = known.get(observation);
    if (before !== undefined) found += 1;
    const { next, stands } = before
      ? afterRound(before, observation, damping)
      : { next: begun(observation), stands: false };
    if (stands && before && !observation.silent) {
      subjects.push(announced(next, observation));
      events.push(eventOf(before, observation, at));
    } else if (next !== before) subjects.push(next);
  }
  return { subjects, events, gone: found === known.size() ? [] : goneOf(known, observations) };
}

function goneOf(known: Known, observations: readonly Observation[]): Subject[] {
  const seen = knownOf(observations.map(begun));
  const gone = known.all().filter((one) => seen.get(one) === undefined);
  return gone.map(({ kind, subject }) => ({ kind, subject }));
}

/** The first thing that is seen of a subject is no change. */
function begun({ kind, subject, value, round }: Observation): Announced {
  return { kind, subject, value, recent: [], round: beginOf(round) };
}

interface Step {
  /** the same object as before when there is nothing new to keep */
  next: Announced;
  /** another value than the announced one stands, and may be announced */
  stands: boolean;
}

function afterRound(before: Announced, observation: Observation, given: Damping): Step {
  if (isQuiet(before, observation)) return { next: before, stands: false };
  const damping = observation.round.of === 'moment' ? { of: 1, among: 1 } : given;
  const round = nextRound(before.round, observation.round, damping);
  const next = round === null ? before : withRound(before, { observation, round, damping });
  return { next, stands: stands(next, observation, damping) };
}

/** Most show what was announced; only of a cluster's round must be known when it began. */
function isQuiet({ kind, value, recent }: Announced, { value: seen, round }: Observation): boolean {
  return recent.length === 0 && round.of !== 'cluster' && isSame(kind, value, seen);
}

function withRound(
  before: Announced,
  { observation, round, damping }: { observation: Observation; round: string; damping: Damping },
): Announced {
  const rounds = [...before.recent, observation.value].slice(-damping.among);
  const recent = fromFirstOther(rounds, before);
  const same = round === before.round && sameTexts(recent, before.recent);
  return same ? before : { ...before, recent, round };
}

/** Rounds that showed the announced value help no other one, unless another came before them. */
function fromFirstOther(
  rounds: readonly string[],
  { kind, value }: Pick<Announced, 'kind' | 'value'>,
): string[] {
  const first = rounds.findIndex((one) => !isSame(kind, one, value));
  return first === -1 ? [] : rounds.slice(first);
}

/**
 * It stands in enough rounds, and twice in a row unless one round is enough: what is here and gone
 * by turns would else be announced for ever.
 */
function stands({ kind, value, recent }: Announced, seen: Observation, { of }: Damping): boolean {
  const says = (one: string | undefined) => one !== undefined && isSame(kind, one, seen.value);
  if (isSame(kind, value, seen.value) || !says(recent.at(-1))) return false;
  return recent.filter(says).length >= of && (of === 1 || says(recent.at(-2)));
}

function announced(next: Announced, { kind, value }: Observation): Announced {
  return { ...next, value, recent: fromFirstOther(next.recent, { kind, value }) };
}

function sameTexts(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((text, index) => text === other[index]);
}

function isSame(kind: Announced['kind'], one: string, other: string): boolean {
  return kind === 'drift' ? isSameState(one, other) : one === other;
}

function beginOf(round: Round): string {
  if (round.of === 'moment') return '';
  return round.of === 'report' ? round.collectedAt : new Date(round.nowMs).toISOString();
}

/** The round that this judgement ends; null: it belongs to one that was counted, or goes on. */
function nextRound(last: string, round: Round, { among }: Damping): string | null {
  const next = beginOf(round);
  if (round.of === 'report') return next === last ? null : next;
  // Each judgement is one: nobody need know when it was.
  if (round.of === 'moment' || among === 1) return last;
  return isComplete(round, Date.parse(last)) ? next : null;
}

/** A policy's `maximumAge` is some times what passes between two reports of a node. */
const PATIENCE = 0.25;

function isComplete({ nowMs, oldestMs, mostMs, limitMs }: ClusterRound, beganMs: number): boolean {
  const tookMs = nowMs - beganMs;
  if (oldestMs === null || oldestMs > beganMs) return true;
  if (mostMs !== null && mostMs > beganMs && tookMs >= PATIENCE * limitMs) return true;
  // The clock may have been set back.
  return tookMs < 0 || tookMs >= limitMs;
}

function eventOf(before: Announced, { kind, subject, value, detail }: Observation, at: Date) {
  const shown = (one: string) => (kind === 'drift' ? nameOfState(one) : one);
  return {
    ...{ at, subject, type: typeOf(kind, value) },
    ...{ was: shown(before.value), now: shown(value), detail: detail(before.value, value) },
  };
}

function typeOf(kind: Announced['kind'], value: string): EventType {
  if (kind === 'drift') return 'drift';
  if (kind === 'recommendation') return 'recommendation.changed';
  if (kind === 'node') return value === 'overdue' ? 'node.overdue' : 'node.reporting';
  if (value === 'open') return 'verdict.opened';
  return value === 'closed' ? 'verdict.closed' : 'verdict.undecided';
}
