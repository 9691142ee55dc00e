import { join } from 'node:path';
import { z } from 'zod';
import { CommandError } from '../../shared/exit.ts';
import { guarded, makeFolder, PARTIAL, readIfThere, writeDurably } from '../state/durable.ts';
import type { StateFiles } from '../state/files.ts';
import { makeKey, parseKey, type SigningKey } from './key.ts';

const identitySchema = z.strictObject({
  format: z.literal(1),
  collector: z.url(),
  cluster: z.string(),
  node: z.string(),
  /** id of the key, which lies beside this file under that name */
  key: z.string().regex(/^[0-9a-f]{64}$/),
  /** what the collector is known by; null: any certificate the system trusts */
  trust: z
    .union([
      z.strictObject({ caFile: z.string() }),
      z.strictObject({ fingerprint: z.string().regex(/^[0-9a-f]{64}$/) }),
    ])
    .nullable(),
  enrolledAt: z.iso.datetime(),
  /** set when the collector said that it does not know the node; UTC */
  endedAt: z.iso.datetime().optional(),
});

/** Who this node is to its collector. */
export type Identity = z.infer<typeof identitySchema>;

/** How the collector is known. */
export type Trust = Identity['trust'];

/** The folder `identity` of the agent's state, and how it is reached. */
export interface IdentityPlace {
  folder: string;
  files: StateFiles;
}

/** The folder of the identity below the agent's state, made when missing. */
export async function openIdentity(state: string, files: StateFiles): Promise<IdentityPlace> {
  const folder = join(state, 'identity');
  await makeFolder(files, folder);
  return { folder, files };
}

/** The identity; null when the node was never enrolled. */
export async function readIdentity(place: IdentityPlace): Promise<Identity | null> {
  const path = join(place.folder, FILE);
  const text = await readIfThere(place.files, path);
  if (text === null) return null;
  const parsed = identitySchema.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  const remedy = 'enrol this node again: muster-agent enroll --again';
  throw new CommandError('badConfiguration', `${path} is damaged; ${remedy}`);
}

/** Replaces the identity, and removes the keys that it does not use. */
export async function writeIdentity(place: IdentityPlace, identity: Identity): Promise<void> {
  const { folder, files } = place;
  await writeDurably(files, join(folder, FILE), JSON.stringify(identity, null, 2));
  for (const name of await keyFiles(place)) {
    if (name === `${identity.key}.pem`) continue;
    await guarded('removing', join(folder, name), () => files.unlink(join(folder, name)));
  }
}

/** The key that the identity names. */
export async function keyOfIdentity(place: IdentityPlace, key: string): Promise<SigningKey> {
  const found = await readKey(place, `${key}.pem`);
  if (found?.id === key) return found;
  const path = join(place.folder, `${key}.pem`);
  const remedy = 'enrol this node again: muster-agent enroll --again';
  throw new CommandError('badConfiguration', `${path} is not the key of this node; ${remedy}`);
}

/** A key beside those named, made and not known to be in use yet; null for none. */
export async function nextKey(
  place: IdentityPlace,
  besides: readonly string[],
): Promise<SigningKey | null> {
  for (const name of await keyFiles(place)) {
    if (besides.some((id) => name === `${id}.pem`)) continue;
    const key = await readKey(place, name);
    if (key !== null) return key;
  }
  return null;
}

/**
 * The key to be introduced next. It is on disk before anyone hears of it: when the answer to its
 * introduction is lost, the same one is introduced again.
 */
export async function makeNextKey(
  place: IdentityPlace,
  besides: readonly string[],
): Promise<SigningKey> {
  const left = await nextKey(place, besides);
  if (left !== null) return left;
  const { key, pem } = makeKey();
  await writeDurably(place.files, join(place.folder, `${key.id}.pem`), pem);
  return key;
}

const FILE = 'identity.json';
const KEY = /^[0-9a-f]{64}\.pem$/;

async function keyFiles({ folder, files }: IdentityPlace): Promise<string[]> {
  const names = await guarded('reading', folder, () => files.readdir(folder));
  for (const name of names.filter((one) => one.endsWith(PARTIAL))) {
    await guarded('removing', join(folder, name), () => files.unlink(join(folder, name)));
  }
  return names.filter((name) => KEY.test(name)).sort();
}

/** A key that is what its name says; one that others can read is no secret any more. */
async function readKey({ folder, files }: IdentityPlace, name: string): Promise<SigningKey | null> {
  const path = join(folder, name);
  const pem = await readIfThere(files, path);
  if (pem === null) return null;
  const { mode } = await guarded('reading', path, () => files.stat(path));
  if ((mode & 0o077) !== 0) {
    const found = (mode & 0o777).toString(8).padStart(4, '0');
    const remedy = 'others could read this key: chmod 0600 it, and muster-agent rotate-key';
    throw new CommandError('badConfiguration', `${path} has mode ${found}; ${remedy}`);
  }
  const key = parseKey(pem);
  return key !== null && name === `${key.id}.pem` ? key : null;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
