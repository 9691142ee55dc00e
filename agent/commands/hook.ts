import { dirname, join } from 'node:path';
import { CommandError, type ExitName } from '../../shared/exit.ts';
import type { Io } from '../../shared/io.ts';
import { nearest } from '../../shared/nearest.ts';
import { type Hook, hooks, markOf, scriptOf } from '../ganeti/hooks.ts';

export interface HookOptions {
  ganeti: string;
  agent: string;
  muster: string;
}

/** What stands where a hook goes. */
type State = 'off' | 'on' | 'of another version' | 'of somebody else';

/** Puts the script of a hook where Ganeti runs it; what somebody else put there stays. */
export async function enableHook(name: string, options: HookOptions, io: Io): Promise<ExitName> {
  const hook = hookOf(name);
  for (const path of [options.agent, options.muster]) mustBePlain(path);
  const file = join(options.ganeti, hook.path);
  mustBeOurs(await stateOf(hook, options, io), file);
  const partial = `${file}.${io.unique()}.partial`;
  await writing(file, async () => {
    await io.files.mkdir(dirname(file), { recursive: true, mode: 0o755 });
    await io.files.writeFile(partial, scriptOf(hook, options), { flag: 'wx', flush: true });
    // Ganeti refuses what others than its owner may write
    await io.files.chmod(partial, 0o755);
    await io.files.rename(partial, file);
  });
  io.err(`${file}: ${hook.what}\n`);
  return 'open';
}

/** Takes the script of a hook away; what somebody else put there stays. */
export async function disableHook(name: string, options: HookOptions, io: Io): Promise<ExitName> {
  const hook = hookOf(name);
  const file = join(options.ganeti, hook.path);
  const state = await stateOf(hook, options, io);
  mustBeOurs(state, file);
  if (state !== 'off') await writing(file, () => io.files.unlink(file));
  io.err(`${file}: off\n`);
  return 'open';
}

/** Tells of every hook whether it is on. */
export async function showHooks(options: HookOptions, io: Io): Promise<ExitName> {
  for (const hook of hooks) {
    const state = await stateOf(hook, options, io);
    io.out(`${hook.name.padEnd(18)}  ${state.padEnd(18)}  ${join(options.ganeti, hook.path)}\n`);
  }
  return 'open';
}

async function stateOf(hook: Hook, options: HookOptions, io: Io): Promise<State> {
  const file = join(options.ganeti, hook.path);
  const text = await io.files.readFile(file, 'utf8').catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw refused(file, error);
  });
  if (text === null) return 'off';
  if (!text.split('\n').includes(markOf(hook))) return 'of somebody else';
  return text === scriptOf(hook, options) ? 'on' : 'of another version';
}

function hookOf(name: string): Hook {
  const hook = hooks.find((one) => one.name === name);
  if (hook !== undefined) return hook;
  const names = hooks.map((one) => one.name);
  const near = nearest(name, names);
  const hint = near === null ? `known: ${names.join(', ')}` : `did you mean "${near}"?`;
  throw new CommandError('usage', `no hook "${name}"; ${hint}`);
}

function mustBeOurs(state: State, file: string): void {
  if (state !== 'of somebody else') return;
  throw new CommandError('noPermission', `${file} is of somebody else, and is kept`);
}

/** It goes into a script as it stands. */
function mustBePlain(path: string): void {
  if (/^\/[\w./+-]+$/.test(path)) return;
  throw new CommandError('usage', `expected the plain path of a program, found "${path}"`);
}

async function writing(file: string, action: () => Promise<void>): Promise<void> {
  await action().catch((error: unknown) => {
    throw refused(file, error);
  });
}

function refused(file: string, cause: unknown): CommandError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new CommandError('noPermission', `${file}: ${reason}`, cause);
}
