// `npm test`: everything a person needs to trust the program, and the true counts at the end.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { installMissing } from './debian-packages.mjs';
import { ensureBuilt, ensureInstalled, root, run } from './steps.mjs';

const output = join(root, 'test-output');

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
// the lab is one for the whole machine, and slow to answer beside others: its tests run alone
const runs = [
  vitest('tests', ['--exclude', 'test/lab/**']),
  vitest('lab', ['test/lab', '--no-file-parallelism']),
];
const summary = readSummary(runs.map(({ results }) => results));
reportLeftOut(summary.leftOut);
process.stdout.write(`Tests: ${summary.passed} passed, ${summary.failed} failed\n`);
process.exit(runs.every(({ status }) => status === 0) && summary.failed === 0 ? 0 : 1);

/** Runs some of the tests; their results go to a file of that name. */
function vitest(name, selection) {
  const results = join(output, `${name}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`];
  const args = ['--no-install', 'vitest', 'run', ...reporters, ...selection];
  const { status } = spawnSync('npx', args, { cwd: root, stdio: 'inherit' });
  return { status, results };
}

function step(title) {
  process.stdout.write(`== ${title}\n`);
}

function readSummary(files) {
  const testResults = files.flatMap((file) => JSON.parse(readFileSync(file, 'utf8')).testResults);
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
