import { type ChildProcess, spawn } from 'node:child_process';
import { buildPrograms, type Programs } from './programs.ts';
import { clusterOf, ended, enrolNode, type Site, startSite } from './site.ts';

/** How long to go on, and how wildly. */
export interface Soaking {
  /** an empty folder */
  folder: string;
  /** for `--database`; of ours alone */
  database: string;
  /** several share the database, behind nginx */
  collectors: number;
  /** nodes that report side by side */
  nodes: number;
  /** deliveries after which it is enough */
  deliveries: number;
  /** milliseconds after which it is enough in any case */
  limitMs: number;
  random(): number;
  /** is told of each run of deliveries how it ended and how many are left */
  onRun?(exit: string, left: number): void;
  /** what happens to the collectors, and agents live to see it; when not given, all are killed */
  meanwhile?(site: Site, soaked: Soaked): Promise<void>;
}

/** What came of it, for the one who compares. */
export interface Soaked {
  /** what was told safe, and where it came from */
  nodes: SoakedNode[];
  agentKills: number;
  collectorKills: number;
  /** used by nobody any more */
  database: string;
}

export interface SoakedNode {
  cluster: string;
  node: string;
  /** of the agent */
  state: string;
  /** digests of the reports that the agent was told are safe, in their order */
  safe: string[];
}

/** A killed agent was at work for up to this, after its first report. */
const LIFE_MS = 500;

/** Runs real collectors and real agents, kills all at random moments, and then none. */
export async function soak(soaking: Soaking): Promise<Soaked> {
  const { folder, database, deliveries, limitMs, random, meanwhile } = soaking;
  const programs = await buildPrograms(folder);
  const site = await startSite({ ...soaking, programs });
  try {
    const nodes = Array.from({ length: soaking.nodes }, (_, index) => {
      const node = `n${index + 1}`;
      return { cluster: clusterOf(node), node, state: enrolNode(site, node), safe: [] };
    });
    const soaked: Soaked = { nodes, agentKills: 0, collectorKills: 0, database };
    const since = Date.now();
    const enough = () => safeIn(soaked) >= deliveries || Date.now() >= since + limitMs;
    const start = (of: SoakedNode, ...args: string[]) =>
      startAgent(programs, { of, args: [...args, String(since)], onRun: soaking.onRun });
    const life = { start, enough, soaked, random, killed: meanwhile === undefined };
    await Promise.all([
      meanwhile?.(site, soaked) ?? killCollectors(site, life),
      ...nodes.map((node) => live(node, life)),
    ]);
    await Promise.all(nodes.map((node) => start(node, 'last', '1').ended));
    return soaked;
  } finally {
    await site.end();
  }
}

/** How many reports were told safe, of all nodes. */
export function safeIn({ nodes }: Pick<Soaked, 'nodes'>): number {
  return nodes.reduce((sum, { safe }) => sum + safe.length, 0);
}

interface Life {
  start(of: SoakedNode, ...args: string[]): RunningAgent;
  enough(): boolean;
  soaked: Soaked;
  random(): number;
  /** before it is enough */
  killed: boolean;
}

async function killCollectors({ running }: Site, { enough, soaked, random }: Life): Promise<void> {
  while (!enough()) {
    await pause(random() * 4 * LIFE_MS);
    const victim = running[Math.floor(random() * running.length)];
    await victim?.kill();
    soaked.collectorKills += 1;
    await pause(random() * LIFE_MS);
    await victim?.start();
  }
}

async function live(node: SoakedNode, { start, enough, soaked, random, killed }: Life) {
  for (let number = 0; !enough(); number++) {
    const agent = start(node, String(number), '100000');
    await Promise.race([agent.first, agent.ended]);
    if (killed) await pause(random() * LIFE_MS);
    while (!killed && !enough()) await pause(LIFE_MS);
    await ended(agent.child, 'SIGKILL');
    soaked.agentKills += 1;
  }
}

interface RunningAgent {
  child: ChildProcess;
  /** the first report is safe */
  first: Promise<void>;
  ended: Promise<void>;
}

interface AgentStart {
  of: SoakedNode;
  args: string[];
  onRun: Soaking['onRun'];
}

function startAgent({ soakAgent }: Programs, { of, args, onRun }: AgentStart): RunningAgent {
  const child = spawn(process.execPath, [soakAgent, of.state, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let rest = '';
  const first = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString('utf8')).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const [what = '', told = ''] = line.split(' ');
        if (what === 'safe') of.safe.push(told);
        else if (/^\d+$/.test(told)) onRun?.(what, Number(told));
      }
      resolve();
    });
  });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  return { child, first, ended };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
