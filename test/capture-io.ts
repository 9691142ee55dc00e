import { createHash } from 'node:crypto';
import * as files from 'node:fs/promises';
import type { Io } from '../shared/io.ts';

/** What a command printed, and the Io that caught it. */
export interface CapturedIo extends Io {
  stdout(): string;
  stderr(): string;
}

/** An Io whose clock, environment and input are given, and whose output is kept. */
export function captureIo(
  given: { stdin?: string; now?: string; env?: Record<string, string> } = {},
): CapturedIo {
  const out: string[] = [];
  const err: string[] = [];
  let calls = 0;
  return {
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    env: given.env ?? {},
    now: () => new Date(given.now ?? '2026-11-22T12:00:00.000Z'),
    readStdin: async () => given.stdin ?? '',
    files,
    unique: () => {
      calls += 1;
      return `test-${calls}`;
    },
    digest: (text) => createHash('sha256').update(text).digest('hex'),
    terminal: false,
    stdout: () => out.join(''),
    stderr: () => err.join(''),
  };
}
