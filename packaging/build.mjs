// Builds dist/muster-agent.js and dist/muster.js: one CommonJS file each, executable.
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { bundledFolders } from './bundled.mjs';
import { sourceCommit } from './commit.mjs';
import { markBuilt, root } from './steps.mjs';

const dist = join(root, 'dist');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);
// the package is ESM, these files are CommonJS: Node 18 starts them faster, and `node -` takes them
writeFileSync(join(dist, 'package.json'), `${JSON.stringify({ type: 'commonjs', version })}\n`);

/** Messages in other languages than ours are a third of zod, and of the agent. */
const englishOnly = {
  name: 'english-only',
  setup({ onLoad }) {
    onLoad({ filter: /zod\/v4\/locales\/index\.js$/ }, ({ path }) => ({
      contents: 'export { default as en } from "./en.js";',
      resolveDir: dirname(path),
    }));
  },
};

const common = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
  plugins: [englishOnly],
  banner: { js: '#!/usr/bin/env node' },
  define: { MUSTER_COMMIT: JSON.stringify(sourceCommit(root)) },
};
const [agent, muster] = await Promise.all([
  build({
    ...common,
    entryPoints: [join(root, 'agent', 'main.ts')],
    outfile: join(dist, 'muster-agent.js'),
    target: 'node18',
  }),
  build({
    ...common,
    entryPoints: [join(root, 'collector', 'main.ts')],
    outfile: join(dist, 'muster.js'),
    target: 'node20',
    // pg-native and Cloudflare's sockets are pg's other ways out, which are never taken here
    external: ['better-sqlite3', 'pg-native', 'cloudflare:sockets'],
  }),
]);
for (const name of ['muster-agent.js', 'muster.js']) chmodSync(join(dist, name), 0o755);
// whose licences go along: packaging/copyright.mjs
const bundled = {
  'muster-agent.js': bundledFolders(agent.metafile),
  'muster.js': bundledFolders(muster.metafile),
};
writeFileSync(join(dist, 'bundled.json'), `${JSON.stringify(bundled, null, 2)}\n`);
markBuilt();
