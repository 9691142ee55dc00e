// `npm run bench`: every benchmark, or those named: `npm run bench -- agent`.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, root, run } from './steps.mjs';

ensureInstalled();
ensureBuilt();
const folder = join(root, 'test', 'bench');
const wanted = process.argv.slice(2);
const benches = readdirSync(folder)
  .filter((name) => name.endsWith('.bench.ts'))
  .map((name) => name.slice(0, -'.bench.ts'.length))
  .filter((name) => wanted.length === 0 || wanted.includes(name));
// Node 18 and 20 read it at every start, which would be timed instead of us
const env = { ...process.env };
delete env.NODE_EXTRA_CA_CERTS;
for (const name of benches) {
  process.stdout.write(`== ${name}\n`);
  run(process.execPath, ['--import', 'tsx', join(folder, `${name}.bench.ts`)], { env });
}
