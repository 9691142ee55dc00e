// Writes packaging/schemas/NAME.schema.json from the code: `npm run schemas`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tsImport } from 'tsx/esm/api';
import { root } from './steps.mjs';

const { jsonSchemas } = await tsImport('../shared/json-schemas.ts', import.meta.url);
const folder = join(root, 'packaging', 'schemas');
mkdirSync(folder, { recursive: true });
for (const [name, schema] of Object.entries(jsonSchemas)) {
  writeFileSync(join(folder, `${name}.schema.json`), `${JSON.stringify(schema(), null, 2)}\n`);
}
