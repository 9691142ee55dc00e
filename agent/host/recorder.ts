import type { Connection } from '../../shared/facts/peers.ts';
import { excerptKey } from './excerpt.ts';
import { type FileStatus, type Host, HostError, type RunResult, type Space } from './host.ts';
import { keeper } from './keeper.ts';
import {
  accepted,
  commandSource,
  connectSource,
  MAX_FILE_BYTES,
  plainPath,
  tooLarge,
} from './limits.ts';
import {
  callKey,
  callOf,
  type RecordedCall,
  type Recording,
  type SnapshotFile,
} from './recording.ts';

/** A host that keeps each answer it gives. */
export interface Recorder<H extends Host> {
  host: H;
  /** all that was asked so far, sorted, so that equal hosts give equal recordings */
  recording(about: About): Recording;
}

/** What a recording says of itself. */
export type About = Pick<SnapshotFile, 'takenAt' | 'agentVersion' | 'privileged'>;

/**
 * Records what is asked of `host`. A question asked twice gets its first answer again, as the
 * recording has one to give; and what was remembered from earlier runs is not used, as the
 * recording must hold what an answer was made of.
 */
export function recordHost<H extends Host>(host: H): Recorder<H> {
  const files = keeper<string>();
  const excerpts = keeper<string>();
  const lists = keeper<string[]>();
  const stats = keeper<FileStatus>();
  const links = keeper<string>();
  const opens = keeper<'opened'>();
  const spaces = keeper<Space>();
  const inventory = keeper<unknown>();
  const connects = keeper<Connection>();
  const runs = keeper<RunResult>();
  const calls = new Map<string, RecordedCall>();
  return {
    host: {
      ...host,
      read: async (path, maxBytes = MAX_FILE_BYTES) => {
        const text = await files.ask(plainPath(path), () => host.read(path, maxBytes));
        if (Buffer.byteLength(text) > maxBytes) throw tooLarge(path, maxBytes);
        return text;
      },
      excerpt: async (path, how) =>
        await excerpts.ask(excerptKey(plainPath(path), how), () => host.excerpt(path, how)),
      list: async (path) => await lists.ask(plainPath(path), () => host.list(path)),
      stat: async (path) => await stats.ask(plainPath(path), () => host.stat(path)),
      link: async (path) => await links.ask(plainPath(path), () => host.link(path)),
      open: async (path) => void (await opens.ask(plainPath(path), () => opened(host, path))),
      space: async (path) => await spaces.ask(plainPath(path), () => host.space(path)),
      connect: async (question) =>
        await connects.ask(connectSource(question), () => host.connect(question)),
      inventory: async (topic) => await inventory.ask(topic, () => host.inventory(topic)),
      run: async (command, args, options) => {
        const call = callOf(command, args, options?.input);
        const key = callKey(call);
        calls.set(key, call);
        const result = await runs.ask(key, () => ended(host.run(command, args, options)));
        return accepted(commandSource(command, args), result, options);
      },
      remember: async (_name, _key, produce) => await produce(),
    } satisfies Host & H,
    recording: (about) => ({
      snapshot: {
        format: 1,
        ...about,
        scrubbed: false,
        failures: files.failures(),
        excerpts: excerpts.answers(),
        lists: lists.answers(),
        stats: stats.answers(),
        links: links.answers(),
        opens: opens.answers(),
        spaces: spaces.answers(),
        connects: connects.answers(),
        inventory: inventory.answers() as SnapshotFile['inventory'],
      },
      commands: Object.entries(runs.answers()).flatMap(([key, answer]) => {
        const call = calls.get(key);
        return call === undefined ? [] : [{ ...call, ...answer }];
      }),
      files: files.values(),
    }),
  };
}

async function opened(host: Host, path: string): Promise<'opened'> {
  await host.open(path);
  return 'opened';
}

/** A command that ended in any way has an answer to record; whoever asks knows the right codes. */
async function ended(run: Promise<RunResult>): Promise<RunResult> {
  try {
    return await run;
  } catch (error) {
    if (error instanceof HostError && error.result !== null) return error.result;
    throw error;
  }
}
