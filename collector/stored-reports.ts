import { createHash } from 'node:crypto';
import { type Report, type Section, sections } from '../shared/report.ts';
import { readableReportSchema } from '../shared/report-reading.ts';
import { resting } from './resting.ts';
import type { CurrentReport, Store } from './store/store.ts';

/** Reads the newest reports of one cluster again and again. */
export interface StoredReports {
  /** the reports by id; those of `known` are not read again */
  read(
    current: readonly CurrentReport[],
    known: ReadonlyMap<number, Report>,
  ): Promise<Map<number, Report>>;
}

/** Some 30 ms of reading; a request that comes meanwhile waits no longer. */
const REPORTS_AT_ONCE = 32;

/**
 * A reader that gives sections which say the same as the same object: like nodes share them in
 * memory, and nobody need judge again what a node only says again.
 */
export function storedReports(store: Pick<Store, 'bodies'>): StoredReports {
  const shelf = sectionShelf();

  return {
    async read(current, known) {
      const wanted = current.filter(({ id }) => !known.has(id));
      const before = new Map([...known.values()].map((report) => [report.node, report]));
      const read = new Map<number, Report>();
      const rest = resting();
      for (let from = 0; from < wanted.length; from += REPORTS_AT_ONCE) {
        const some = wanted.slice(from, from + REPORTS_AT_ONCE);
        const bodies = await store.bodies(some.map(({ id }) => id));
        for (const [index, one] of some.entries()) {
          read.set(one.id, readStored(one, bodies[index] ?? '', shelf.of(before.get(one.node))));
        }
        await rest();
      }
      const reports = new Map<number, Report>();
      for (const { id } of current) {
        const report = known.get(id) ?? read.get(id);
        if (report !== undefined) reports.set(id, report);
      }
      return reports;
    },
  };
}

type Outcomes = Report['sections'];
type Outcome = NonNullable<Outcomes[keyof Outcomes]>;

/** The sections that were read before, by what they say. */
interface Shelf {
  find(digest: string): Outcome | undefined;
  keep(digest: string, outcome: Outcome): void;
}

/** So many sections are kept besides those that reports hold; a large cluster has thousands. */
const KEPT_SECTIONS = 10_000;

/** What a node itself said before goes first, then what any node said lately. */
function sectionShelf(): { of(before: Report | undefined): Shelf } {
  const digests = new WeakMap<Outcome, string>();
  let [young, old] = [new Map<string, Outcome>(), new Map<string, Outcome>()];

  function keep(digest: string, outcome: Outcome): void {
    // what was not asked for while so many others were is forgotten
    if (young.size >= KEPT_SECTIONS) [young, old] = [new Map(), young];
    young.set(digest, outcome);
    digests.set(outcome, digest);
  }

  return {
    of(before) {
      const own = new Map<string, Outcome>();
      for (const outcome of Object.values(before?.sections ?? {})) {
        const digest = outcome && digests.get(outcome);
        if (outcome !== undefined && digest !== undefined) own.set(digest, outcome);
      }
      const find = (digest: string) => {
        const found = own.get(digest) ?? young.get(digest) ?? old.get(digest);
        if (found !== undefined && !young.has(digest)) keep(digest, found);
        return found;
      };
      return { find, keep };
    },
  };
}

/** What the store holds is checked again: it may be damaged, or of another program's version. */
function readStored(current: CurrentReport, body: string, shelf: Shelf): Report {
  try {
    const raw: unknown = JSON.parse(body);
    const given = isRecord(raw) && isRecord(raw.sections) ? raw.sections : {};
    const known = new Map<string, Outcome>();
    const unread = new Map<string, string>();
    for (const section of sections) {
      if (!Object.hasOwn(given, section)) continue;
      const digest = digestOf(section, given[section]);
      const before = shelf.find(digest);
      if (before === undefined) unread.set(section, digest);
      else known.set(section, before);
    }
    const rest = Object.entries(given).filter(([section]) => !known.has(section));
    const shortened = isRecord(raw) && known.size > 0;
    const report = readableReportSchema.parse(
      shortened ? { ...raw, sections: Object.fromEntries(rest) } : raw,
    );
    for (const [section, digest] of unread) {
      const outcome = Object.entries(report.sections).find(([name]) => name === section)?.[1];
      if (outcome !== undefined) shelf.keep(digest, outcome);
    }
    return { ...report, sections: { ...report.sections, ...Object.fromEntries(known) } };
  } catch (error) {
    return unreadable(current, error);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function digestOf(section: Section, value: unknown): string {
  const text = `${section} ${JSON.stringify(value)}`;
  return createHash('sha256').update(text).digest('base64');
}

/** A node must not vanish with its report: every section failed, so every check is `unknown`. */
function unreadable(current: CurrentReport, error: unknown): Report {
  const reason = error instanceof Error ? error.message.slice(0, 300) : String(error);
  const message = `report ${current.id} in the store cannot be read: ${reason}`;
  const failed = {
    status: 'failed',
    error: { kind: 'unparsable', message, source: null },
  } as const;
  return {
    schema: 1,
    node: current.node,
    collectedAt: current.collectedAt.toISOString(),
    agent: { version: 'unknown', privileged: false, origin: 'live' },
    tookMs: {},
    sections: Object.fromEntries(sections.map((section) => [section, failed])),
  };
}
