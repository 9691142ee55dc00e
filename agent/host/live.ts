import { keep, recall } from './cache.ts';
import { connect } from './connect.ts';
import { within } from './deadline.ts';
import { excerptOf } from './excerpt.ts';
import { listNames, openDevice, readText, spaceOf, statusOf, targetOf } from './files.ts';
import { type Host, HostError, type RunOptions, type RunResult } from './host.ts';
import { MAX_FILE_BYTES, plainPath } from './limits.ts';
import { run } from './run.ts';
import { hostErrorOf } from './system-error.ts';
import { readInventory } from './system-information.ts';

/** A file of proc or sys answers at once; one that takes this long lies on a dead filesystem. */
const FILE_TIMEOUT_MS = 5_000;

/** How the machine is read. */
export interface LiveOptions {
  /** where what is remembered is kept, when there is such a folder */
  stateDir?: string | null;
  /** the only commands that are run by bare name; any, when left out */
  commands?: readonly string[];
}

/** The machine the agent runs on. */
export function liveHost({ stateDir = null, commands }: LiveOptions = {}): Host {
  return {
    origin: 'live',
    read: (path, maxBytes = MAX_FILE_BYTES) => ask(path, (plain) => readText(plain, maxBytes)),
    excerpt: (path, how) =>
      ask(path, async (plain) =>
        excerptOf(plain, await readText(plain, how.maxBytes ?? MAX_FILE_BYTES), how),
      ),
    list: (path) => ask(path, listNames),
    stat: (path) => ask(path, statusOf),
    link: (path) => ask(path, targetOf),
    open: (path) => ask(path, openDevice),
    space: (path) => ask(path, spaceOf),
    run: (command, args, limits) => runListed(commands, { command, args, limits }),
    connect,
    inventory: readInventory,
    remember: (name, key, produce) => remember(stateDir, { name, key }, produce),
  };
}

async function ask<T>(path: string, call: (plain: string) => Promise<T>): Promise<T> {
  try {
    const plain = plainPath(path);
    return await within(FILE_TIMEOUT_MS, plain, call(plain));
  } catch (error) {
    throw hostErrorOf(error, path);
  }
}

async function runListed(
  commands: readonly string[] | undefined,
  asked: { command: string; args: readonly string[]; limits: RunOptions | undefined },
): Promise<RunResult> {
  const { command, args, limits } = asked;
  if (commands !== undefined && !command.startsWith('/') && !commands.includes(command)) {
    throw new HostError('denied', command, `${command} is not a command that the agent runs`);
  }
  return run(command, args, limits);
}

async function remember(
  stateDir: string | null,
  wanted: { name: string; key: string },
  produce: () => Promise<string>,
): Promise<string> {
  if (stateDir === null) return await produce();
  const kept = await recall(stateDir, wanted.name, wanted.key);
  if (kept !== null) return kept;
  const text = await produce();
  await keep(stateDir, wanted.name, { key: wanted.key, text });
  return text;
}
