import fc from 'fast-check';

/** How many damaged texts each parser gets; `npm run fuzz` asks for many more. */
export const RUNS = Number(process.env.FUZZ_RUNS ?? 150);

/** Where chance begins; `npm run fuzz` begins anew each time, and prints where. */
export const SEED = Number(process.env.FUZZ_SEED ?? 20_260_801);

/** The smallest bytes found for which `wrong` has something to say, and what; null for none. */
export function counterexample(
  bytes: fc.Arbitrary<Buffer>,
  wrong: (bytes: Buffer) => string | null,
): string | null {
  const property = fc.property(bytes, (one) => wrong(one) === null);
  const { failed, counterexample: found } = fc.check(property, { seed: SEED, numRuns: RUNS });
  if (!failed) return null;
  const [smallest = Buffer.alloc(0)] = found ?? [];
  return `${JSON.stringify(smallest.toString('latin1'))} (seed ${SEED}): ${wrong(smallest)}`;
}
