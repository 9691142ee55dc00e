import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What a traced program and all that it started did to the machine. */
export interface Trace {
  /** absolute paths of the programs that were really started */
  executed: string[];
  /** paths that were opened for writing, made, renamed or removed */
  written: string[];
  /** whether anything waited for connections */
  listened: boolean;
  code: number | null;
  stderr: string;
}

const CALLS =
  'execve,execveat,openat,openat2,open,creat,unlink,unlinkat,rename,renameat,renameat2,mkdir,' +
  'mkdirat,rmdir,link,linkat,symlink,symlinkat,chmod,fchmodat,chown,fchownat,truncate,mknod,' +
  'mknodat,mount,listen';

/** Runs a program under strace, with the folder for the trace named. */
export async function traced(command: string[], file: string): Promise<Trace> {
  const args = ['-f', '-qq', '-s', '4096', '-e', `trace=${CALLS}`, '-o', file, ...command];
  const child = spawn('strace', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8');
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { ...parseTrace(readFileSync(file, 'utf8')), code, stderr };
}

/** The calls of an strace log that start programs or change files. */
export function parseTrace(log: string): Pick<Trace, 'executed' | 'written' | 'listened'> {
  const calls = joined(log).filter((call) => !/ = -1 E/.test(call));
  const executed = calls.flatMap((call) => /^execve\("([^"]+)"/.exec(call)?.[1] ?? []);
  return {
    executed: [...new Set(executed)].sort(),
    written: [...new Set(calls.flatMap(changed))].sort(),
    listened: calls.some((call) => call.startsWith('listen(')),
  };
}

/** Each call on a line of its own: strace breaks those up that another process came between. */
function joined(log: string): string[] {
  const begun = new Map<string, string>();
  return log.split('\n').flatMap((line) => {
    const [, pid = '', call = ''] = /^(\d+)\s+(.*)$/.exec(line) ?? [];
    const unfinished = / <unfinished \.\.\.>$/;
    if (unfinished.test(call)) {
      begun.set(pid, call.replace(unfinished, ''));
      return [];
    }
    return [call.replace(/^<\.\.\. \w+ resumed>/, begun.get(pid) ?? '')];
  });
}

function changed(call: string): string[] {
  const paths = [...call.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((match) => match[1] ?? '');
  if (/^open/.test(call)) {
    return /O_(WRONLY|RDWR|CREAT|TRUNC|APPEND)/.test(call) ? paths.slice(0, 1) : [];
  }
  return /^(execve|listen)/.test(call) ? [] : paths;
}
