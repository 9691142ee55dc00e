import { resolve } from 'node:path';
import { CommandError } from '../../shared/exit.ts';
import { collectorUrl, type Target } from '../delivery/connection.ts';
import { guarded } from '../state/durable.ts';
import type { StateFiles } from '../state/files.ts';
import type { Identity, Trust } from './identity.ts';

/** How a command line says where the collector is and what it is known by. */
export interface TargetOptions {
  collector?: string;
  ca?: string;
  fingerprint?: string;
}

/** Where to deliver: what the command line says, else what the node was enrolled with. */
export async function targetOf(
  options: TargetOptions,
  known: Pick<Identity, 'collector' | 'trust'> | null,
  files: StateFiles,
): Promise<{ target: Target; trust: Trust }> {
  const collector = options.collector ?? known?.collector;
  if (collector === undefined) throw new CommandError('usage', '--collector: expected a URL');
  collectorUrl(collector);
  const trust = trustOf(options) ?? known?.trust ?? null;
  if (trust === null) return { target: { collector }, trust };
  if ('fingerprint' in trust) return { target: { collector, ...trust }, trust };
  const { caFile } = trust;
  return { target: { collector, ca: await readGiven(files, caFile, 'the CA') }, trust };
}

/** The text of a file named on the command line. */
export async function readGiven(files: StateFiles, path: string, what: string): Promise<string> {
  try {
    return await guarded(`reading ${what},`, path, async () =>
      (await files.readFile(path)).toString('utf8'),
    );
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new CommandError('noInput', error.message, error);
  }
}

function trustOf({ ca, fingerprint }: TargetOptions): Trust {
  if (ca !== undefined && fingerprint !== undefined) {
    throw new CommandError('usage', 'either --ca or --fingerprint: one of them is enough');
  }
  if (ca !== undefined) return { caFile: resolve(ca) };
  return fingerprint === undefined ? null : { fingerprint: parseFingerprint(fingerprint) };
}

/** As `openssl x509 -fingerprint -sha256` prints it, in lower case without colons. */
function parseFingerprint(text: string): string {
  const hex = /^sha256:(.*)$/i.exec(text.trim())?.[1]?.replaceAll(':', '').toLowerCase() ?? '';
  if (/^[0-9a-f]{64}$/.test(hex)) return hex;
  const expected = 'expected sha256: and 64 hexadecimal digits';
  throw new CommandError('usage', `--fingerprint: ${expected}, found "${text}"`);
}
