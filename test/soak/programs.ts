import { spawnSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from '../requirements.ts';

/** Built files, as they are shipped. */
export interface Programs {
  muster: string;
  agent: string;
  /** `test/soak/agent.ts` */
  soakAgent: string;
}

/** Builds the programs into a folder. */
export async function buildPrograms(folder: string): Promise<Programs> {
  // the database driver is no part of the built file
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const built = async (entry: string, name: string, format: 'cjs' | 'esm') => {
    const outfile = join(folder, name);
    const common = { bundle: true, platform: 'node', logLevel: 'warning' } as const;
    const external = ['better-sqlite3', 'pg-native', 'cloudflare:sockets'];
    await build({ ...common, entryPoints: [join(root, entry)], outfile, format, external });
    return outfile;
  };
  const [muster, agent, soakAgent] = await Promise.all([
    built('collector/main.ts', 'muster.cjs', 'cjs'),
    built('agent/main.ts', 'muster-agent.cjs', 'cjs'),
    built('test/soak/agent.ts', 'soak-agent.mjs', 'esm'),
  ]);
  return { muster, agent, soakAgent };
}

/** Runs a program to its end and gives what it said; throws unless it ended with 0. */
export function run(args: string[]): string {
  const done = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (done.status === 0) return done.stdout;
  throw new Error(`${args.slice(1).join(' ')} ended with ${done.status}: ${done.stderr}`);
}
