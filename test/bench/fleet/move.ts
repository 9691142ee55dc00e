import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../requirements.ts';

/** What `muster migrate-store` took. */
export interface Moved {
  ms: number;
  /** the most that was resident */
  peakMib: number;
  /** what it said at its end */
  said: string[];
}

const LOOK_EVERY_MS = 200;

/** Moves a SQLite store into an empty database; after `killAfterMs` once with a SIGKILL between. */
export async function moveStore(
  from: string,
  to: string,
  killAfterMs: number | null = null,
): Promise<Moved> {
  const began = performance.now();
  if (killAfterMs !== null) {
    const { code } = await once(from, to, killAfterMs);
    if (code === 0) throw new Error('the move was done before it was killed');
  }
  const { code, said, residentMib } = await once(from, to, null);
  if (code !== 0) throw new Error(`migrate-store ended with ${code}: ${said.join('\n')}`);
  return { ms: performance.now() - began, peakMib: residentMib, said };
}

async function once(from: string, to: string, killAfterMs: number | null) {
  const args = [join(root, 'dist/muster.js'), 'migrate-store', '--from', from, '--to', to];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let text = '';
  let residentMib = 0;
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  const look = setInterval(() => {
    residentMib = Math.max(residentMib, peakOf(child.pid ?? 0));
  }, LOOK_EVERY_MS);
  const kill =
    killAfterMs === null ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  clearInterval(look);
  clearTimeout(kill);
  return { code, said: text.trim().split('\n'), residentMib };
}

/** 0 when it has ended meanwhile. */
function peakOf(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1024;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 0;
    throw error;
  }
}
