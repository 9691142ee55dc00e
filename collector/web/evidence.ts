import { judgeModels } from '../../shared/cpu/runnable.ts';
import type { Report, Section } from '../../shared/report.ts';
import { counted } from '../../shared/wording.ts';
import { evidenceOfReport } from '../cluster/cpu/evidence.ts';

/** How far the facts of a section can be trusted: a word for it, and why it is no better. */
export interface EvidenceLevel {
  word: 'measured' | 'measured in part' | 'recorded' | 'not known';
  /** what is to be known with it, in a few words each */
  notes: string[];
}

/** The level of the facts that a report has in a section. */
export function evidenceLevel(section: Section, report: Report): EvidenceLevel {
  const outcome = report.sections[section];
  if (outcome?.status !== 'ok') return { word: 'not known', notes: [] };
  const { privileged, origin } = report.agent;
  const unread = unreadIn(outcome.facts);
  const notes = [
    unread === 0 ? '' : `${counted(unread, 'reading')} failed`,
    // Without root many a file only seems to be empty or not there.
    privileged ? '' : 'without root',
    cpuNote(section, report),
  ].filter((note) => note !== '');
  if (origin !== 'live') return { word: 'recorded', notes };
  return { word: unread === 0 && privileged ? 'measured' : 'measured in part', notes };
}

/** What a CPU can run is proven where QEMU with KVM said so, and else a prediction. */
function cpuNote(section: Section, report: Report): string {
  if (section !== 'qemu') return '';
  const { evidence } = judgeModels(evidenceOfReport(report).host, '');
  return { proven: 'CPU models proven by KVM', computed: 'CPU models computed', none: '' }[
    evidence
  ];
}

/** How many facts could not be read, at whatever depth they stand. */
function unreadIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  if ('status' in value && value.status === 'failed' && 'error' in value) return 1;
  return Object.values(value).reduce((sum: number, part) => sum + unreadIn(part), 0);
}
