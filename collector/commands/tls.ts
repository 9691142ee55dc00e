import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError, type ExitName } from '../../shared/exit.ts';
import { parseIp } from '../../shared/ip.ts';
import type { Io, Register } from './command.ts';

interface InitOptions {
  dir: string;
  name: string[];
}

const LABEL = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/i;
const NAME_LENGTH_MAX = 253;

/** `muster tls`: certificates for a site that has no CA of its own. */
export const registerTls: Register = (program, io, done) => {
  const tls = program.command('tls').description('certificates for a site that has none');
  tls
    .command('init')
    .description('make a private CA and a certificate of the collector')
    .requiredOption('--dir <folder>', 'where to put the four files; nothing is overwritten')
    .requiredOption('--name <host...>', 'every name and address that agents and people use')
    .action((options: InitOptions) => done(init(options, io)));
};

async function init({ dir, name: hosts }: InitOptions, io: Io): Promise<ExitName> {
  for (const host of hosts) mustBeHost(host);
  const { newAuthority } = await import('../tls/authority.ts');
  const made = await newAuthority([...new Set(hosts)], io.now());
  await mkdir(dir, { recursive: true, mode: 0o700 }).catch((cause: unknown) => refuse(dir, cause));
  // The CA's key first: when it is there already, nothing was written. The CA goes out with the
  // certificate: an agent that was only told the fingerprint has to see it.
  const files: [string, string, number][] = [
    ['ca.key', made.caKey, 0o600],
    ['ca.crt', made.caCertificate, 0o644],
    ['tls.key', made.serverKey, 0o600],
    ['tls.crt', `${made.serverCertificate}${made.caCertificate}`, 0o644],
  ];
  for (const [file, text, mode] of files) {
    const path = join(dir, file);
    await writeFile(path, text, { flag: 'wx', mode, flush: true }).catch((cause: unknown) =>
      refuse(path, cause),
    );
  }
  io.out(`${made.fingerprint}\n`);
  io.err(
    `${dir}: ca.crt is for the agents (--ca), ca.key for a safe place, tls.crt and tls.key for ` +
      '"muster serve". The line above is the SHA-256 fingerprint of ca.crt.\n',
  );
  return 'open';
}

function mustBeHost(host: string): void {
  const isName = host.length <= NAME_LENGTH_MAX && host.split('.').every((at) => LABEL.test(at));
  // Digits alone would be taken for an address that is written wrong.
  if (parseIp(host) !== null || (isName && !/^[\d.]+$/.test(host))) return;
  throw new CommandError('usage', `--name: expected a name or an address, found "${host}"`);
}

function refuse(path: string, cause: unknown): never {
  const exists = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
  const reason = cause instanceof Error ? cause.message : String(cause);
  const words = exists ? 'is there already, and is kept' : `cannot be written: ${reason}`;
  throw new CommandError('noPermission', `${path} ${words}`, cause);
}
