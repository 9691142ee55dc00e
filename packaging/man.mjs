// Writes packaging/man/* and packaging/completions/* from the code: `npm run man`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { tsImport } from 'tsx/esm/api';
import { root } from './steps.mjs';

const { manualPages } = await tsImport('./manual/pages.ts', import.meta.url);
const { completionFiles } = await tsImport('./manual/completions.ts', import.meta.url);
write('man', manualPages());
write('completions', completionFiles());

function write(folder, files) {
  for (const [name, text] of Object.entries(files)) {
    const path = join(root, 'packaging', folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}
