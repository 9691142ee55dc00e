import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError } from '../../shared/exit.ts';
import type { TlsPair } from '../server.ts';

/** Where the certificate and its key are; asked again at each SIGHUP. */
export interface PairFiles {
  cert: string;
  key: string;
}

/** Names of the two among the credentials that systemd hands to a unit. */
const CREDENTIALS = { cert: 'tls.crt', key: 'tls.key' };

/** The files that the options or systemd's credentials name; null: no TLS is wanted. */
export function pairFilesOf(
  options: { tlsCert?: string; tlsKey?: string },
  credentialsDirectory: string | undefined,
): PairFiles | null {
  const { tlsCert: cert, tlsKey: key } = options;
  if (cert !== undefined && key !== undefined) return { cert, key };
  if (cert !== undefined || key !== undefined) {
    throw new CommandError('usage', '--tls-cert and --tls-key go together');
  }
  if (credentialsDirectory === undefined) return null;
  const files = {
    cert: join(credentialsDirectory, CREDENTIALS.cert),
    key: join(credentialsDirectory, CREDENTIALS.key),
  };
  const there = [files.cert, files.key].filter((file) => existsSync(file));
  if (there.length === 0) return null;
  if (there.length === 2) return files;
  throw new CommandError(
    'badConfiguration',
    `of the credentials ${CREDENTIALS.cert} and ${CREDENTIALS.key} only one is there`,
  );
}

/** The pair that the files hold, if its two halves fit and it is not past its time at `now`. */
export function readPair({ cert: certFile, key: keyFile }: PairFiles, now: Date): TlsPair {
  const cert = readPem(certFile);
  const key = readPem(keyFile);
  const parsed = parse(certFile, () => new X509Certificate(cert));
  const privateKey = parse(keyFile, () => createPrivateKey(key));
  if (!parsed.checkPrivateKey(privateKey)) {
    throw new CommandError('badConfiguration', `${keyFile} is not the key of ${certFile}`);
  }
  if (Date.parse(parsed.validTo) <= now.getTime()) {
    throw new CommandError('badConfiguration', `${certFile} ended on ${parsed.validTo}`);
  }
  return { cert, key };
}

function readPem(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new CommandError('badConfiguration', `reading ${file}: ${messageOf(cause)}`, cause);
  }
}

function parse<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const reason = messageOf(cause);
    throw new CommandError('badConfiguration', `${file}: not what is needed: ${reason}`, cause);
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
