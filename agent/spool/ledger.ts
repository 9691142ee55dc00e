import { join } from 'node:path';
import { z } from 'zod';
import { readIfThere, writeDurably } from '../state/durable.ts';
import type { StateFiles } from '../state/files.ts';

const count = z.int().nonnegative();

const ledgerSchema = z.strictObject({
  format: z.literal(1),
  /** the last sequence that was given out */
  sequence: count,
  /** reports dropped since the ledger began because the spool was full */
  dropped: count,
  /** files set aside since then: damaged, or refused by the collector for good */
  aside: count,
  /** until then the collector does not want to be asked; UTC */
  notBefore: z.iso.datetime().nullable(),
});

/** What the spool remembers besides the reports. */
export type Ledger = z.infer<typeof ledgerSchema>;

/** A folder of the agent and how it is reached. */
export interface Place {
  folder: string;
  files: StateFiles;
}

/** The ledger; a damaged one is begun anew, and counts as one file set aside. */
export async function readLedger({ folder, files }: Place): Promise<Ledger> {
  const text = await readIfThere(files, join(folder, FILE));
  if (text === null) return BLANK;
  return ledgerOf(text) ?? { ...BLANK, aside: 1 };
}

/** Replaces parts of the ledger, for good. */
export async function writeLedger(place: Place, changes: Partial<Ledger>): Promise<void> {
  const next = { ...(await readLedger(place)), ...changes };
  await writeDurably(place.files, join(place.folder, FILE), JSON.stringify(next));
}

const FILE = 'ledger';
const BLANK: Ledger = { format: 1, sequence: 0, dropped: 0, aside: 0, notBefore: null };

function ledgerOf(text: string): Ledger | null {
  try {
    return ledgerSchema.parse(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return null;
    throw error;
  }
}
