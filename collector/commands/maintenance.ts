import { CommandError } from '../../shared/exit.ts';
import { nearest } from '../../shared/nearest.ts';
import { memberOf } from '../cluster/maintenance/cluster-view.ts';
import { readText } from '../given-files.ts';
import { isIntact } from '../receipt.ts';
import type { Evidence } from '../sources.ts';
import type { Io } from './command.ts';
import { gateOf } from './question.ts';
import { parseReceipt } from './receipt.ts';

/** What a command line says of a maintenance. */
export interface MaintenanceWords {
  gate: string;
  drain?: readonly string[];
  after?: string;
}

/** Refuses a command line that asks of no maintenance, or of two at once. */
export function refuseWrongMaintenance({ gate, drain, after }: MaintenanceWords): void {
  const asked = drain !== undefined || after !== undefined;
  if (Boolean(gateOf(gate).ofDraining) !== asked) {
    throw new CommandError('usage', '--gate maintenance and --drain NODE (or --after) go together');
  }
  if (drain !== undefined && after !== undefined) {
    throw new CommandError('usage', '--drain asks before and --after afterwards: give one of them');
  }
}

/** The evidence with the nodes that are to go down, or with what was before they did. */
export async function loadMaintenance(
  evidence: Evidence,
  { drain, after }: MaintenanceWords,
  io: Io,
): Promise<Evidence> {
  if (after !== undefined) {
    return { ...evidence, before: await readBefore(after, evidence.cluster, io) };
  }
  if (drain === undefined) return evidence;
  const known = nodesIn(evidence);
  for (const node of drain) if (!known.has(node)) throw unknownNode(node, known);
  return { ...evidence, drain: [...new Set(drain)] };
}

async function readBefore(file: string, cluster: string, io: Io) {
  const receipt = parseReceipt(await readText(file), file);
  if (!isIntact(receipt, io.digest)) {
    throw new CommandError('badData', `${file}: it was changed after it was made`);
  }
  const { question, before } = receipt;
  if (before !== undefined && question.cluster !== cluster) {
    const which = `of cluster ${question.cluster}, and not of ${cluster}`;
    throw new CommandError('badData', `${file}: the receipt is ${which}`);
  }
  if (before !== undefined) return before;
  throw new CommandError('badData', `${file}: the receipt of no "verify --drain"`);
}

/** By the names they report by, those of the policy and those that Ganeti has. */
function nodesIn({ reports, policy }: Evidence): Set<string> {
  const configured = reports.flatMap((report) => {
    const config = memberOf(report)?.master?.config;
    return config?.status === 'ok' ? config.value.nodes.map(({ name }) => name) : [];
  });
  const reporting = reports.map(({ node }) => node);
  return new Set([...reporting, ...policy.nodes.map(({ name }) => name), ...configured]);
}

function unknownNode(node: string, known: ReadonlySet<string>): CommandError {
  const near = nearest(node, known);
  const hint = near === null ? `known: ${[...known].sort().join(', ')}` : `did you mean "${near}"?`;
  return new CommandError('usage', `--drain: no node "${node}"; ${hint}`);
}
