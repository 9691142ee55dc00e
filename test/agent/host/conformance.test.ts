import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Host } from '../../../agent/host/host.ts';
import { liveHost } from '../../../agent/host/live.ts';
import { openRecordedHost } from '../../../agent/host/recorded.ts';
import { recordHost } from '../../../agent/host/recorder.ts';
import { writeSnapshotFiles } from '../../../agent/host/snapshot-files.ts';
import { questions, setStage, settled } from './conformance.ts';

const stage = await setStage();
const recording = mkdtempSync(join(tmpdir(), 'muster-recording-'));
const asked = questions(stage);
const hosts = new Map<string, Host>();

beforeAll(async () => {
  const recorder = recordHost(liveHost());
  for (const question of asked) await settled(question, recorder.host);
  const about = { takenAt: null, agentVersion: 'test', privileged: null };
  await writeSnapshotFiles(recording, recorder.recording(about));
  hosts.set('live', liveHost());
  hosts.set('recording', recorder.host);
  hosts.set('recorded', await openRecordedHost(recording));
});

afterAll(async () => {
  await stage.remove();
  rmSync(recording, { recursive: true });
});

describe.each(['live', 'recording', 'recorded'])('the %s host', (kind) => {
  test.each(asked.map((question) => [question.title, question] as const))(
    'answers: %s',
    async (_title, question) => {
      const host = hosts.get(kind);
      if (host === undefined) throw new Error('the recording was not made');
      expect(await settled(question, host)).toEqual(question.answer);
    },
  );
});
