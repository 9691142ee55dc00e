import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { collectReport } from '../agent/collect.ts';
import { openRecordedHost } from '../agent/host/recorded.ts';
import { probes } from '../agent/probes/index.ts';
import { decideGate } from '../collector/cluster/decision.ts';
import { findGate } from '../collector/cluster/gates.ts';
import { buildFleet } from '../collector/fleet.ts';
import type { Verdict } from '../shared/check.ts';
import type { Fleet } from '../shared/fleet.ts';
import type { GateResult, GateState } from '../shared/gate.ts';
import type { Policy } from '../shared/policy.ts';
import type { Report } from '../shared/report.ts';
import { seedPolicy } from './collector/seed-cluster.ts';
import { temporaryFolder } from './collector/test-app.ts';
import { type SeedNode, seedNodes, writeSeedNode } from './hosts/make-seed.ts';

/** What stands in a text, and what stands there instead; it has to be there. */
export type Edit = [from: string | RegExp, to: string];

/** What is changed of a recorded host. */
export interface Changes {
  /** by path; a text is the whole of a file that may be new */
  files?: Record<string, Edit[] | string>;
  /** the output of commands, by their words or the first of these */
  commands?: Record<string, Edit[]>;
  /** how commands end otherwise, by the same words */
  ends?: Record<string, { code?: number; stdout?: string; stderr: string }>;
  /** merged into snapshot.json, a level deep */
  snapshot?: Record<string, Record<string, unknown>>;
}

/** Nodes made of the guide's, each with the changes to all of them and its own. */
export interface TrapCluster {
  all?: Changes;
  only?: Partial<Record<string, Changes>>;
  policy?: Record<string, unknown>;
}

/** What Muster says of a node, or of the cluster, that fell into a trap of the guide. */
interface Expected {
  check: string;
  verdict: Verdict;
  /** of the node as the guide names it; of the cluster when left out */
  node?: string;
  subject?: string;
  says: string;
  remedy?: string;
}

/** A trap of the guide as files show it, and what is expected of a gate. */
export interface VisibleTrap extends TrapCluster {
  trap: number;
  title: string;
  /** the gate that is asked; `install` when left out */
  asked?: string;
  gate: GateState;
  finds: Expected[];
}

const DEFAULT_ROUTE = '[{"dst":"default","gateway":"192.0.2.1","dev":"br0","flags":[]},';

/** What the guide gets wrong and has to be right for a node to be ready. */
const corrected: Changes = {
  files: {
    '/etc/modprobe.d/drbd.conf': 'options drbd usermode_helper=/bin/true\n',
    '/etc/hosts': [['192.0.2.6\tganeti03', '192.0.2.7\tganeti03']],
    '/etc/network/interfaces': [
      ['iface br0', 'auto br0\niface br0'],
      [/(address \S+)/, '$1\n        gateway 192.0.2.1'],
    ],
  },
  commands: {
    'ip -j -4 route show table main': [['[', DEFAULT_ROUTE]],
    'getent ahosts ganeti03': [[/192\.0\.2\.6/g, '192.0.2.7']],
    'getent ahosts ganeti03.example.org': [[/192\.0\.2\.6/g, '192.0.2.7']],
  },
  snapshot: { lists: { '/etc/modprobe.d': ['drbd.conf'] } },
};

/** The guide's nodes with an address of its own for each. */
export const correctedNodes = seedNodes.map((node) =>
  node.name === 'ganeti03' ? { ...node, address: '192.0.2.7' } : node,
);

/** The answer of a gate over the guide's cluster, corrected and then changed; by the real way. */
export async function answerOf(gate: string, cluster: TrapCluster): Promise<GateResult> {
  const found = findGate(gate);
  if (found === undefined) throw new Error(`no gate ${gate}`);
  return decideGate(found, await fleetOf(cluster));
}

/** The fleet that these nodes are. */
export async function fleetOf(cluster: TrapCluster): Promise<Fleet> {
  const policy = seedPolicy({ thresholds: { maximumAge: '3650d' }, ...cluster.policy });
  const names = new Set(policy.nodes.map(({ name }) => name));
  const nodes = correctedNodes.filter(({ name }) => names.has(`${name}.example.org`));
  const reports = await Promise.all(nodes.map((node) => reportOf(node, cluster, policy)));
  const now = new Date(reports[0]?.collectedAt ?? 0);
  return buildFleet({ cluster: 'trap', reports, policy, now });
}

async function reportOf(node: SeedNode, cluster: TrapCluster, policy: Policy): Promise<Report> {
  const folder = temporaryFolder();
  writeSeedNode(node, folder);
  for (const changes of [corrected, cluster.all, cluster.only?.[node.name]]) {
    if (changes) change(folder, changes);
  }
  const host = await openRecordedHost(folder);
  const how = { probes, policy, now: new Date(0), version: '0.0.0', privileged: true };
  return await collectReport({ host, ...how });
}

function change(folder: string, changes: Changes): void {
  const { files = {}, snapshot = {} } = changes;
  for (const [path, edits] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    const isNew = typeof edits === 'string';
    writeFileSync(file, isNew ? edits : edited(readFileSync(file, 'utf8'), edits, path));
  }
  rewriteJson(join(folder, 'commands.json'), (all: Command[]) => changedCommands(all, changes));
  rewriteJson(join(folder, 'snapshot.json'), (whole: Record<string, object>) => ({
    ...whole,
    ...Object.fromEntries(
      Object.entries(snapshot).map(([key, value]) => [key, { ...whole[key], ...value }]),
    ),
  }));
}

interface Command {
  command: string;
  args: string[];
  stdout: string;
}

function changedCommands(all: Command[], { commands = {}, ends = {} }: Changes): Command[] {
  const changed = [...all];
  for (const [words, edits] of Object.entries(commands)) {
    const index = placeOf(words, all);
    const found = changed[index];
    if (found) changed[index] = { ...found, stdout: edited(found.stdout, edits, words) };
  }
  for (const [words, end] of Object.entries(ends)) {
    const index = placeOf(words, all);
    const found = changed[index];
    if (found) changed[index] = { ...found, ...end };
  }
  return changed;
}

function placeOf(words: string, all: readonly Command[]): number {
  const index = all.findIndex(({ command, args }) =>
    `${[command, ...args].join(' ')} `.startsWith(`${words} `),
  );
  if (index < 0) throw new Error(`not recorded: ${words}`);
  return index;
}

/** A change that changes nothing tests nothing. */
function edited(text: string, edits: readonly Edit[], what: string): string {
  return edits.reduce((before, [from, to]) => {
    const after = before.replace(from, to);
    if (after === before) throw new Error(`${what}: nothing there is ${from}`);
    return after;
  }, text);
}

function rewriteJson<T>(file: string, rewrite: (value: T) => T): void {
  writeFileSync(file, JSON.stringify(rewrite(JSON.parse(readFileSync(file, 'utf8')))));
}
