import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { root } from '../../requirements.ts';

/** `muster serve` in a process of its own, which is gone after the test. */
export interface Served {
  child: ChildProcess;
  port: number;
  /** resolves with how it ended */
  ended: Promise<unknown[]>;
}

/** Starts it with these options and waits for nothing. */
export function start(...options: string[]): ChildProcess {
  const script = join(root, 'test/collector/commands/serve-process.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script, 'serve', ...options], {
    cwd: root,
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** Starts a collector on a free port and waits until it listens. */
export async function serve(database: string, ...options: string[]): Promise<Served> {
  const child = start('--database', database, '--listen', '127.0.0.1:0', ...options);
  const ended = once(child, 'exit');
  if (child.stdout === null) throw new Error('the child has no output');
  for await (const line of createInterface({ input: child.stdout })) {
    const port = /listening at https?:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1];
    if (port === undefined) continue;
    child.stdout.resume();
    return { child, port: Number(port), ended };
  }
  throw new Error(`the collector ended early: ${await ended}`);
}

/** Waits for lines of the log, each after the one before. */
export function linesOf(child: ChildProcess) {
  let text = '';
  let wake: () => void = () => undefined;
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8');
    wake();
  });
  return {
    rest: () => text,
    async matching(pattern: RegExp): Promise<void> {
      for (;;) {
        const found = pattern.exec(text);
        if (found !== null) {
          text = text.slice(found.index + found[0].length);
          return;
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
