import { defaultPolicy } from '../shared/policy.ts';
import { parsePolicy } from '../shared/policy-file.ts';
import type { Report } from '../shared/report.ts';
import type { Figures } from './store/standing.ts';
import type { Store } from './store/store.ts';

/** The sections that figures are taken from. */
export const figureSections = ['lvm', 'memory', 'time'] as const;

/** What of a report figures are taken from. */
export interface FigureReport {
  sections: Pick<Report['sections'], (typeof figureSections)[number]>;
}

/** Takes out of a report of a cluster what is drawn over time. */
export type FigureSource = (cluster: string, report: FigureReport) => Promise<Figures>;

/** Reads the figures of reports; the volume group is the one that the cluster's policy names. */
export function figureSource(store: Pick<Store, 'policy'>): FigureSource {
  const known = new Map<string, { digest: string; volumeGroup: string }>();
  const usual = defaultPolicy().storage.volumeGroup;
  const asked = new Map<string, Promise<string>>();

  /** Asked once for all reports of a cluster that come in one turn of the event loop. */
  function volumeGroupNow(cluster: string): Promise<string> {
    const asking = asked.get(cluster) ?? volumeGroupOf(cluster);
    if (asked.size === 0) setImmediate(() => asked.clear());
    asked.set(cluster, asking);
    return asking;
  }

  async function volumeGroupOf(cluster: string): Promise<string> {
    const policy = await store.policy(cluster);
    if (policy === null) return usual;
    const last = known.get(cluster);
    if (last?.digest === policy.digest) return last.volumeGroup;
    const read = parsePolicy(policy.text, `the policy of ${cluster}`);
    const volumeGroup = read.ok ? read.policy.storage.volumeGroup : usual;
    known.set(cluster, { digest: policy.digest, volumeGroup });
    return volumeGroup;
  }

  return async (cluster, report) => figuresOf(report, await volumeGroupNow(cluster));
}

/** The figures of a report; one whose section failed, or has none, is null. */
export function figuresOf({ sections }: FigureReport, volumeGroup: string): Figures {
  const { lvm, memory, time } = sections;
  const groups = lvm?.status === 'ok' ? lvm.facts.volumeGroups : [];
  const group = groups.find(({ name }) => name === volumeGroup);
  return {
    vgFreeBytes: group?.freeBytes ?? null,
    vgSizeBytes: group?.sizeBytes ?? null,
    memoryAvailableBytes: memory?.status === 'ok' ? memory.facts.availableBytes : null,
    clockOffsetMs: time?.status === 'ok' ? time.facts.offsetMs : null,
  };
}
