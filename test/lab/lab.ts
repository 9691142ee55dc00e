import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Report, reportSchema } from '../../shared/report.ts';
import { type Requirement, reference, root } from '../requirements.ts';

/** The scripts that bring up real Ganeti nodes on this machine; CI has them. */
export const labScripts: Requirement = {
  met: existsSync(reference('lab', 'up.sh')),
  reason: 'needs the scripts of the real Ganeti lab beside the repository',
};

export const LAB_NODES = [1, 2, 3].map((number) => `ganeti0${number}.example.org`);

/** Installing Debian's ganeti, three nodes and a cluster: a minute, more on a new machine. */
export const UP_LIMIT_MS = 8 * 60_000;
const COMMAND_LIMIT_MS = 3 * 60_000;
const OUTPUT_LIMIT_BYTES = 32 * 1024 * 1024;

export interface Output {
  code: number;
  stdout: string;
  stderr: string;
}

/** `nodes`: three bare nodes; `cluster`: with Ganeti on them; `guests`: with two running guests. */
export async function up(what: 'nodes' | 'cluster' | 'guests'): Promise<void> {
  const script = reference('lab', 'up.sh');
  const args = what === 'nodes' ? ['nodes'] : [];
  const env = what === 'guests' ? { RG_INSTANCES: '1' } : {};
  const done = await run(script, args, { env, limitMs: UP_LIMIT_MS });
  if (done.code !== 0) throw new Error(`the lab did not come up: ${tail(done)}`);
}

/** Ends what `up` began; harmless when nothing is up. */
export async function down(): Promise<void> {
  await run(reference('lab', 'down.sh'), []);
}

/** Puts a real fault into the cluster. */
export async function breakLab(fault: string): Promise<void> {
  const done = await run(reference('lab', 'break.sh'), [fault]);
  if (done.code !== 0) throw new Error(`${fault} could not be put in: ${tail(done)}`);
}

/** Takes the fault out again. */
export async function healLab(fault: string): Promise<void> {
  const done = await run(reference('lab', 'break.sh'), ['heal', fault]);
  if (done.code !== 0) throw new Error(`${fault} could not be taken out: ${tail(done)}`);
}

/** Runs a command inside node `number`, counted from 1. */
export function on(number: number, command: readonly string[], input?: string): Promise<Output> {
  const options = { until: 'close' as const, ...(input !== undefined && { input }) };
  return run(reference('lab', 'on.sh'), [String(number), ...command], options);
}

/** Puts a file into a node. */
export async function putFile(number: number, path: string, text: string): Promise<void> {
  // not by tee, which would say all of it again
  const done = await on(number, ['sh', '-c', 'cat > "$1"', 'sh', path], text);
  if (done.code !== 0) throw new Error(`${path} could not be written: ${tail(done)}`);
}

/**
 * The agent's report of node `number`, made as before an install: the one file through standard
 * input, nothing copied there.
 */
export async function reportFrom(number: number, policyText: string): Promise<Report> {
  const policyPath = '/run/muster-policy.yaml';
  await putFile(number, policyPath, policyText);
  const agent = await readFile(join(root, 'dist', 'muster-agent.js'), 'utf8');
  const args = ['node', '-', 'report', '--policy', policyPath, '--probe-peers'];
  const done = await on(number, args, agent);
  if (done.code !== 0) throw new Error(`the agent on node ${number}: ${tail(done)}`);
  return reportSchema.parse(JSON.parse(done.stdout));
}

interface RunOptions {
  env?: Record<string, string>;
  input?: string;
  limitMs?: number;
  /** `exit` for scripts whose daemons keep the streams open */
  until?: 'exit' | 'close';
}

function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Output> {
  const { env = {}, input = '', limitMs = COMMAND_LIMIT_MS, until = 'exit' } = options;
  return new Promise((resolve, reject) => {
    const child = spawn('bash', [command, ...args], { env: { ...process.env, ...env } });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    let size = 0;
    const limit = setTimeout(() => child.kill('SIGKILL'), limitMs);
    const keep = (into: Buffer[]) => (chunk: Buffer) => {
      size += chunk.length;
      if (size > OUTPUT_LIMIT_BYTES) child.kill('SIGKILL');
      else into.push(chunk);
    };
    child.stdout.on('data', keep(stdout));
    child.stderr.on('data', keep(stderr));
    child.on('error', reject);
    child.on(until, (code) => {
      clearTimeout(limit);
      resolve({
        code: code ?? -1,
        stdout: Buffer.concat(stdout).toString('utf8'),
        stderr: Buffer.concat(stderr).toString('utf8'),
      });
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

function tail({ code, stdout, stderr }: Output): string {
  return `exit ${code}\n${stdout.slice(-2000)}\n${stderr.slice(-2000)}`;
}
