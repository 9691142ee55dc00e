import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The cluster of the guide that our users follow: `seed-ganeti01` is written by hand after real
 * output, and this makes the other two of it. They differ in what differs between like machines;
 * /etc/hosts and the interfaces file are the guide's own, with its mistakes: two names on
 * 192.0.2.6, no gateway, no `auto br0`. After a change of the first one run
 * `npx tsx test/hosts/make-seed.ts`.
 */
export interface SeedNode {
  name: string;
  address: string;
  macAddress: string;
  linkLocal: string;
  machineId: string;
  bootId: string;
  serialNumber: string;
}

export const seedNodes: [SeedNode, SeedNode, SeedNode] = [
  seedNode(1, '192.0.2.5', '05'),
  seedNode(2, '192.0.2.6', '06'),
  seedNode(3, '192.0.2.6', '07'),
];

function seedNode(number: number, address: string, lastByte: string): SeedNode {
  return {
    name: `ganeti0${number}`,
    address,
    macAddress: `52:54:00:00:02:${lastByte}`,
    linkLocal: `fe80::5054:ff:fe00:2${lastByte}`,
    machineId: `6d75737465720000000000000000a00${number}`,
    bootId: `6d757374-6572-4000-8000-00000000000${number}`,
    serialNumber: `SEED000${number}`,
  };
}

const folder = dirname(fileURLToPath(import.meta.url));
const [first, ...others] = seedNodes;

/** The folder of a node's recording. */
export function seedFolder(node: SeedNode): string {
  return join(folder, `seed-${node.name}`);
}

/** Writes the recording of `node` to `target`, as the first one's with the node's own marks. */
export function writeSeedNode(node: SeedNode, target: string): void {
  rmSync(target, { recursive: true, force: true });
  cpSync(seedFolder(first), target, { recursive: true });
  for (const path of readdirSync(target, { recursive: true, encoding: 'utf8' })) {
    if (sameOnAllNodes(path)) continue;
    rewrite(join(target, path), node);
  }
}

/** The table of hosts is one file for the whole cluster, and so are the answers drawn from it. */
function sameOnAllNodes(path: string): boolean {
  return path === join('etc', 'hosts');
}

function rewrite(path: string, node: SeedNode): void {
  const text = textOf(path);
  if (text === null) return;
  const changed = path.endsWith('commands.json') ? commandsFor(text, node) : marked(text, node);
  if (changed !== text) writeFileSync(path, changed);
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EISDIR') return null;
    throw error;
  }
}

function commandsFor(text: string, node: SeedNode): string {
  const commands: { command: string }[] = JSON.parse(text);
  const own = commands.map((one) =>
    one.command === 'getent' ? one : JSON.parse(marked(JSON.stringify(one), node)),
  );
  return `${JSON.stringify(own, null, 1)}\n`;
}

function marked(text: string, node: SeedNode): string {
  const marks = Object.keys(first) as (keyof SeedNode)[];
  return marks.reduce((changed, mark) => changed.replaceAll(first[mark], node[mark]), text);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const node of others) writeSeedNode(node, seedFolder(node));
}
