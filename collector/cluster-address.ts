import { CommandError } from '../shared/exit.ts';
import type { ClusterAddress } from './client.ts';
import { readText } from './given-files.ts';

/** The options by which a command says which collector it asks, about which cluster. */
export interface AddressOptions {
  collector?: string;
  tokenFile?: string;
  cluster?: string;
  ca?: string;
}

/** Where the options say to ask; null when they do not say it all. */
export async function addressOf(options: AddressOptions): Promise<ClusterAddress | null> {
  const { collector, tokenFile, cluster } = options;
  if (collector === undefined || tokenFile === undefined || cluster === undefined) return null;
  const token = (await readText(tokenFile)).trim();
  if (!/^[\x21-\x7e]+$/.test(token)) {
    const expected = 'expected one word, as "muster token create" prints it';
    throw new CommandError('badConfiguration', `${tokenFile}: no token; ${expected}`);
  }
  const ca = options.ca === undefined ? undefined : await readText(options.ca);
  return { collector, token, cluster, ca };
}
