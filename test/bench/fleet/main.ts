// The load tool: acts as N enrolled agents. `npx tsx test/bench/fleet/main.ts --help`.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../../collector/store/open.ts';
import { exitCodes, exitOfError } from '../../../shared/exit.ts';
import { enrolFleet } from './enrolment.ts';
import { runFleet } from './fleet.ts';
import { recordedKinds } from './kinds.ts';
import { type Asked, parseOptions } from './options.ts';
import { summaryOf, summaryText } from './summary.ts';

const folder = mkdtempSync(join(tmpdir(), 'muster-fleet-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => process.exit(exitCodes.tryAgain));
}

main().catch((error: unknown) => {
  const { code, message } = exitOfError(error);
  if (message !== null) process.stderr.write(`fleet: ${message}\n`);
  process.exitCode = code;
});

async function main(): Promise<void> {
  const asked = parseOptions(process.argv.slice(2));
  const enrolled = await enrolAll(asked);
  process.stderr.write(`enrolled ${enrolled.length} nodes\n`);
  const outcome = await runFleet(enrolled, asked.run);
  if (asked.acknowledged !== null) {
    const lines = outcome.tally.acknowledged.map((one) => `${JSON.stringify(one)}\n`);
    writeFileSync(asked.acknowledged, lines.join(''));
  }
  const summary = summaryOf(asked.run, outcome);
  const text = asked.format === 'json' ? JSON.stringify(summary) : summaryText(summary);
  process.stdout.write(`${text}\n`);
}

async function enrolAll({ database, passwordFile, cluster, kinds, targets, run }: Asked) {
  const store = await openStore(database, passwordFile);
  try {
    const recorded = await recordedKinds(kinds);
    return await enrolFleet({ store, cluster, nodes: run.nodes, kinds: recorded, targets, folder });
  } finally {
    await store.close();
  }
}
