import { CommandError, type ExitName } from '../../shared/exit.ts';
import { visible } from '../../shared/render/safe.ts';
import { table } from '../../shared/render/tables.ts';
import { counted } from '../../shared/wording.ts';
import type { NodeKey } from '../store/store.ts';
import type { Io, Register } from './command.ts';
import {
  changeByCommand,
  type DatabaseOptions,
  minuteOf,
  withDatabase,
  withStore,
} from './database.ts';

interface NodeOptions extends DatabaseOptions {
  cluster: string;
}

type ListOptions = DatabaseOptions & Partial<NodeOptions>;

/** A key's id is 64 digits; these tell apart any that a cluster has. */
const KEY_DIGITS = 12;

/** `muster node`: which nodes are enrolled, and who may deliver; on the database itself. */
export const registerNode: Register = (program, io, done) => {
  const node = program.command('node').description('the nodes that are enrolled, and their keys');

  withDatabase(node.command('list'))
    .description('every key: its node, its state, who enrolled it with which token')
    .option('--cluster <name>', 'of this cluster alone')
    .action((options: ListOptions) => done(list(options, io)));

  withDatabase(node.command('approve'))
    .description('let a node deliver that enrolled and waits')
    .argument('<node>')
    .requiredOption('--cluster <name>', 'its cluster')
    .action((name: string, options: NodeOptions) => done(approve(name, options, io)));

  withDatabase(node.command('revoke'))
    .description('make all keys of a node useless, at once; its reports stay')
    .argument('<node>')
    .requiredOption('--cluster <name>', 'its cluster')
    .action((name: string, options: NodeOptions) => done(revoke(name, options, io)));
};

async function list(options: ListOptions, io: Io): Promise<ExitName> {
  const keys = await withStore(options, io, (store) => store.nodeKeys(options.cluster));
  const header = ['CLUSTER', 'NODE', 'STATE', 'KEY', 'ENROLLED', 'BY', 'TOKEN', 'LAST SEEN'];
  const rows = keys.map((key) => cells(key, io.now()));
  for (const line of table([header, ...rows], header.length)) io.out(`${line}\n`);
  return 'open';
}

async function approve(node: string, options: NodeOptions, io: Io): Promise<ExitName> {
  const keys = await withStore(options, io, (store) =>
    store.approveKeys(options.cluster, node, changeByCommand(io)),
  );
  if (keys === 0) {
    throw new CommandError('noInput', `no key of ${whose(node, options)} waits for approval`);
  }
  io.err(`${visible(node)} may deliver: ${counted(keys, 'key')} approved\n`);
  return 'open';
}

async function revoke(node: string, options: NodeOptions, io: Io): Promise<ExitName> {
  const keys = await withStore(options, io, (store) =>
    store.revokeKeys(options.cluster, node, changeByCommand(io)),
  );
  if (keys === 0) {
    throw new CommandError('noInput', `no key of ${whose(node, options)} is in use`);
  }
  io.err(`${visible(node)} may no longer deliver: ${counted(keys, 'key')} revoked\n`);
  return 'open';
}

function whose(node: string, { cluster }: Pick<NodeOptions, 'cluster'>): string {
  return `${visible(node)} of ${visible(cluster)}`;
}

function cells(key: NodeKey, now: Date): string[] {
  return [
    key.cluster,
    key.node,
    stateOf(key, now),
    key.id.slice(0, KEY_DIGITS),
    minuteOf(key.enrolledAt, ''),
    key.enrolledBy,
    `e${key.token}`,
    minuteOf(key.lastSeenAt, 'never'),
  ];
}

function stateOf({ state, validUntil }: NodeKey, now: Date): string {
  if (validUntil === null || state === 'revoked') return state;
  return validUntil <= now ? 'replaced' : `${state} until ${minuteOf(validUntil, '')}`;
}
