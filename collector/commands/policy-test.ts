import { dirname, join } from 'node:path';
import { CommandError, type ExitName } from '../../shared/exit.ts';
import { type PolicyInForce, readPolicyText } from '../../shared/policy-file.ts';
import { visible } from '../../shared/render/safe.ts';
import type { Report } from '../../shared/report.ts';
import { listed } from '../../shared/wording.ts';
import { type FileProblem, showProblem } from '../../shared/yaml-file.ts';
import { readText } from '../given-files.ts';
import {
  caseLine,
  checkNamed,
  judgeCase,
  type PolicyTest,
  type PolicyTestCase,
  parsePolicyTest,
  unknownRules,
} from '../policy-test.ts';
import { readReports } from '../sources.ts';
import { unknownCheck } from './cards.ts';
import type { Io } from './command.ts';

/** Judges recorded reports by the rules of a policy: a line for each case; all as expected is 0. */
export async function testPolicy(file: string, io: Io): Promise<ExitName> {
  const text = await readText(file);
  const parsed = parsePolicyTest(text, file);
  if (!parsed.ok) throw badData(parsed.problems);
  const { test } = parsed;
  const policyFile = join(dirname(file), test.policy);
  const inForce = await readPolicyText(await readText(policyFile), policyFile, unknownCheck);
  if (!inForce.ok) throw badData(inForce.problems);
  const unknown = unknownRules(test, { text, file, rules: inForce.rules });
  if (unknown.length > 0) throw badData(unknown);
  const failed = await runCases(test, { file, inForce }, io);
  const left = untested(test, inForce);
  if (left.length > 0) io.err(`in no case: ${listed(left)}\n`);
  return failed ? 'closed' : 'open';
}

async function runCases(
  { cases }: PolicyTest,
  { file, inForce }: { file: string; inForce: PolicyInForce },
  io: Io,
): Promise<boolean> {
  let failed = false;
  for (const [index, one] of cases.entries()) {
    const report = await reportOf(one, file, io);
    const differs = judgeCase(one, report, inForce);
    io.out(`${visible(caseLine(index, one, { node: report.node, differs }))}\n`);
    failed ||= differs.length > 0;
  }
  return failed;
}

async function reportOf({ report, node }: PolicyTestCase, file: string, io: Io): Promise<Report> {
  const path = join(dirname(file), report);
  const reports = await readReports(path, io);
  const meant = node === undefined ? reports : reports.filter((one) => one.node === node);
  const [first, ...others] = meant;
  if (first !== undefined && others.length === 0) return first;
  const names = listed(reports.map((one) => one.node));
  const which = node === undefined ? 'one report, or a "node"' : `a single report of ${node}`;
  throw new CommandError('badData', `${path}: expected ${which}; it has ${names}`);
}

function untested({ cases }: PolicyTest, { rules }: PolicyInForce): string[] {
  const asked = new Set(cases.flatMap(({ expect }) => Object.keys(expect).map(checkNamed)));
  return rules.map(({ id }) => id).filter((id) => !asked.has(id));
}

function badData(problems: readonly FileProblem[]): CommandError {
  return new CommandError('badData', problems.map(showProblem).join('\n'));
}
