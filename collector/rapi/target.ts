import { X509Certificate } from 'node:crypto';
import { CommandError } from '../../shared/exit.ts';
import type { Io } from '../../shared/io.ts';
import { readText } from '../given-files.ts';
import type { Evidence } from '../sources.ts';
import { askRapi, type RapiTarget } from './client.ts';

/** The options by which a command says that RAPI is to be asked as well, and how. */
export interface RapiOptions {
  rapi?: string;
  rapiCa?: string;
  rapiFingerprint?: string;
  rapiCredentials?: string;
  now?: string;
}

/** Whom these options name; null: RAPI is not to be asked. */
export async function rapiTarget(options: RapiOptions): Promise<RapiTarget | null> {
  const { rapi, rapiCa, rapiFingerprint, rapiCredentials, now } = options;
  if (rapi === undefined) {
    if ((rapiCa ?? rapiFingerprint ?? rapiCredentials) === undefined) return null;
    throw usage('--rapi-ca, --rapi-fingerprint and --rapi-credentials are for --rapi URL');
  }
  if (now !== undefined) throw usage('--rapi tells of this moment: it does not go with --now');
  if (rapiCa !== undefined && rapiFingerprint !== undefined) {
    throw usage('--rapi is known by --rapi-ca or by --rapi-fingerprint: give one of them');
  }
  return {
    origin: originOf(rapi),
    trust:
      rapiFingerprint === undefined
        ? rapiCa === undefined
          ? {}
          : { ca: await readCa(rapiCa) }
        : { fingerprint: parseFingerprint(rapiFingerprint) },
    credentials: rapiCredentials === undefined ? null : await readCredentials(rapiCredentials),
  };
}

/** The evidence with what RAPI says now, when it is to be asked. */
export async function withRapi(
  evidence: Evidence,
  target: RapiTarget | null,
  io: Io,
): Promise<Evidence> {
  if (target === null) return evidence;
  io.progress?.(`asking ${target.origin}`);
  return { ...evidence, rapi: await askRapi(target, io.now()) };
}

/** Nothing but the host and its port: what is asked there is fixed. */
function originOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol === 'https:' && [url.origin, `${url.origin}/`].includes(text.toLowerCase())) {
    return url.origin;
  }
  // a password in it is not repeated
  throw usage('--rapi: expected https://HOST:PORT and no more, such as https://192.0.2.4:5080');
}

function parseFingerprint(text: string): string {
  const digits = text
    .replace(/^sha256:/i, '')
    .replaceAll(':', '')
    .toLowerCase();
  if (/^[0-9a-f]{64}$/.test(digits)) return digits;
  throw usage(`--rapi-fingerprint: expected SHA-256 in 64 hexadecimal digits, found "${text}"`);
}

async function readCa(file: string): Promise<string> {
  const pem = await readText(file);
  try {
    new X509Certificate(pem);
    return pem;
  } catch (cause) {
    throw new CommandError('badConfiguration', `${file}: not a certificate in PEM`, cause);
  }
}

/**
 * One line as in Ganeti's own rapi/users: name, password, and at most the word read. Of what
 * stands there nothing is repeated in a message.
 */
async function readCredentials(file: string): Promise<NonNullable<RapiTarget['credentials']>> {
  const lines = (await readText(file)).split('\n').filter((line) => /^\s*[^#\s]/.test(line));
  const [user = '', written = '', ...rights] = lines[0]?.trim().split(/\s+/) ?? [];
  const password = written.replace(/^\{cleartext\}/i, '');
  const wrong = (reason: string) => new CommandError('badConfiguration', `${file}: ${reason}`);
  if (lines.length !== 1 || password === '' || user.includes(':')) {
    throw wrong('expected one line: USER PASSWORD');
  }
  if (/^\{ha1\}/i.test(password)) throw wrong('expected the password itself, found its digest');
  if (rights.some((right) => right !== 'read')) {
    throw wrong('expected a user that may only read, found more rights');
  }
  return { user, password };
}

function usage(message: string): CommandError {
  return new CommandError('usage', message);
}
