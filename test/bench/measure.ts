import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';

/** One whole process: wall and CPU time with its children's, and the peak memory of itself. */
export interface Run {
  wallMs: number;
  cpuMs: number;
  peakMib: number;
}

/** What is timed: arguments of Node, and what to do before each run, untimed. */
export interface Candidate {
  name: string;
  args: string[];
  before?: () => void;
}

/** A Node to time with. */
export interface Runtime {
  /** what starts it */
  node: string[];
  /** shell commands, untimed, in a mount namespace of their own */
  enter?: string;
}

const THIS_NODE: Runtime = { node: [process.execPath] };

/** Median of each figure over `rounds` rounds in which the candidates take turns. */
export function compare(
  candidates: Candidate[],
  rounds: number,
  runtime = THIS_NODE,
): Map<string, Run> {
  const runs = new Map<string, Run[]>(candidates.map((one) => [one.name, []]));
  for (const candidate of candidates) time(candidate, runtime); // warms the page cache
  for (let round = 0; round < rounds; round++) {
    for (const candidate of candidates) runs.get(candidate.name)?.push(time(candidate, runtime));
  }
  return new Map([...runs].map(([name, list]) => [name, medianRun(list)]));
}

/** A table of figures with each candidate's ratio to the first one, the floor. */
export function table(results: Map<string, Run>): string {
  const [floor] = results.values();
  if (floor === undefined) return '';
  const rows = [...results].map(([name, run]) =>
    [
      name.padEnd(44),
      `${run.wallMs.toFixed(0).padStart(6)} ms`,
      `${(run.wallMs / floor.wallMs).toFixed(2).padStart(6)} x`,
      `${run.cpuMs.toFixed(0).padStart(6)} ms cpu`,
      `${(run.cpuMs / floor.cpuMs).toFixed(2).padStart(6)} x`,
      `${run.peakMib.toFixed(0).padStart(5)} MiB`,
      `${(run.peakMib / floor.peakMib).toFixed(2).padStart(6)} x`,
    ].join(' '),
  );
  return `${rows.join('\n')}\n`;
}

/** The machine, as figures must be read with it. */
export function machine(): string {
  const [first] = cpus();
  const memory = (totalmem() / 2 ** 30).toFixed(0);
  const model = first?.model ?? 'unknown';
  return `${cpus().length} CPUs (${model}), ${memory} GiB, Node ${process.version}`;
}

/** The middle value; of an even count the lower one. */
export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}

const scratch = mkdtempSync(join(tmpdir(), 'muster-bench-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
const hook = join(scratch, 'peak.cjs');
const peakFile = join(scratch, 'peak');
writeFileSync(
  hook,
  `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(peakFile)}, ` +
    `String(process.resourceUsage().maxRSS)));\n`,
);

function time(candidate: Candidate, { node, enter }: Runtime): Run {
  candidate.before?.();
  const command = `${enter ?? ''}\nTIMEFORMAT='%R %U %S'; time "$@" >/dev/null 2>&1`;
  const timed = ['bash', '-c', command, 'time', ...node, '-r', hook, ...candidate.args];
  const [first = '', ...args] = enter === undefined ? timed : ['unshare', '--mount', ...timed];
  const done = spawnSync(first, args, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
  const [wall, user, system] = done.stderr.trim().split(/\s+/).map(Number);
  if (wall === undefined || user === undefined || system === undefined) {
    throw new Error(`${candidate.name}: no times in "${done.stderr}"`);
  }
  return {
    wallMs: wall * 1000,
    cpuMs: (user + system) * 1000,
    peakMib: Number(readFileSync(peakFile, 'utf8')) / 1024,
  };
}

function medianRun(runs: Run[]): Run {
  return {
    wallMs: median(runs.map((run) => run.wallMs)),
    cpuMs: median(runs.map((run) => run.cpuMs)),
    peakMib: median(runs.map((run) => run.peakMib)),
  };
}
