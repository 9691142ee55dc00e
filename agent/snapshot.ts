import { CommandError } from '../shared/exit.ts';
import type { Report } from '../shared/report.ts';
import { type Collection, collectReport } from './collect.ts';
import { isRecorded } from './host/host.ts';
import { recordHost } from './host/recorder.ts';
import { refusalOf, writeSnapshotFiles } from './host/snapshot-files.ts';
import { withoutSecrets } from './scrub/secrets.ts';
import { scrubRecording } from './scrub.ts';

export interface SnapshotRequest extends Collection {
  /** a folder that is empty or not there yet */
  folder: string;
  /** replace what tells one machine or site from another */
  scrub: boolean;
  /** with `scrub`: replace the names of hosts too, after which the policy's names lead nowhere */
  scrubNames?: boolean;
}

/**
 * Records into a folder what the probes read, so that replaying it gives the same report, and
 * returns that report. Secrets are taken out, and the rest scrubbed, before anything is written.
 */
export async function takeSnapshot(request: SnapshotRequest): Promise<Report> {
  const { folder, host, now, version } = request;
  const refusal = await refusalOf(folder);
  if (refusal !== null) {
    throw new CommandError('usage', `cannot write a snapshot into ${folder}: ${refusal}`);
  }
  const recorder = recordHost(host);
  const report = await collectReport({ ...request, host: recorder.host });
  const recorded = isRecorded(host) ? host : null;
  const taken = recorder.recording({
    takenAt: recorded === null ? now.toISOString() : recorded.takenAt,
    agentVersion: version,
    privileged: recorded === null ? request.privileged : recorded.privileged,
  });
  const recording = withoutSecrets(taken);
  const names = request.scrubNames ?? false;
  await writeSnapshotFiles(
    folder,
    request.scrub ? scrubRecording(recording, { names }) : recording,
  );
  return report;
}
