import { join } from 'node:path';
import { enrolledIdentity, sendOff } from '../../agent/commands/dispatch.ts';
import { deliver } from '../../agent/delivery/deliver.ts';
import { stateFiles } from '../../agent/host/state-files.ts';
import { openIdentity } from '../../agent/identity/identity.ts';
import { addToSpool, boundSpool, openSpool } from '../../agent/spool/spool.ts';
import { alone } from '../../agent/state/alone.ts';

/** Reports that wait in the spool when they are delivered. */
const BURST = 8;
/** Reports in the spool beside which no others are made; it holds a thousand. */
const BACKLOG = 100;
const PAUSE_MS = 1000;
/** The last of all lives goes on until nothing is left, or for so long. */
const LAST_ROUNDS = 40;
/** How much faster time goes by where the agent waits: a collector asks for half a minute. */
const HURRY = 20;

/**
 * An agent that reports without end: all of `push` but for reading a host. Says `safe DIGEST` of
 * each report that is on disk, as soon as the spool says so, and is there to be killed.
 */
async function main(): Promise<void> {
  const [state = '', label = '', count = '', since = ''] = process.argv.slice(2);
  const place = await openIdentity(state, stateFiles);
  const identity = await enrolledIdentity(place);
  const spool = await openSpool({ folder: join(state, 'spool'), files: stateFiles });
  const random = Math.random;
  const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms / HURRY));
  const clock = { now: () => new Date(), random, pause };
  // What it was told to wait holds for its next lives too: they count from one instant.
  const hurried = { now: () => new Date(Number(since) + (Date.now() - Number(since)) * HURRY) };
  const say = (text: string) => void process.stdout.write(text);
  const dispatch = { place, identity, options: {}, clock, warn: say };
  await sendOff(dispatch, async (courier) => {
    const last = Number(count) - 1;
    for (let number = 0; number <= last; number++) {
      const body = reportOf(identity.node, `${label}.${number}`, clock.now());
      const { digest } = await addToSpool(spool, body, clock.now());
      say(`safe ${digest}\n`);
      // What a killed one left goes out first: else a slow machine would only ever fill the spool.
      // A spool with several in it can go wrong in more ways, and one delivery is quicker for each.
      if (number % BURST !== 0 && number !== last) continue;
      await boundSpool(spool);
      // A machine too slow for its own reports waits, instead of dropping any from a full spool.
      const most = label === LAST ? 0 : BACKLOG;
      for (let round = 0; label !== LAST || round < LAST_ROUNDS; round++) {
        const { left, exit } = await deliver({ spool, courier, clock: { ...clock, ...hurried } });
        say(`${exit} ${left}\n`);
        if (left <= most) break;
        await clock.pause(PAUSE_MS * (label === LAST ? HURRY : 1));
      }
    }
    return 'open';
  });
}

const LAST = 'last';

/** The smallest report there is, unlike all others. */
function reportOf(node: string, version: string, now: Date): string {
  const agent = { version, privileged: true, origin: 'live' };
  const collectedAt = now.toISOString();
  return JSON.stringify({ schema: 1, node, collectedAt, agent, tookMs: {}, sections: {} });
}

await alone(process.argv[2] ?? '', async () => {
  await main();
  return 'open';
});
