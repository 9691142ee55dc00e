import { MissingEvidence, unknownBecause } from '../../../shared/evidence.ts';
import type { GanetiConfig } from '../../../shared/facts/ganeti-config.ts';
import type { Reading } from '../../../shared/reading.ts';
import type { Facts, Report, Section } from '../../../shared/report.ts';
import type { End } from '../cpu/migration-cell.ts';
import type { Obstacle } from './target.ts';

/** A node as the configuration of the cluster has it, with what it reported. */
export interface ViewNode {
  name: string;
  config: GanetiConfig['nodes'][number];
  /** null: none that is fresh */
  report: Report | null;
  /** as an end of a migration; null: it did not report lately */
  end: End | null;
  /** why no guest would start there or arrive, by what it reported; empty: it can */
  unfit: readonly Obstacle[];
}

/** The facts of a section of a node; without them what asks for them is unknown. */
export function factsOf<S extends Section>({ name, report }: ViewNode, section: S): Facts[S] {
  if (report === null) unknownBecause(`${name}: no fresh report`);
  const outcome = report.sections[section];
  if (outcome === undefined) unknownBecause(`${name}: its report has no section "${section}"`);
  if (outcome.status === 'ok') return outcome.facts as Facts[S];
  return unknownBecause(`${name}: section "${section}" failed: ${outcome.error.message}`);
}

/** The processors of a node that are online. */
export function onlineCpus(node: ViewNode): number {
  const { online } = factsOf(node, 'cpu');
  return online?.length ?? unknownBecause(`${node.name}: its processors are not counted`);
}

/** What `read` finds, or why the evidence for it is missing. */
export function reading<T>(read: () => T): Reading<T> {
  try {
    return { status: 'ok', value: read() };
  } catch (error) {
    if (!(error instanceof MissingEvidence)) throw error;
    return { status: 'failed', error: error.failure };
  }
}

/** Whether Ganeti would put a guest on the node at all. */
export function takesGuests({ config }: ViewNode): boolean {
  return !config.offline && !config.drained && config.vmCapable;
}
