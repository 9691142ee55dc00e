import { Option } from 'commander';
import { CommandError, type ExitName } from '../../shared/exit.ts';
import { visible } from '../../shared/render/safe.ts';
import { table } from '../../shared/render/tables.ts';
import { parseDuration } from '../../shared/units.ts';
import type { EnrolmentToken, StoredToken } from '../store/store.ts';
import { createEnrolmentToken, createToken, type Role, roles } from '../tokens.ts';
import type { Io, Register } from './command.ts';
import {
  changeByCommand,
  type DatabaseOptions,
  minuteOf,
  withDatabase,
  withStore,
} from './database.ts';

interface CreateOptions extends DatabaseOptions {
  role?: Role;
  cluster?: string;
  node?: string;
  name?: string;
  expires?: string;
  ttl?: string;
}

/** Long enough to walk to the node, short enough to be forgotten in a terminal's history. */
const DEFAULT_TTL = '1h';

/** `muster token`: leaves to enrol, and credentials of people; on the database itself. */
export const registerToken: Register = (program, io, done) => {
  const token = program
    .command('token')
    .description('leaves to enrol a node, and credentials of people and programs');

  withDatabase(token.command('create'))
    .description('make a token; its secret goes to stdout, once')
    .option('--cluster <name>', 'the one cluster it is for')
    .option('--node <name>', 'the node that may enrol with it, once')
    .option('--ttl <duration>', `how long the node has for that (default: ${DEFAULT_TTL})`)
    .addOption(
      new Option('--role <role>', 'make a credential for a person or program').choices(roles),
    )
    .option('--name <text>', 'with --role: what people call it; else made from role and cluster')
    .option('--expires <duration>', 'with --role: how long it is valid; else until revoked')
    .action((options: CreateOptions) => done(create(options, io)));

  withDatabase(token.command('list'))
    .description('all tokens, without their secrets; those to enrol with begin with "e"')
    .action((options: DatabaseOptions) => done(list(options, io)));

  withDatabase(token.command('revoke'))
    .description('make a token useless, at once; what a node enrolled with it stays')
    .argument('<id>', 'as the list has it: 3, or e3 for one to enrol with')
    .action((id: string, options: DatabaseOptions) => done(revoke(id, options, io)));
};

async function create(options: CreateOptions, io: Io): Promise<ExitName> {
  return options.role === undefined
    ? createForNode(options, io)
    : createForPerson(options, options.role, io);
}

async function createForNode(options: CreateOptions, io: Io): Promise<ExitName> {
  const { cluster, node, ttl = DEFAULT_TTL } = options;
  if (cluster === undefined || node === undefined) {
    throw new CommandError(
      'usage',
      'expected --cluster and --node to enrol a node, or --role for a person or a program',
    );
  }
  if (options.name !== undefined || options.expires !== undefined) {
    throw new CommandError('usage', '--name and --expires go with --role; here it is --ttl');
  }
  const change = changeByCommand(io);
  const expiresAt = after(change.at, ttl, '--ttl');
  const { secret, token } = await withStore(options, io, (store) =>
    createEnrolmentToken(store, { cluster, node, expiresAt }, change),
  );
  io.out(`${secret}\n`);
  io.err(
    `token e${token.id} for ${visible(node)} of ${visible(cluster)}: the secret is shown this ` +
      `once, serves once, and ends at ${minuteOf(expiresAt, '')} UTC; ` +
      'give it to "muster-agent enroll"\n',
  );
  return 'open';
}

async function createForPerson(options: CreateOptions, role: Role, io: Io): Promise<ExitName> {
  const { cluster = null } = options;
  if (options.node !== undefined || options.ttl !== undefined) {
    throw new CommandError('usage', '--node and --ttl are for enrolling a node, without --role');
  }
  const change = changeByCommand(io);
  const { expires } = options;
  const expiresAt = expires === undefined ? null : after(change.at, expires, '--expires');
  const name = options.name ?? [role, cluster].filter((part) => part !== null).join(' ');
  const { secret, token } = await withStore(options, io, (store) =>
    createToken(store, { name, role, cluster, expiresAt }, change),
  );
  io.out(`${secret}\n`);
  io.err(
    `token ${token.id} "${visible(name)}": the secret is shown this once; keep it in a file\n`,
  );
  return 'open';
}

async function list(options: DatabaseOptions, io: Io): Promise<ExitName> {
  const [tokens, enrolments] = await withStore(options, io, (store) =>
    Promise.all([store.tokens(), store.enrolmentTokens()]),
  );
  const header = ['ID', 'FOR', 'CLUSTER', 'CREATED', 'EXPIRES', 'LAST USED', 'NAME'];
  const rows = [header, ...tokens.map(tokenCells), ...enrolments.map(enrolmentCells)];
  for (const line of table(rows, header.length)) io.out(`${line}\n`);
  return 'open';
}

async function revoke(text: string, options: DatabaseOptions, io: Io): Promise<ExitName> {
  const [, kind, digits] = /^(e?)(\d{1,15})$/.exec(text) ?? [];
  if (digits === undefined) {
    throw new CommandError('usage', `expected the id of a token, found "${text}"`);
  }
  const change = changeByCommand(io);
  const revoked = await withStore(options, io, (store) =>
    kind === 'e'
      ? store.revokeEnrolmentToken(Number(digits), change)
      : store.revokeToken(Number(digits), change),
  );
  if (!revoked) throw new CommandError('noInput', `there is no token ${text}`);
  io.err(`token ${text} is revoked\n`);
  return 'open';
}

function after(now: Date, text: string, option: string): Date {
  const durationMs = parseDuration(text);
  if (durationMs !== null && durationMs > 0) return new Date(now.getTime() + durationMs);
  throw new CommandError('usage', `${option}: expected a duration such as 90d, found "${text}"`);
}

function tokenCells(token: StoredToken): string[] {
  return [
    String(token.id),
    token.role,
    token.cluster ?? 'all',
    minuteOf(token.createdAt, ''),
    minuteOf(token.expiresAt, 'never'),
    minuteOf(token.lastUsedAt, 'never'),
    token.name,
  ];
}

function enrolmentCells(token: EnrolmentToken): string[] {
  return [
    `e${token.id}`,
    'enrolment',
    token.cluster,
    minuteOf(token.createdAt, ''),
    minuteOf(token.expiresAt, ''),
    minuteOf(token.usedAt, 'never'),
    token.node,
  ];
}
