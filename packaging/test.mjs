// `npm test`: everything a person needs to trust the program, and the true counts at the end.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { installMissing } from './debian-packages.mjs';
import { ensureBuilt, ensureInstalled, root, run } from './steps.mjs';

const output = join(root, 'test-output');
const results = join(output, 'results.json');

ensureInstalled();
const absent = installMissing();
ensureBuilt();

step('typecheck');
run('npx', ['--no-install', 'tsc', '--noEmit']);
step('lint');
run('npx', ['--no-install', 'biome', 'check', '.']);
run('npx', ['--no-install', 'eslint', '.']);

step('tests');
rmSync(output, { recursive: true, force: true });
mkdirSync(output);
const vitest = spawnSync(
  'npx',
  [
    '--no-install',
    'vitest',
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${results}`,
  ],
  { cwd: root, stdio: 'inherit' },
);
const summary = readSummary();
reportLeftOut(summary.leftOut);
process.stdout.write(`Tests: ${summary.passed} passed, ${summary.failed} failed\n`);
process.exit(vitest.status === 0 && summary.failed === 0 ? 0 : 1);

function step(title) {
  process.stdout.write(`== ${title}\n`);
}

function readSummary() {
  const { testResults } = JSON.parse(readFileSync(results, 'utf8'));
  const tests = testResults.flatMap((file) => file.assertionResults);
  const count = (status) => tests.filter((test) => test.status === status).length;
  // a file that does not even load has no tests: it counts as one failure
  const broken = testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  ).length;
  const leftOut = tests.filter((test) => test.status !== 'passed' && test.status !== 'failed');
  return { passed: count('passed'), failed: count('failed') + broken, leftOut };
}

/** Says loudly what was not tested and why; a skipped test has its reason in its title. */
function reportLeftOut(leftOut) {
  const reasons = new Map();
  for (const test of leftOut) {
    const reason = /\[left out: (.*?)\]/.exec(test.fullName)?.[1] ?? `no reason: ${test.fullName}`;
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  for (const { name, program } of absent) {
    process.stdout.write(`NOT INSTALLED: ${program} (apt-get install ${name})\n`);
  }
  for (const [reason, count] of reasons) {
    process.stdout.write(`LEFT OUT: ${count} groups of tests: ${reason}\n`);
  }
}
