import type { Policy } from '../shared/policy.ts';
import type { Reading } from '../shared/reading.ts';
import type { Facts, Section } from '../shared/report.ts';
import { failureOf, type Host, HostError } from './host/host.ts';

/** Reads one section of facts from a host; it judges nothing and changes nothing. */
export interface Probe<S extends Section> {
  section: S;
  /** wall time after which the section fails alone, milliseconds */
  timeoutMs: number;
  /** what it cannot read unless the agent runs as root, for a person; all other facts it can */
  needsRoot?: string;
  /** runs alone after all others, as it measures time and asks for the node by its name */
  last?: true;
  /** `run` is told to those that run last */
  collect(host: Host, policy: Policy, run?: Run): Promise<Facts[S]>;
}

/** What holds for one run of the agent. */
export interface Run {
  /** the name that the report will bear */
  node: string;
  /** the operator lets the agent contact the nodes of the policy */
  probePeers: boolean;
}

/** A part of a section that may fail alone. */
export async function reading<T>(source: string, take: () => Promise<T>): Promise<Reading<T>> {
  try {
    return { status: 'ok', value: await take() };
  } catch (error) {
    return { status: 'failed', error: failureOf(error, source) };
  }
}

/** The text of a file whose absence is no failure of the section; null when it cannot be read. */
export async function readOptional(host: Host, path: string): Promise<string | null> {
  try {
    return await host.read(path);
  } catch (error) {
    if (error instanceof HostError) return null;
    throw error;
  }
}
