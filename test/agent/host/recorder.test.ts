import { expect, test } from 'vitest';
import type { Host } from '../../../agent/host/host.ts';
import { HostError } from '../../../agent/host/host.ts';
import { liveHost } from '../../../agent/host/live.ts';
import { recordHost } from '../../../agent/host/recorder.ts';

const about = { takenAt: null, agentVersion: '1', privileged: true };

/** A host that is the machine but for what a test replaces. */
function host(parts: Partial<Host>): Host {
  return { ...liveHost(), ...parts };
}

test('a question asked twice is put to the host once, and both get its answer', async () => {
  let times = 0;
  const recorder = recordHost(host({ read: async () => `text ${++times}` }));
  const asked = [recorder.host.read('/a'), recorder.host.read('//a'), recorder.host.read('/b')];
  expect(await Promise.all(asked)).toEqual(['text 1', 'text 1', 'text 2']);
  expect(recorder.recording(about).files).toEqual({ '/a': 'text 1', '/b': 'text 2' });
});

test('the recording is sorted by what was asked, not by when', async () => {
  const recorder = recordHost(liveHost());
  for (const path of ['/none/b', '/none/a']) {
    await expect(recorder.host.read(path)).rejects.toMatchObject({ kind: 'not_found' });
  }
  expect(Object.keys(recorder.recording(about).snapshot.failures)).toEqual(['/none/a', '/none/b']);
});

test('a remembered answer is asked for anew, so that its sources are recorded', async () => {
  const remembering = host({ remember: async () => 'remembered' });
  const recorder = recordHost(remembering);
  const answer = recorder.host.remember('name', 'key', async () => 'asked');
  expect(await answer).toBe('asked');
});

test('who asks a recorded command again may accept other exit codes', async () => {
  const recorder = recordHost(liveHost());
  await expect(recorder.host.run('false', [])).rejects.toMatchObject({ kind: 'exit_code' });
  expect((await recorder.host.run('false', [], { okCodes: [1] })).code).toBe(1);
  expect(recorder.recording(about).commands).toEqual([
    { command: 'false', args: [], code: 1, stdout: '', stderr: '' },
  ]);
});

test('an answer that has not come when the recording is made is recorded as timed out', () => {
  const recorder = recordHost(host({ list: () => new Promise(() => undefined) }));
  void recorder.host.list('/mnt/dead');
  expect(recorder.recording(about).snapshot.lists).toEqual({
    '/mnt/dead': {
      failure: { kind: 'timed_out', message: 'no answer when the snapshot was written' },
    },
  });
});

test('what an older recording lacks, a recording of it lacks too', async () => {
  const missing = new HostError('not_recorded', '/a', '/a is not part of the recording');
  const recorder = recordHost(host({ read: () => Promise.reject(missing) }));
  await expect(recorder.host.read('/a')).rejects.toBe(missing);
  expect(recorder.recording(about).snapshot.failures).toEqual({});
});
