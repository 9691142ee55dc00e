import { createHmac, X509Certificate } from 'node:crypto';
import type { Membership } from '../../shared/facts/ganeti.ts';
import { MIB } from '../../shared/units.ts';
import { type Host, HostError, ParseError } from '../host/host.ts';
import { textLines } from '../parse.ts';
import { DATA } from './state.ts';

type ManagedFile = Membership['managedFiles'][number];

/**
 * `config.data` grows by some kilobytes with each instance: 16 000 of them. The text is read whole
 * and what is kept of it is a fraction.
 */
export const MAX_CONFIG_BYTES = 64 * MIB;

/** Files that Ganeti keeps alike on its nodes, and where; see also `ssconf_*`. */
const MANAGED: readonly Pick<ManagedFile, 'path' | 'keptOn'>[] = [
  { path: '/etc/hosts', keptOn: 'all nodes' },
  ...[
    'cluster-domain-secret',
    'hmac.key',
    'known_hosts',
    'rapi.pem',
    'server.pem',
    'spice-ca.pem',
    'spice.pem',
  ].map((name) => ({ path: `${DATA}/${name}`, keptOn: 'all nodes' as const })),
  { path: `${DATA}/rapi/users`, keptOn: 'all or none' },
  { path: '/etc/ganeti/file-storage-paths', keptOn: 'all or none' },
  { path: '/etc/ganeti/kvm-vif-bridge', keptOn: 'all or none' },
  { path: `${DATA}/config.data`, keptOn: 'candidates' },
];

/** The files that Ganeti keeps alike, `names` being those of its data folder. */
export function managedPaths(
  names: readonly string[],
): readonly Pick<ManagedFile, 'path' | 'keptOn'>[] {
  const ssconf = names.filter((name) => /^ssconf_[\w-]+$/.test(name));
  return [
    ...MANAGED,
    ...ssconf.map((name) => ({ path: `${DATA}/${name}`, keptOn: 'all nodes' as const })),
  ];
}

/** A short secret may stand in these among known words, and a digest would tell who guesses it. */
const GUESSABLE = /\/(?:rapi\/users|ssconf_hvparams_[\w-]+)$/;

/**
 * The digest of a file, keyed with the name of the cluster: equal texts of one cluster have equal
 * digests, and those of two clusters cannot be told to be equal. The key is no secret, so only a
 * text that is none, or has long random parts, gets one; null for any other. Null: no such file.
 */
export async function contentOf(
  host: Host,
  path: string,
  cluster: string,
): Promise<{ digest: string | null } | null> {
  const take = (text: string) =>
    GUESSABLE.test(path) ? '' : createHmac('sha256', cluster).update(text).digest('hex');
  const digest = await orAbsent(() =>
    host.excerpt(path, { name: 'digest', take, maxBytes: MAX_CONFIG_BYTES }),
  );
  return digest === null ? null : { digest: digest === '' ? null : digest };
}

/** The certificates that a node holds. */
export const CERTIFICATES = ['client', 'rapi', 'server', 'spice-ca', 'spice'].map(
  (name) => `${DATA}/${name}.pem`,
);

const BEGIN = '-----BEGIN CERTIFICATE-----';
const END = '-----END CERTIFICATE-----';

/** The first certificate of a file, which may hold its key too, as JSON. */
export function excerptCertificate(text: string): string {
  const start = text.indexOf(BEGIN);
  const end = text.indexOf(END, start + BEGIN.length);
  if (start < 0 || end < 0) throw new ParseError('no certificate in the file');
  const pem = text.slice(start, end + END.length);
  const certificate = certificateOf(pem);
  return JSON.stringify({
    notBefore: new Date(certificate.validFrom).toISOString(),
    notAfter: new Date(certificate.validTo).toISOString(),
    selfSigned: certificate.verify(certificate.publicKey),
    sha1: certificate.fingerprint.toLowerCase(),
  });
}

function certificateOf(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (error) {
    throw new ParseError('the certificate is damaged', error);
  }
}

/** How many users may do what over RAPI, as JSON: never who, and never a password. */
export function excerptRapiUsers(text: string): string {
  const rows = textLines(text, 'rapi/users')
    .map((line) => line.trim())
    .filter((line) => !line.startsWith('#'))
    .map((line) => line.split(/\s+/))
    .filter(([, password]) => password !== undefined);
  return JSON.stringify({
    users: rows.length,
    plaintext: rows.filter(([, password = '']) => !/^\{HA1\}/i.test(password)).length,
    writers: rows.filter(([, , ...rights]) => rights.join('').split(',').includes('write')).length,
  });
}

/** Files and folders that others must not read or write. */
const SENSITIVE = [
  ...CERTIFICATES,
  ...['cluster-domain-secret', 'config.data', 'hmac.key', 'queue', 'rapi', 'rapi/users'].map(
    (name) => `${DATA}/${name}`,
  ),
  '/etc/ganeti/restricted-commands',
  '/etc/ganeti/vnc-cluster-password',
];

/** Modes and owners of the files with secrets that exist. */
export async function modesOf(host: Host): Promise<ModeFacts> {
  const args = ['-L', '--printf=%a %U %G %n\\n', ...SENSITIVE];
  const { stdout, stderr } = await host.run('stat', args, { okCodes: [1], timeoutMs: 5000 });
  const odd = textLines(stderr, 'stat').find((line) => line !== '' && !ABSENT.test(line));
  if (odd !== undefined) throw new HostError('denied', 'stat', odd);
  return textLines(stdout, 'stat')
    .filter((line) => line !== '')
    .map((line) => {
      const [, mode, owner, group, path] = /^([0-7]{1,4}) (\S+) (\S+) (\/.+)$/.exec(line) ?? [];
      if (mode && owner && group && path) {
        return { path, mode: mode.padStart(4, '0'), owner, group };
      }
      throw new ParseError('stat: expected mode, owner, group and path');
    });
}

type ModeFacts = Extract<Membership['modes'], { status: 'ok' }>['value'];

const ABSENT = /: (?:No such file or directory|Not a directory)$/;

/** Null for what is not there. */
export async function orAbsent<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof HostError && error.kind === 'not_found') return null;
    throw error;
  }
}
