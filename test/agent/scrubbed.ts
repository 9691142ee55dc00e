import type { Recording } from '../../agent/host/recording.ts';
import { scrubRecording } from '../../agent/scrub.ts';

/** The text of one file after scrubbing, with others beside it when a test needs them. */
export function scrubbed(text: string, beside: Record<string, string> = {}, names = false): string {
  const files = { ...beside, '/etc/text': text };
  return scrubRecording(recordingOf({ files }), { names }).files['/etc/text'] ?? '';
}

/** A recording of nothing but what a test gives. */
export function recordingOf(parts: Partial<Recording>): Recording {
  const snapshot: Recording['snapshot'] = {
    format: 1,
    takenAt: '2026-03-01T12:00:00.000Z',
    agentVersion: '0.1.0',
    privileged: true,
    scrubbed: false,
    failures: {},
    excerpts: {},
    lists: {},
    stats: {},
    links: {},
    opens: {},
    spaces: {},
    connects: {},
    inventory: {},
  };
  return { snapshot, commands: [], files: {}, ...parts };
}
