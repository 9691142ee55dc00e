import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseHcheck, parseHroller, parseHspace } from './htools-answers.ts';

/** What the tools of Ganeti say of the same cluster; null: not installed, or it gave no answer. */
export interface HtoolsAnswer {
  hcheck: ReturnType<typeof parseHcheck>;
  hspace: ReturnType<typeof parseHspace>;
  hroller: ReturnType<typeof parseHroller>;
}

/** hspace tries thousands of places on a large empty cluster, and may take minutes. */
const LIMIT_MS = 60_000;
const OUTPUT_MAX_BYTES = 4 * 1024 * 1024;

/** Asks hcheck, hspace and hroller about a text; they contact no cluster. */
export async function askHtools(text: string): Promise<HtoolsAnswer> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-htools-'));
  try {
    const file = join(folder, 'cluster.data');
    await writeFile(file, text, { mode: 0o600 });
    const hcheck = await run('/usr/bin/hcheck', ['-t', file, '--machine-readable=yes']);
    const hspace = await run('/usr/bin/hspace', ['-t', file, '--machine-readable=yes']);
    const hroller = await run('/usr/bin/hroller', ['-t', file, '--ignore-non-redundant']);
    return {
      hcheck: parseHcheck(hcheck),
      hspace: parseHspace(hspace),
      hroller: parseHroller(hroller),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The output, whatever the exit: hcheck exits 1 on a cluster that is not well. */
async function run(command: string, args: readonly string[]): Promise<string> {
  const options = {
    env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' },
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL' as const,
    maxBuffer: OUTPUT_MAX_BYTES,
  };
  return new Promise((resolve) => {
    // a text that ends early has no HCHECK_OK, and is then no answer
    execFile(command, [...args], options, (_error, stdout) => resolve(stdout));
  });
}
