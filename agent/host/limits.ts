import { posix } from 'node:path';
import { type ConnectQuestion, HostError, type RunOptions, type RunResult } from './host.ts';

/** Largest file that is read when the probe does not say; far above those of proc, sys, etc. */
export const MAX_FILE_BYTES = 1024 * 1024;

/** Largest output of a command when the probe does not say; QEMU's CPU models take about 1 MiB. */
export const MAX_OUTPUT_BYTES = 4 * 1024 * 1024;

const MAX_SOURCE = 200;
const MAX_LINE = 300;

/** `path` in the form that every host knows it by; `..` is refused, as links make it ambiguous. */
export function plainPath(path: string): string {
  if (!path.startsWith('/') || path.includes('\0') || path.split('/').includes('..')) {
    throw new HostError('other', path, `${JSON.stringify(path)} is not a plain absolute path`);
  }
  const normal = posix.normalize(path);
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
}

/** How a command is named as the source of a failure. */
export function commandSource(command: string, args: readonly string[]): string {
  const words = [command, ...args].join(' ');
  return words.length > MAX_SOURCE ? `${words.slice(0, MAX_SOURCE)} …` : words;
}

/** How a connection is named as the source of a failure, and found in a recording. */
export function connectSource({ source, address, port }: ConnectQuestion): string {
  return `connect ${source} ${address} ${port}`;
}

/** How a topic of systeminformation is named as the source of a failure. */
export function inventorySource(topic: string): string {
  return `systeminformation ${topic}`;
}

/** The failure of a file, or of an output, that is larger than the probe allows. */
export function tooLarge(source: string, maxBytes: number): HostError {
  return new HostError('too_large', source, `${source}: more than ${maxBytes} bytes`);
}

/** `result` when its exit code is an answer; else fails with code and first line of stderr. */
export function accepted(source: string, result: RunResult, options: RunOptions = {}): RunResult {
  if (result.code === 0 || options.okCodes?.includes(result.code)) return result;
  const line = result.stderr.trim().split('\n', 1)[0] ?? '';
  const said = line === '' ? '' : `: ${line.slice(0, MAX_LINE)}`;
  throw new HostError('exit_code', source, {
    message: `${source}: exit code ${result.code}${said}`,
    result,
  });
}
