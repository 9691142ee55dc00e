import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Receipt } from '../../../collector/receipt.ts';
import { canonicalJson } from '../../../shared/canonical.ts';
import { captureIo } from '../../capture-io.ts';
import { now, seedPolicy, seedReport } from '../seed-cluster.ts';
import { temporaryFolder } from '../test-app.ts';
import { type Ended, muster } from './muster.ts';

/** SHA-256 in hexadecimal, as the programs have it. */
export const { digest } = captureIo();

/** A waiver of everything on the nodes it names. */
export const waiver = {
  check: '*',
  reason: 'a lab',
  owner: 'anna',
  expires: '2027-01-31T00:00:00Z',
};

/** A folder with reports, policy, waivers, and the receipt of a narrowed gate over them. */
export interface Scene {
  receipt: string;
  policy: string[];
  waivers: string[];
  /** writes a file of the folder, and gives its path */
  write(name: string, value: unknown): string;
  reports(...numbers: number[]): string[];
  verify(...argv: string[]): Promise<Ended>;
  check(...argv: string[]): Promise<Ended>;
  /** all that the receipt was made of, in another order */
  all(): string[];
  recorded(): Receipt;
  /** puts another receipt in place, its own digest made anew, as a careful forger would */
  forge(value: Receipt): void;
}

/** The guide's three nodes in a new folder, and the receipt of what `verify` said of them. */
export async function receiptScene(): Promise<Scene> {
  const folder = temporaryFolder();
  const receipt = join(folder, 'receipt');
  const write = (name: string, value: unknown) => {
    const file = join(folder, name);
    writeFileSync(file, JSON.stringify(value));
    return file;
  };
  for (const number of [1, 2, 3]) write(`reports${number}.json`, seedReport(number));
  const { cluster, nodes } = seedPolicy();
  const policy = ['--policy', write('cluster.yaml', { cluster, nodes })];
  const waivers = ['--waivers', write('waivers.yaml', [{ ...waiver, node: '*' }])];
  const reports = (...numbers: number[]) =>
    numbers.map((number) => join(folder, `reports${number}.json`));
  const verify = (...argv: string[]) => {
    const words = ['--gate', 'health', '--skip', 'storage.size', '--max-age', '1h'];
    return muster('verify', ...reports(1, 2, 3), ...words, '--now', now.toISOString(), ...argv);
  };
  await verify(...policy, ...waivers, '-o', `receipt:${receipt}`);
  return {
    receipt,
    policy,
    waivers,
    write,
    reports,
    verify,
    check: (...argv) => muster('receipt', 'check', receipt, ...argv),
    all: () => [...reports(3, 1, 2), ...policy, ...waivers],
    recorded: () => JSON.parse(readFileSync(receipt, 'utf8')),
    forge: ({ digest: _, ...rest }) => {
      const made = { ...rest, digest: `sha256:${digest(canonicalJson(rest))}` };
      writeFileSync(receipt, JSON.stringify(made));
    },
  };
}
