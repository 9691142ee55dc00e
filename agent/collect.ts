import { config } from 'zod';
import type { Policy } from '../shared/policy.ts';
import type { Report, Section } from '../shared/report.ts';
import { sectionSchemas } from '../shared/report.ts';
import { REPORT_SCHEMA } from '../shared/version.ts';
import { within } from './host/deadline.ts';
import { failureOf, type Host, isRecorded, ParseError } from './host/host.ts';
import { type Probe, type Run, reading } from './probe.ts';
import { redacted } from './redaction.ts';

// each schema is used once in the life of an agent: compiling them would cost more than it saves
config({ jitless: true });

/** What a report is made of and with. */
export interface Collection {
  host: Host;
  policy: Policy;
  probes: readonly Probe<Section>[];
  /** the only sections to read; all when left out */
  sections?: readonly Section[] | undefined;
  /** the name of the node, when the operator gives it */
  node?: string | undefined;
  /** contact the nodes of the policy; they are left alone when not told */
  probePeers?: boolean | undefined;
  now: Date;
  /** of the agent */
  version: string;
  /** runs as root; a recording that says so itself goes before */
  privileged: boolean;
  /** is told which sections are still being read */
  tell?: ((text: string) => void) | undefined;
}

/**
 * Runs the probes side by side, each under its own time limit, and makes the report of what they
 * bring. A probe that fails, hangs or brings what its schema does not allow fails alone.
 */
export async function collectReport(collection: Collection): Promise<Report> {
  const { host, now, version } = collection;
  const wanted = wantedProbes(collection);
  const early = wanted.filter(({ last }) => last === undefined);
  const pending = new Set(wanted.map(({ section }) => section));
  const tell = () => collection.tell?.(`reading: ${[...pending].join(', ') || 'done'}`);
  tell();
  const outcomes = await Promise.all(
    early.map(async (one) => {
      const taken = await take(one, collection);
      pending.delete(one.section);
      tell();
      return taken;
    }),
  );
  const node = collection.node ?? (await nodeName(host, sectionsOf(outcomes)));
  const run = { node, probePeers: collection.probePeers ?? false };
  for (const one of wanted.filter(({ last }) => last)) {
    outcomes.push(await take(one, collection, run));
  }
  const recorded = isRecorded(host) ? host : null;
  const { value, count } = redacted({ node, sections: sectionsOf(outcomes) });
  return {
    schema: REPORT_SCHEMA,
    node: value.node,
    collectedAt: recorded?.takenAt ?? now.toISOString(),
    agent: {
      version,
      privileged: recorded?.privileged ?? collection.privileged,
      origin: host.origin,
      ...(count === 0 ? {} : { redacted: count }),
    },
    tookMs: Object.fromEntries(outcomes.map(({ section, tookMs }) => [section, tookMs])),
    sections: value.sections,
  };
}

type Taken = Awaited<ReturnType<typeof take>>;

function sectionsOf(outcomes: readonly Taken[]): Report['sections'] {
  const sections = outcomes.map(({ section, outcome }) => [section, outcome]);
  return Object.fromEntries(sections) as Report['sections'];
}

function wantedProbes({ probes, sections }: Collection): Probe<Section>[] {
  return probes.filter((probe) => sections === undefined || sections.includes(probe.section));
}

async function take(probe: Probe<Section>, { host, policy }: Collection, run?: Run) {
  const { section, timeoutMs } = probe;
  const started = performance.now();
  const outcome = await outcomeOf(section, async () => {
    const work = async () => await probe.collect(host, policy, run);
    return validated(section, await within(timeoutMs, `probe ${section}`, work()));
  });
  return { section, outcome, tookMs: Math.round((performance.now() - started) * 10) / 10 };
}

async function outcomeOf(section: Section, work: () => Promise<unknown>) {
  try {
    return { status: 'ok' as const, facts: await work() };
  } catch (error) {
    return { status: 'failed' as const, error: failureOf(error, `probe ${section}`) };
  }
}

function validated(section: Section, facts: unknown): unknown {
  const parsed = sectionSchemas[section].safeParse(facts);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = [section, ...(issue?.path ?? [])].join('.');
  throw new ParseError(`${path}: ${issue?.message ?? 'not as its schema says'}`, parsed.error);
}

/** The FQDN when the host has one, else its host name, else the folder of the recording. */
async function nodeName(host: Host, sections: Report['sections']): Promise<string> {
  const { identity, names } = sections;
  const facts = [identity, names].flatMap((one) => (one?.status === 'ok' ? [one.facts] : []));
  const fqdns = facts.flatMap(({ fqdn }) => (fqdn.status === 'ok' ? [fqdn.value] : []));
  const known = [...fqdns, ...facts.map(({ hostname }) => hostname)].find(isNodeName);
  if (known !== undefined) return known;
  const kernel = await reading(HOSTNAME, async () => (await host.read(HOSTNAME)).trim());
  if (kernel.status === 'ok' && isNodeName(kernel.value)) return kernel.value;
  return isRecorded(host) && host.folder !== '' ? host.folder : UNNAMED;
}

/** Read here when neither section that holds it was asked for, or both failed. */
const HOSTNAME = '/proc/sys/kernel/hostname';

/** No host name at all is so odd that it must stand out in the list of nodes. */
const UNNAMED = 'unnamed';

/** A node whose name leads to loopback calls itself localhost, as would all others like it. */
function isNodeName(name: string): boolean {
  return name.length >= 1 && name.length <= 253 && !/^(localhost(\..*)?|\(none\))$/i.test(name);
}
