// `npm run fuzz`: many more damaged texts and requests than the tests take, begun anew each time;
// then how the time of each parser grows. FUZZ_RUNS and FUZZ_SEED repeat a run.
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { ensureInstalled, root, run } from './steps.mjs';

ensureInstalled();
const { FUZZ_RUNS = '5000', FUZZ_SEED = String(randomInt(2 ** 31)) } = process.env;
process.stdout.write(`FUZZ_RUNS=${FUZZ_RUNS} FUZZ_SEED=${FUZZ_SEED}\n`);
const env = { ...process.env, FUZZ_RUNS, FUZZ_SEED };
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
run(process.execPath, [vitest, 'run', 'test/fuzz'], { env });
run(process.execPath, ['--import', 'tsx', join(root, 'test', 'fuzz', 'growth.ts')], { env });
