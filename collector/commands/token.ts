import { Option } from 'commander';
import { CommandError, type ExitName } from '../../shared/exit.ts';
import { parseDuration } from '../../shared/units.ts';
import type { Store, StoredToken } from '../store/store.ts';
import type { Role } from '../tokens.ts';
import type { Io, Register } from './command.ts';

interface CreateOptions {
  database: string;
  role: Role;
  cluster?: string;
  node?: string;
  name?: string;
  expires?: string;
}

const databaseHelp = 'sqlite:PATH or PATH of the collector';

/** `muster token`: credentials, made and taken back on the database itself. */
export const registerToken: Register = (program, io, done) => {
  const token = program.command('token').description('credentials of agents and people');

  token
    .command('create')
    .description('make a token; its secret goes to stdout, once')
    .requiredOption('--database <where>', databaseHelp)
    .addOption(
      new Option('--role <role>', 'what it may do')
        .choices(['agent', 'reader', 'operator', 'admin'])
        .makeOptionMandatory(),
    )
    .option('--cluster <name>', 'the one cluster it is for; needed for an agent')
    .option('--node <name>', 'the one node it may report for')
    .option('--name <text>', 'what people call it; else made from role, cluster and node')
    .option('--expires <duration>', 'how long it is valid, such as 90d; else until revoked')
    .action((options: CreateOptions) => done(create(options, io)));

  token
    .command('list')
    .description('all tokens, without their secrets')
    .requiredOption('--database <where>', databaseHelp)
    .action((options: { database: string }) => done(list(options.database, io)));

  token
    .command('revoke')
    .description('make a token useless, at once')
    .argument('<id>', 'its number in the list')
    .requiredOption('--database <where>', databaseHelp)
    .action((id: string, options: { database: string }) => done(revoke(id, options.database, io)));
};

async function create(options: CreateOptions, io: Io): Promise<ExitName> {
  const { database, role, cluster = null, node = null } = options;
  if (role === 'agent' && cluster === null) {
    throw new CommandError('usage', 'an agent token needs --cluster: it decides where reports go');
  }
  if (node !== null && role !== 'agent') {
    throw new CommandError('usage', '--node is for agent tokens');
  }
  const now = io.now();
  const expiresAt = options.expires === undefined ? null : expiry(options.expires, now);
  const name = options.name ?? [role, cluster, node].filter((part) => part !== null).join(' ');
  const { createToken } = await import('../tokens.ts');
  const made = await withStore(database, (store) =>
    createToken(store, { name, role, cluster, node, expiresAt }, now),
  );
  io.out(`${made.secret}\n`);
  io.err(`token ${made.token.id} "${name}": the secret is shown this once; keep it in a file\n`);
  return 'open';
}

async function list(database: string, io: Io): Promise<ExitName> {
  const tokens = await withStore(database, (store) => store.tokens());
  const header = ['ID', 'ROLE', 'CLUSTER', 'NODE', 'CREATED', 'EXPIRES', 'LAST USED', 'NAME'];
  const rows = [header, ...tokens.map(cells)];
  const widths = header.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  for (const row of rows) {
    const line = row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
    io.out(`${line.trimEnd()}\n`);
  }
  return 'open';
}

async function revoke(text: string, database: string, io: Io): Promise<ExitName> {
  const id = /^\d{1,15}$/.test(text) ? Number(text) : null;
  if (id === null)
    throw new CommandError('usage', `expected the number of a token, found "${text}"`);
  const revoked = await withStore(database, (store) => store.revokeToken(id));
  if (!revoked) throw new CommandError('noInput', `there is no token ${id}`);
  io.err(`token ${id} is revoked\n`);
  return 'open';
}

async function withStore<T>(database: string, action: (store: Store) => Promise<T>): Promise<T> {
  const { openStore } = await import('../store/open.ts');
  const store = await openStore(database);
  try {
    return await action(store);
  } finally {
    await store.close();
  }
}

function expiry(text: string, now: Date): Date {
  const durationMs = parseDuration(text);
  if (durationMs !== null && durationMs > 0) return new Date(now.getTime() + durationMs);
  throw new CommandError('usage', `--expires: expected a duration such as 90d, found "${text}"`);
}

function cells(token: StoredToken): string[] {
  return [
    String(token.id),
    token.role,
    token.cluster ?? 'all',
    token.node ?? 'all',
    dayOf(token.createdAt),
    token.expiresAt === null ? 'never' : dayOf(token.expiresAt),
    token.lastUsedAt === null ? 'never' : dayOf(token.lastUsedAt),
    token.name,
  ].map(withoutControls);
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 16).replace('T', ' ');
}

/** Names come from people and reach a terminal. */
function withoutControls(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '\ufffd');
}
