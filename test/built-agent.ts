import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from './requirements.ts';

/** Builds the agent as it is shipped, one file for Node, into a folder; the path of the file. */
export async function buildAgent(folder: string): Promise<string> {
  const outfile = join(folder, 'muster-agent.js');
  await build({
    entryPoints: [join(root, 'agent', 'main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node18',
    logLevel: 'warning',
  });
  return outfile;
}
