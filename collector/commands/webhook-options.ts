import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError } from '../../shared/exit.ts';
import { parseSecrets, type Secrets } from '../webhook/secret.ts';
import { parseTarget, type Target } from '../webhook/target.ts';

/** What names a webhook on the command line. */
export interface WebhookOptions {
  webhook?: string;
  webhookSecretFile?: string;
  webhookCa?: string;
}

/** The name of the secret among the credentials that systemd hands to a unit. */
const CREDENTIAL = 'webhook-secret';
/** Group and others, any right. */
const FOR_OTHERS = 0o077;

/** The target with what its files hold; null: no webhook is wanted. */
export function webhookOf(
  { webhook, webhookSecretFile, webhookCa }: WebhookOptions,
  credentialsDirectory: string | undefined,
): Target | null {
  if (webhook === undefined) {
    if (webhookSecretFile === undefined && webhookCa === undefined) return null;
    throw new CommandError('usage', '--webhook-secret-file and --webhook-ca go with --webhook');
  }
  const url = wellFormed('usage', '--webhook', () => parseTarget(webhook));
  const secrets = secretsOf(webhookSecretFile, credentialsDirectory);
  return { url, secrets, ...(webhookCa === undefined ? {} : { ca: readCa(webhookCa) }) };
}

function secretsOf(file: string | undefined, credentialsDirectory: string | undefined): Secrets {
  if (file !== undefined) {
    mustBeOurs(file);
    return readSecrets(file);
  }
  // Whom it is for sees to its mode: systemd.
  const credential = credentialsDirectory && join(credentialsDirectory, CREDENTIAL);
  if (credential && existsSync(credential)) return readSecrets(credential);
  throw new CommandError(
    'usage',
    `--webhook needs --webhook-secret-file, or the systemd credential ${CREDENTIAL}`,
  );
}

function readSecrets(file: string): Secrets {
  const text = read(file, () => readFileSync(file, 'utf8'));
  return wellFormed('badConfiguration', file, () => parseSecrets(text));
}

function mustBeOurs(file: string): void {
  const { mode } = read(file, () => statSync(file));
  if ((mode & FOR_OTHERS) === 0) return;
  throw new CommandError(
    'badConfiguration',
    `${file}: others can read this secret: make another one, and chmod 0600 its file`,
  );
}

function readCa(file: string): string {
  const pem = read(file, () => readFileSync(file, 'utf8'));
  wellFormed('badConfiguration', file, () => new X509Certificate(pem));
  return pem;
}

function read<T>(file: string, reading: () => T): T {
  return wellFormed('badConfiguration', `reading ${file}`, reading);
}

function wellFormed<T>(exit: 'usage' | 'badConfiguration', what: string, make: () => T): T {
  try {
    return make();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError(exit, `${what}: ${reason}`, cause);
  }
}
