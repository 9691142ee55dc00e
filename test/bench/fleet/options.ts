import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { collectorUrl, type Target } from '../../../agent/delivery/connection.ts';
import { CommandError } from '../../../shared/exit.ts';
import { repeated } from '../../../shared/outputs.ts';
import { parseDuration } from '../../../shared/units.ts';
import type { FleetRun } from './fleet.ts';

/** What the load tool was asked to do. */
export interface Asked {
  targets: Target[];
  database: string;
  passwordFile: string | null;
  cluster: string;
  kinds: number;
  format: 'text' | 'json';
  /** where to write what was acknowledged, a JSON text per line */
  acknowledged: string | null;
  run: FleetRun;
}

interface Words {
  collector: string[];
  ca?: string;
  beyondLoopback: boolean;
  database: string;
  databasePasswordFile?: string;
  cluster: string;
  format: Asked['format'];
  acknowledged?: string;
  [name: string]: unknown;
}

const MAX_NODES = 20_000;
const MAX_KINDS = 64;
const MAX_SPEED = 10_000;
/** Of this machine's clock: whoever wants to torment a collector for longer starts it again. */
const MAX_RUN_MS = 2 * 3_600_000;
/** Shorter periods are of no agent, and the spool's sequences are drawn from the clock. */
const MIN_PERIOD_MS = 100;

/** The options of the load tool, each within its bounds. */
export function parseOptions(args: readonly string[]): Asked {
  const words = command().parse(args, { from: 'user' }).opts<Words>();
  const number = (name: string, least: number, most: number) => {
    const value = Number(words[name]);
    if (value >= least && value <= most) return value;
    throw new CommandError('usage', `--${name}: expected ${least} to ${most}`);
  };
  const speed = number('speed', 1, MAX_SPEED);
  const trouble = (share: string, length: string) => ({
    share: number(share, 0, 1),
    forMs: lengthOf(words, length) / speed,
  });
  const run: FleetRun = {
    nodes: Math.floor(number('nodes', 1, MAX_NODES)),
    everyMs: lengthOf(words, 'every') / speed,
    forMs: lengthOf(words, 'for') / speed,
    jitter: number('jitter', 0, 1),
    outages: trouble('outages', 'outageFor'),
    restarts: trouble('restarts', 'restartFor'),
    seed: Math.floor(number('seed', 1, 2 ** 32 - 1)),
    changeEvery: Math.floor(number('changeEvery', 1, 1e9)),
    drainMs: lengthOf(words, 'drain'),
  };
  mustBeBounded(run);
  const kinds = Math.floor(number('kinds', 1, MAX_KINDS));
  const { database, cluster, format } = words;
  const passwordFile = words.databasePasswordFile ?? null;
  const acknowledged = words.acknowledged ?? null;
  const rest = { database, passwordFile, cluster, kinds, format, acknowledged, run };
  return { targets: targetsOf(words), ...rest };
}

function command(): Command {
  return new Command('fleet')
    .exitOverride()
    .description('acts as many enrolled agents, so that a collector can be sized')
    .requiredOption(
      '--collector <url>',
      'again for each further one: the nodes take turns',
      repeated,
    )
    .requiredOption('--database <where>', 'of the collectors: enrolment tokens are made there')
    .option('--database-password-file <file>', 'of postgres://…')
    .option('--ca <file>', 'PEM of the CA to trust instead of the system')
    .option('--beyond-loopback', 'the collectors may be other machines: yours, to be loaded', false)
    .option('--cluster <name>', 'the cluster of all nodes', 'fleet.example.org')
    .option('--nodes <count>', `at most ${MAX_NODES}`, '100')
    .option('--kinds <count>', `of hosts, at most ${MAX_KINDS}`, '12')
    .option('--every <duration>', 'a report of each node', '15m')
    .option('--for <duration>', 'how long the fleet lives', '30m')
    .option('--speed <times>', 'shortens all of these but --drain', '1')
    .option('--jitter <share>', 'of the period, by which a report comes late', '0.05')
    .option('--outages <share>', 'of the nodes, which once have no network', '0.05')
    .option('--outage-for <duration>', 'so long', '20m')
    .option('--restarts <share>', 'of the nodes, which once go down and boot again', '0.02')
    .option('--restart-for <duration>', 'after so long', '5m')
    .option('--change-every <reports>', 'one of so many says something that is not volatile', '50')
    .option('--drain <duration>', 'real time for what is left at the end', '60s')
    .option('--seed <number>', 'the same one gives the same run', '1')
    .option('--acknowledged <file>', 'write what was acknowledged, a JSON text per line')
    .addOption(new Option('--format <format>').choices(['text', 'json']).default('text'))
    .addHelpText('after', HINT);
}

const HINT = `
All nodes come from one address: give the collector --rate-per-address above 10 times the rate.
Agents keep their state, without fsync, below TMPDIR; their waiting after a failure and what
Retry-After asks is not shortened by --speed.`;

function lengthOf(words: Words, name: string): number {
  const durationMs = parseDuration(String(words[name]));
  if (durationMs !== null && durationMs > 0) return durationMs;
  throw new CommandError('usage', `--${name}: expected a duration such as 15m`);
}

function mustBeBounded({ everyMs, forMs, drainMs }: FleetRun): void {
  if (forMs + drainMs > MAX_RUN_MS) {
    throw new CommandError('usage', '--for, --drain: more than two hours of real time');
  }
  if (everyMs >= MIN_PERIOD_MS) return;
  throw new CommandError('usage', `--every, --speed: less than ${MIN_PERIOD_MS} ms of real time`);
}

function targetsOf({ collector, ca, beyondLoopback }: Words): Target[] {
  const trusted = ca === undefined ? {} : { ca: readFileSync(ca, 'utf8') };
  return collector.map((text) => {
    const { hostname } = collectorUrl(text);
    if (beyondLoopback || LOOPBACK.includes(hostname)) return { collector: text, ...trusted };
    throw new CommandError(
      'usage',
      `--collector ${text}: not loopback; --beyond-loopback allows it`,
    );
  });
}

const LOOPBACK = ['127.0.0.1', '[::1]', 'localhost'];
