import type { Finding } from '../../shared/check.ts';
import type { Fleet } from '../../shared/fleet.ts';
import type { GateResult } from '../../shared/gate.ts';
import type { ToldGate, Trouble } from '../gate-answer.ts';
import { decidingAmong, frameHeard } from './decision.ts';
import type { Gate } from './gate.ts';
import { checkOrder, type Heard, hearingOf, inOrderOfChecks } from './hearing.ts';

/** The answer of a gate with each trouble once: it grows with what there is to say. */
export function saidOnce(gate: Gate, fleet: Fleet): ToldGate {
  const hearing = hearingOf(gate, fleet);
  const frame = frameHeard(gate, fleet, hearing);
  const holders = new Map<string, { said: Said; nodes: string[] }>();
  for (const [index, heard] of hearing.nodes.entries()) {
    const node = fleet.nodes[index]?.node ?? '';
    for (const said of saidIn(heard, node)) {
      const holder = holders.get(said.key);
      if (holder === undefined) holders.set(said.key, { said, nodes: [node] });
      else holder.nodes.push(node);
    }
  }
  const places = new Map([...checkOrder(hearing.nodes)].map((check, place) => [check, place]));
  const placeOf = ({ check }: Trouble) => places.get(check) ?? 0;
  const troubles = [...holders.values()]
    .map(({ said, nodes }): Trouble => ({ ...said.trouble, nodes }))
    .sort((a, b) => placeOf(a) - placeOf(b));
  return { ...frame, troubles, clusterTroubles: [...hearing.cluster.troubles] };
}

/** The answer with each trouble once for each of its nodes; what passed is only counted in it. */
export function saidEach({ troubles, clusterTroubles, ...frame }: ToldGate): GateResult {
  const places = new Map(frame.nodes.map(({ node }, index) => [node, index]));
  const own: Finding[][] = frame.nodes.map(() => []);
  for (const { nodes, cause, ...said } of troubles) {
    for (const node of nodes) {
      const finding = { ...said, node, ...(cause && { cause: { node, ...cause } }) };
      own[places.get(node) ?? -1]?.push(finding);
    }
  }
  const order = troubles.map(({ check }) => check);
  const findings = inOrderOfChecks([...own.flat(), ...clusterTroubles], order);
  return { ...frame, deciding: decidingAmong(findings), findings };
}

/** What a finding says, whatever node it is of. */
interface Said {
  key: string;
  trouble: Omit<Trouble, 'nodes'>;
}

/** What a node says is the same for as long as it was heard but once. */
const known = new WeakMap<Heard, Said[]>();

function saidIn(heard: Heard, node: string): Said[] {
  const before = known.get(heard);
  if (before !== undefined) return before;
  const said = heard.troubles.map((finding) => shared(saidBy(finding, node)));
  known.set(heard, said);
  return said;
}

function saidBy(finding: Finding, node: string): Said {
  const { node: _, cause, ...rest } = finding;
  if (cause?.node !== node) return keyed(cause === undefined ? rest : { ...rest, cause });
  const { node: __, ...own } = cause;
  return keyed({ ...rest, cause: own });
}

function keyed(trouble: Said['trouble']): Said {
  return { key: JSON.stringify(trouble), trouble };
}

/** Nodes of a kind say the same: one object for all of them. */
let sayings = new Map<string, Said>();
const SAYINGS_MAX = 20_000;

function shared(said: Said): Said {
  const same = sayings.get(said.key);
  if (same !== undefined) return same;
  if (sayings.size >= SAYINGS_MAX) sayings = new Map();
  sayings.set(said.key, said);
  return said;
}
