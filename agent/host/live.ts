import { keep, recall } from './cache.ts';
import { connect } from './connect.ts';
import { within } from './deadline.ts';
import { listNames, openDevice, readText, spaceOf, statusOf, targetOf } from './files.ts';
import type { Host } from './host.ts';
import { MAX_FILE_BYTES, plainPath } from './limits.ts';
import { run } from './run.ts';
import { hostErrorOf } from './system-error.ts';
import { readInventory } from './system-information.ts';

/** A file of proc or sys answers at once; one that takes this long lies on a dead filesystem. */
const FILE_TIMEOUT_MS = 5_000;

/** The machine the agent runs on; what is remembered is kept in `stateDir`, when there is one. */
export function liveHost(options: { stateDir?: string | null } = {}): Host {
  const stateDir = options.stateDir ?? null;
  return {
    origin: 'live',
    read: (path, maxBytes = MAX_FILE_BYTES) => ask(path, (plain) => readText(plain, maxBytes)),
    list: (path) => ask(path, listNames),
    stat: (path) => ask(path, statusOf),
    link: (path) => ask(path, targetOf),
    open: (path) => ask(path, openDevice),
    space: (path) => ask(path, spaceOf),
    run,
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
