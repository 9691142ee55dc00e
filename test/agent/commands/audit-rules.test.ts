import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { buildProgram } from '../../../agent/program.ts';
import { type ExitName, exitCodes, exitOfError } from '../../../shared/exit.ts';
import { captureIo } from '../../capture-io.ts';
import { root } from '../../requirements.ts';

const rules = (that: string) => `rules:
  - {id: own, title: Ours, message: it is wrong, remedy: mend it, that: '${that}'}
`;

/** What the rule alone says of the recorded host, with the exit code. */
async function audit(that: string) {
  const folder = mkdtempSync(join(tmpdir(), 'muster-rules-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const policy = join(folder, 'cluster.yaml');
  writeFileSync(policy, rules(that));
  const host = join(root, 'test', 'hosts', 'seed-ganeti01');
  const io = captureIo();
  const codes: number[] = [];
  const done = async (exit: Promise<ExitName>) => void codes.push(exitCodes[await exit]);
  const words = ['audit', '--host', host, '--policy', policy, '-f', 'json', '--select', 'rule.own'];
  try {
    await buildProgram(io, done).parseAsync(words, { from: 'user' });
  } catch (error) {
    const { code, message } = exitOfError(error);
    return { code, message: message?.replace(policy, 'FILE') };
  }
  const [finding] = JSON.parse(io.stdout()).findings;
  return { code: codes[0], message: finding.message };
}

test.each([
  ['memory.totalBytes > 0 && cpu.flags.size() > 0', 0, /^as the rule has it \(memory\.totalBytes /],
  ['memory.totalBytes < 0', 2, /^it is wrong \(memory\.totalBytes /],
  ['memory.totalByte < 0', 78, /^FILE:2:81: rules\[0\]\.that: no fact "totalByte" there; did you/],
])('the agent judges its own node by the rule %s: %i', async (that, code, message) => {
  expect(await audit(that)).toEqual({ code, message: expect.stringMatching(message) });
});
