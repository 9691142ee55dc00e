import type { Bond } from '../../shared/facts/network.ts';
import { allInOrder } from '../attempts.ts';
import { type Host, ParseError } from '../host/host.ts';
import { listOrNone } from '../listing.ts';
import { parseWhole, textLines } from '../parse.ts';

const BONDING = '/proc/net/bonding';

/** The bonds of the host with their slaves; none where the bonding driver is not loaded. */
export async function readBonds(host: Host): Promise<Bond[]> {
  const names = await listOrNone(host, BONDING);
  return await allInOrder(
    names.map(async (name) => parseBond(await host.read(`${BONDING}/${name}`), name)),
  );
}

/** A file of /proc/net/bonding. */
export function parseBond(text: string, name: string): Bond {
  const what = `${BONDING}/${name}`;
  if (!text.endsWith('\n')) throw new ParseError(`${what} is empty, or ends within a line`);
  const [own = [], ...slaves] = blocksOf(text, what);
  const fields = fieldsOf(own);
  const mode = fields.get('Bonding Mode');
  if (mode === undefined) throw new ParseError(`${what}: no line "Bonding Mode" in it`);
  const active = fields.get('Currently Active Slave');
  return {
    name,
    mode,
    up: isUp(fields, what),
    activeSlave: active === undefined || active === 'None' ? null : active,
    aggregatorId: aggregatorOf(fields, what),
    slaves: slaves.map((block) => slaveOf(fieldsOf(block), what)),
  };
}

/** The lines about the bond itself, then those about each slave. */
function blocksOf(text: string, what: string): string[][] {
  const blocks: string[][] = [[]];
  for (const line of textLines(text, what)) {
    if (line.startsWith('Slave Interface: ')) blocks.push([]);
    blocks.at(-1)?.push(line);
  }
  return blocks;
}

/** The first of a key counts: what follows "details actor lacp pdu" repeats some of them. */
function fieldsOf(lines: readonly string[]): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of lines) {
    const [, key, value] = /^([^:]+): (.*)$/.exec(line.trimStart()) ?? [];
    if (key !== undefined && value !== undefined && !fields.has(key)) {
      fields.set(key, value.trim());
    }
  }
  return fields;
}

function slaveOf(fields: Map<string, string>, what: string): Bond['slaves'][number] {
  const speed = /^(\d{1,9}) Mbps$/.exec(fields.get('Speed') ?? '')?.[1];
  const failures = fields.get('Link Failure Count');
  if (failures === undefined) throw new ParseError(`${what}: a slave without its failures`);
  return {
    name: fields.get('Slave Interface') ?? '',
    up: isUp(fields, what),
    speedMbps: speed === undefined || Number(speed) === 0 ? null : Number(speed),
    linkFailures: parseWhole(failures, what),
    aggregatorId: aggregatorOf(fields, what),
  };
}

function isUp(fields: Map<string, string>, what: string): boolean {
  const status = fields.get('MII Status');
  if (status === undefined) throw new ParseError(`${what}: no line "MII Status" in it`);
  return status === 'up';
}

/** A slave that is down belongs to no aggregator: N/A. */
function aggregatorOf(fields: Map<string, string>, what: string): number | null {
  const id = fields.get('Aggregator ID');
  return id === undefined || id === 'N/A' ? null : parseWhole(id, what);
}
