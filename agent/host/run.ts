import { type ChildProcess, spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { constants } from 'node:os';
import { HostError, type RunOptions, type RunResult } from './host.ts';
import { accepted, commandSource, MAX_OUTPUT_BYTES, tooLarge } from './limits.ts';
import { codeOf, hostErrorOf } from './system-error.ts';

/** Where commands are looked up, in this order, whatever the PATH of the agent says. */
export const COMMAND_FOLDERS = ['/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** Long enough for LVM on a busy node, short enough that a stuck tool does not hold the report. */
const RUN_TIMEOUT_MS = 10_000;

/**
 * Runs a command in a process group of its own, with no shell and nothing of the agent's
 * environment; at a limit the whole group is killed.
 */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const source = commandSource(command, args);
  const missing = `${command}: no such command`;
  try {
    const path = await commandPath(command);
    if (path === null) throw new HostError('not_found', source, missing);
    return accepted(source, await finish(start(path, args, options), source, options), options);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw hostErrorOf(error, source);
    throw new HostError('not_found', source, { message: missing, cause: error });
  }
}

/** The absolute path of a command; null when it is in none of the folders. */
export async function commandPath(command: string): Promise<string | null> {
  if (command.startsWith('/')) return command;
  for (const folder of COMMAND_FOLDERS) {
    const path = `${folder}/${command}`;
    if (await isFile(path)) return path;
  }
  return null;
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(codeOf(error))) return false;
    throw error;
  }
}

function start(path: string, args: readonly string[], options: RunOptions): ChildProcess {
  return spawn(path, args, {
    cwd: '/',
    detached: true,
    env: { PATH: COMMAND_FOLDERS.join(':'), LC_ALL: 'C', HOME: '/' },
    shell: false,
    stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
}

function finish(child: ChildProcess, source: string, options: RunOptions): Promise<RunResult> {
  const { timeoutMs = RUN_TIMEOUT_MS, maxBytes = MAX_OUTPUT_BYTES } = options;
  return new Promise((resolve, reject) => {
    const giveUp = (error: Error) => {
      clearTimeout(timer);
      abandon(child);
      reject(error);
    };
    const timer = setTimeout(() => {
      giveUp(new HostError('timed_out', source, `${source}: no end within ${timeoutMs} ms`));
    }, timeoutMs);
    const onOverflow = () => giveUp(tooLarge(source, maxBytes));
    const stdout = gather(child.stdout, maxBytes, onOverflow);
    const stderr = gather(child.stderr, maxBytes, onOverflow);
    feed(child, options.input, giveUp);
    child.on('error', giveUp);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      running.delete(child);
      resolve({ stdout: stdout(), stderr: stderr(), code: exitCode(code, signal) });
    });
    track(child);
  });
}

function gather(
  stream: NodeJS.ReadableStream | null,
  maxBytes: number,
  onOverflow: () => void,
): () => string {
  const chunks: Buffer[] = [];
  let bytes = 0;
  stream?.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxBytes) onOverflow();
    else chunks.push(chunk);
  });
  return () => Buffer.concat(chunks).toString('utf8');
}

function feed(
  child: ChildProcess,
  input: string | undefined,
  onError: (error: Error) => void,
): void {
  child.stdin?.on('error', (error) => {
    // A command need not read its input; whether that was wrong is for its exit code to say.
    if (codeOf(error) !== 'EPIPE') onError(error);
  });
  child.stdin?.end(input);
}

/** As a shell says it: 128 and the signal's number when a signal ended the command. */
function exitCode(code: number | null, signal: NodeJS.Signals | null): number {
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}

/** Nobody waits for it any more: it may be stuck in the kernel, where not even SIGKILL ends it. */
function abandon(child: ChildProcess): void {
  killGroup(child);
  running.delete(child);
  child.stdin?.destroy();
  child.stdout?.destroy();
  child.stderr?.destroy();
  child.unref();
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    // ESRCH: the whole group has ended. EPERM: it became another user's and is not ours to end.
    if (!['ESRCH', 'EPERM'].includes(codeOf(error))) throw error;
  }
}

/** Groups of their own outlive the agent, so what still runs is killed when it exits early. */
const running = new Set<ChildProcess>();

function track(child: ChildProcess): void {
  if (child.pid === undefined) return;
  if (process.listeners('exit').includes(killRunning) === false) process.on('exit', killRunning);
  running.add(child);
}

function killRunning(): void {
  for (const child of running) killGroup(child);
}
