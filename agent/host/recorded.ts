import { readlink, stat } from 'node:fs/promises';
import { basename, join, posix, resolve } from 'node:path';
import { excerptKey, excerptOf } from './excerpt.ts';
import { listNames, readText } from './files.ts';
import {
  type Excerpt,
  HostError,
  type RecordedHost,
  type RunOptions,
  type RunResult,
} from './host.ts';
import {
  accepted,
  commandSource,
  connectSource,
  inventorySource,
  MAX_FILE_BYTES,
  MAX_OUTPUT_BYTES,
  plainPath,
  tooLarge,
} from './limits.ts';
import { type Locate, locator } from './recorded-tree.ts';
import {
  callKey,
  callOf,
  type RecordedCommand,
  type RecordedFailure,
  type SnapshotFile,
} from './recording.ts';
import { readSnapshotFiles } from './snapshot-files.ts';
import { codeOf, hostErrorOf } from './system-error.ts';

type Answers<T> = Record<string, T | { failure: RecordedFailure }>;

interface Recorded {
  snapshot: SnapshotFile;
  commands: Map<string, RecordedCommand>;
  locate: Locate;
}

/**
 * The host recorded in a folder. What the folder lacks fails as `not_recorded`; a folder that is no
 * recording, or a damaged one, rejects with a `ParseError` that names file and field.
 */
export async function openRecordedHost(dir: string): Promise<RecordedHost> {
  const { snapshot, commands } = await readSnapshotFiles(dir);
  const links = Object.entries(snapshot.links).filter(isTarget);
  const recorded: Recorded = {
    snapshot,
    commands: new Map(commands.reverse().map((one) => [callKey(one), one])),
    locate: locator(resolve(dir), new Map(links)),
  };
  return {
    origin: 'recorded',
    takenAt: snapshot.takenAt,
    privileged: snapshot.privileged,
    folder: basename(resolve(dir)),
    read: guarded((path, maxBytes?: number) => read(recorded, path, maxBytes)),
    excerpt: guarded((path, how: Excerpt) => excerpt(recorded, path, how)),
    list: guarded((path) => list(recorded, path)),
    stat: guarded((path) => answer(recorded, snapshot.stats, path)),
    link: guarded((path) => link(recorded, path)),
    open: guarded(async (path) => void (await answer(recorded, snapshot.opens, path))),
    space: guarded((path) => answer(recorded, snapshot.spaces, path)),
    run: (command, args, options) => replay(recorded, { command, args }, options),
    connect: async (question) => {
      const asked = connectSource(question);
      return given(snapshot.connects, asked, asked);
    },
    inventory: async (topic) => given(snapshot.inventory, topic, inventorySource(topic)),
    remember: async (_name, _key, produce) => await produce(),
  };
}

function guarded<T, More extends unknown[]>(ask: (path: string, ...more: More) => Promise<T>) {
  return async (path: string, ...more: More): Promise<T> => {
    try {
      return await ask(plainPath(path), ...more);
    } catch (error) {
      throw hostErrorOf(error, path);
    }
  };
}

async function read(
  recorded: Recorded,
  path: string,
  maxBytes: number = MAX_FILE_BYTES,
): Promise<string> {
  const failure = own(recorded.snapshot.failures, path);
  if (failure !== undefined) throw failed(failure, path);
  const place = await recorded.locate(path);
  if (place === null) throw missing(recorded, path);
  const status = await stat(place);
  if (!status.isFile()) throw new HostError('other', path, `${path} is not a regular file`);
  if (status.size > maxBytes) throw tooLarge(path, maxBytes);
  return await readText(place, maxBytes);
}

/** A tree put together by hand holds the file itself. */
async function excerpt(recorded: Recorded, path: string, how: Excerpt): Promise<string> {
  const key = excerptKey(path, how);
  const { excerpts } = recorded.snapshot;
  if (own(excerpts, key) !== undefined) return given(excerpts, key, path);
  return excerptOf(path, await read(recorded, path, how.maxBytes), how);
}

async function list(recorded: Recorded, path: string): Promise<string[]> {
  const listed = own(recorded.snapshot.lists, path);
  if (listed !== undefined) return given(recorded.snapshot.lists, path, path);
  const failure = own(recorded.snapshot.failures, path);
  if (failure !== undefined) throw failed(failure, path);
  const place = await recorded.locate(path);
  if (place === null) throw missing(recorded, path);
  if (!(await stat(place)).isDirectory()) {
    throw new HostError('not_found', path, `${path} is not a directory`);
  }
  const names = await listNames(place);
  return path === '/' ? names.filter((name) => !name.endsWith('.json')) : names;
}

async function link(recorded: Recorded, path: string): Promise<string> {
  if (own(recorded.snapshot.links, path) !== undefined) {
    return given(recorded.snapshot.links, path, path);
  }
  const folder = await recorded.locate(posix.dirname(path));
  if (folder === null) throw missing(recorded, path);
  try {
    return await readlink(join(folder, posix.basename(path)));
  } catch (error) {
    // EINVAL: recorded as a plain file or folder, which it need not have been on the machine.
    if (['ENOENT', 'ENOTDIR', 'EINVAL'].includes(codeOf(error))) throw missing(recorded, path);
    throw error;
  }
}

async function answer<T>(recorded: Recorded, answers: Answers<T>, path: string): Promise<T> {
  if (own(answers, path) === undefined) throw missing(recorded, path);
  return given(answers, path, path);
}

async function replay(
  recorded: Recorded,
  call: { command: string; args: readonly string[] },
  options: RunOptions = {},
): Promise<RunResult> {
  const source = commandSource(call.command, call.args);
  const found = recorded.commands.get(callKey(callOf(call.command, call.args, options.input)));
  if (found === undefined) throw notRecorded(source);
  if ('failure' in found) throw failed(found.failure, source);
  const { stdout, stderr, code } = found;
  const maxBytes = options.maxBytes ?? MAX_OUTPUT_BYTES;
  if (Math.max(Buffer.byteLength(stdout), Buffer.byteLength(stderr)) > maxBytes) {
    throw tooLarge(source, maxBytes);
  }
  return accepted(source, { stdout, stderr, code }, options);
}

function given<T>(answers: Answers<T>, key: string, source: string): T {
  const found = own(answers, key);
  if (found === undefined) throw notRecorded(source);
  if (isFailure(found)) throw failed(found.failure, source);
  return found;
}

/** Absence that was recorded, of the path or of a folder above it, else nothing is known. */
function missing(recorded: Recorded, path: string): HostError {
  for (let at = path; ; at = posix.dirname(at)) {
    const failure = own(recorded.snapshot.failures, at);
    if (failure?.kind === 'not_found') return failed(failure, path);
    if (at === '/') return notRecorded(path);
  }
}

function own<T>(record: Record<string, T>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function isFailure(value: unknown): value is { failure: RecordedFailure } {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'failure');
}

function isTarget(entry: [string, unknown]): entry is [string, string] {
  return typeof entry[1] === 'string';
}

function failed(failure: RecordedFailure, source: string): HostError {
  return new HostError(failure.kind, source, failure.message);
}

function notRecorded(source: string): HostError {
  return new HostError('not_recorded', source, `${source} is not part of the recording`);
}
