import { onTestFinished } from 'vitest';
import { announcer } from '../../../collector/announce/announcer.ts';
import type { Damping } from '../../../collector/announce/damping.ts';
import type { Judged } from '../../../collector/announce/observations.ts';
import { openSqliteStore } from '../../../collector/store/sqlite.ts';
import type { Store } from '../../../collector/store/store.ts';
import type { GateState } from '../../../shared/gate.ts';
import { now } from '../seed-cluster.ts';
import { adviceOf, findingOf, gateOf, judgedAs, later, nodeOf, reportOf } from './views.ts';

/** Every change is announced at once. */
export const once: Damping = { of: 1, among: 1 };

/** A store that is closed at the end of the test. */
export async function opened(path = ':memory:'): Promise<Store> {
  const store = await openSqliteStore(path);
  onTestFinished(() => store.close());
  return store;
}

/** A process that judges, with a clock of the test. */
export function process(
  store: Parameters<typeof announcer>[0]['store'],
  { damping = once, holder = 'a' }: { damping?: Damping; holder?: string } = {},
) {
  const clock = { now };
  const errors: string[] = [];
  const told: string[] = [];
  const one = announcer({
    ...{ store, damping, holder, now: () => clock.now },
    onAnnounced: (events) => void told.push(...events.map(({ type }) => type)),
    onError: (error) => void errors.push(String(error)),
  });
  const judge = async (judgement: Judged) => {
    clock.now = judgement.fleet.now;
    await one.judged(judgement);
  };
  return { judge, close: one.close, errors, told };
}

/** The cluster at a minute: its verdict, and the kernel that its nodes run. */
export function judgedAt(minute: number, { state = 'open', kernel = 'k1' }: At = {}): Judged {
  const at = later(minute);
  const nodes = ['n1', 'n2'].map((node) => nodeOf(node, reportOf(node, -minute, kernel), { at }));
  return judgedAs({
    ...{ at, nodes, cpuAdvice: [adviceOf('Haswell')] },
    gates: [gateOf(state, state === 'open' ? [] : [findingOf('n1')])],
  });
}

/** What of a cluster may change. */
export interface At {
  state?: GateState;
  kernel?: string;
}

/** When, what and of what, of all that was announced. */
export async function eventsOf(store: Store): Promise<string[]> {
  const list = await store.events({ after: 0, limit: 999 });
  return list.map(({ at, type, subject }) => {
    return `${(at.getTime() - now.getTime()) / 60_000} ${type} ${subject}`;
  });
}
